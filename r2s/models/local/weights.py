"""The weights of a causal language model of transformers, on the device where they are used."""

from pathlib import Path
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
from transformers import (  # pyright: ignore[reportMissingImports]
    AutoModelForCausalLM,
    AutoTokenizer,
)

# What torch says where the CPU's memory is too small; it has no class of its own for that.
_NO_CPU_MEMORY = "can't allocate memory"


def load_weights(path: str) -> tuple[Any, Any]:
    """The tokenizer and the model of a folder, or of the hub; raises what transformers raises where it is none."""
    place = str(Path(path).expanduser())
    tokenizer = AutoTokenizer.from_pretrained(place)
    model: Any = AutoModelForCausalLM.from_pretrained(place, dtype="auto")
    return tokenizer, model.to(_device()).eval()


def lack_of_memory(error: Exception) -> str | None:
    """What torch says of a device's memory being too small, null where the error is another one."""
    fault = str(error).partition("\n")[0]
    return fault if isinstance(error, torch.OutOfMemoryError) or _NO_CPU_MEMORY in fault else None


def give_back_memory() -> None:
    """Let go of what the device holds for nobody; of use once the error that held it is gone."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _device() -> "torch.device":
    """The accelerator of this machine, or else its CPU."""
    found = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return found or torch.device("cpu")
