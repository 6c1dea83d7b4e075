"""The model that a training begins with: its tokenizer, its weights, adapters on it."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
from safetensors import SafetensorError  # pyright: ignore[reportMissingImports]
from transformers import (  # pyright: ignore[reportMissingImports]
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedTokenizerBase,
)

from r2s.errors import ConfigError
from r2s.training.settings import TrainSettings
from r2s.training.templates import Template

# More weights than this, and activations are recomputed rather than kept.
MANY_WEIGHTS = 1_000_000_000


def load_tokenizer(base: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a base; raises `ConfigError` where there is no such base."""
    place = _place(base)
    try:
        return AutoTokenizer.from_pretrained(place)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"--base {base}: its tokenizer cannot be loaded: {_short(error)}") from error


def check_base(base: str, settings: TrainSettings) -> None:
    """Raise `ConfigError` where the base reads less than a row may have, or where this machine cannot train it so."""
    try:
        config: Any = AutoConfig.from_pretrained(_place(base))
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"--base {base}: it cannot be loaded: {_short(error)}") from error
    context = getattr(config.get_text_config(), "max_position_embeddings", None)
    if context and settings.length > context:
        raise ConfigError(f"length is {settings.length}, and {base} reads {context} tokens: set length={context}")
    if settings.lora and settings.lora.quantised:
        _check_quantised()


def load_model(base: str, settings: TrainSettings) -> Any:
    """The weights of a base, in the precision that they are trained in."""
    options: dict[str, Any] = {"dtype": _dtype(settings), "attn_implementation": attention(settings)}
    if settings.lora and settings.lora.quantised:
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    try:
        return AutoModelForCausalLM.from_pretrained(_place(base), **options)
    except (OSError, ValueError, KeyError, ImportError, SafetensorError) as error:
        raise ConfigError(f"--base {base}: its weights cannot be loaded: {_short(error)}") from error


def adapters(settings: TrainSettings) -> Any:
    """The configuration of the adapters, null where all weights are trained."""
    if settings.lora is None:
        return None
    from peft import LoraConfig  # pyright: ignore[reportMissingImports]

    lora = settings.lora
    layers = lora.layers if isinstance(lora.layers, str) else list(lora.layers)
    return LoraConfig(
        r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=layers, task_type="CAUSAL_LM"
    )


def merged(base: str, adapter: Path, model: Any) -> Any:
    """The base, in the precision in which it was trained, with the adapters of a folder put into its weights."""
    from peft import PeftModel  # pyright: ignore[reportMissingImports]

    dtype = torch.bfloat16 if getattr(model, "is_loaded_in_4bit", False) else model.dtype
    plain = AutoModelForCausalLM.from_pretrained(_place(base), dtype=dtype)
    return PeftModel.from_pretrained(plain, str(adapter)).merge_and_unload()  # pyright: ignore[reportCallIssue]


def make_stop(model: Any, tokenizer: PreTrainedTokenizerBase, template: Template) -> None:
    """Have the model stop where the template ends a turn; base models stop at the end of a text only."""
    ends = model.generation_config.eos_token_id
    known = [ends] if isinstance(ends, int) else list(ends or ())
    model.generation_config.eos_token_id = list(dict.fromkeys([template.end, *known]))
    if template.saved:
        tokenizer.chat_template = template.saved
        tokenizer.eos_token = tokenizer.convert_ids_to_tokens(template.end)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token


def is_bf16(settings: TrainSettings) -> bool:
    """Whether the computation is in bf16: where it is asked for, or can be had on an accelerator."""
    if settings.precision == "auto":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    return settings.precision == "bf16"


def recomputes(settings: TrainSettings, model: Any) -> bool:
    """Whether activations are recomputed rather than kept."""
    return settings.recompute if settings.recompute is not None else model.num_parameters() > MANY_WEIGHTS


def attention(settings: TrainSettings) -> str:
    """The attention implementation: packed rows are kept apart in each of them."""
    if settings.attention:
        return settings.attention
    return "flash_attention_2" if torch.cuda.is_available() and find_spec("flash_attn") else "sdpa"


def _dtype(settings: TrainSettings) -> torch.dtype:
    if settings.weights != "auto":
        return getattr(torch, settings.weights)
    return torch.bfloat16 if settings.lora and is_bf16(settings) else torch.float32


def _check_quantised() -> None:
    if not torch.cuda.is_available():
        raise ConfigError("QLoRA (lora.quantised) needs a GPU, and torch sees none; --lora trains without one")
    if find_spec("bitsandbytes") is None:
        raise ConfigError("QLoRA (lora.quantised) needs bitsandbytes; install it with: pip install bitsandbytes")


def _place(base: str) -> str:
    folder = Path(base).expanduser()
    return str(folder) if folder.exists() else base


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:300]}"
