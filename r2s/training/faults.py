"""What can end a training from outside: memory, and the disk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError  # pyright: ignore[reportMissingImports]

from r2s.errors import TrainError
from r2s.models.local.weights import lack_of_memory

_MEMORY = "lower micro_batch or length, set recompute=true, or train adapters alone (--lora)"
# By which torch and tokenizers, which raise what any fault raises, tell that a file could not be written.
_WRITING = ("PytorchStreamWriter", "inline_container", "file write failed", "(os error ")
_AGAIN = "free some space there and give the same command again: it goes on from the last whole checkpoint"


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Raise `TrainError` that says what to do in place of what torch and safetensors raise where they write."""
    try:
        yield
    except OSError as error:
        raise TrainError(f"cannot write {error.filename or folder}: {error.strerror or error}; {_AGAIN}") from error
    except SafetensorError as error:
        raise TrainError(f"cannot write the weights in {folder}: {error}; {_AGAIN}") from error
    except Exception as error:
        if (fault := lack_of_memory(error)) is not None:
            raise TrainError(f"the memory is too small: {fault}; {_MEMORY}") from error
        said = str(error).partition("\n")[0]
        if any(mark in said for mark in _WRITING):
            raise TrainError(f"cannot write in {folder}: {said}; {_AGAIN}") from error
        raise


def check_space(folder: Path, model: Any, keep: int) -> None:
    """Raise `TrainError` where the disk cannot hold the model and its checkpoints.

    A checkpoint holds the weights and two numbers of the optimizer for each that is trained; one more than are kept is
    there while the oldest is replaced.
    """
    weights = sum(weight.numel() * weight.element_size() for weight in model.parameters())
    optimizer = sum(8 * weight.numel() for weight in model.parameters() if weight.requires_grad)
    needed, free = weights + (keep + 1) * (weights + optimizer), shutil.disk_usage(folder).free
    if free < needed:
        raise TrainError(
            f"{folder} has {_size(free)} left, and the model with its checkpoints takes up to {_size(needed)}; "
            "free some space, choose another -o, or keep fewer checkpoints (keep=1)"
        )


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
