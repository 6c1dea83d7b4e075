"""The libraries that training and serving need: whether they are there."""

from collections.abc import Sequence
from importlib.util import find_spec

from r2s.errors import ConfigError

_NEEDED = ("torch", "transformers", "trl", "accelerate", "datasets")


def check_packages(*more: str) -> None:
    """Raise `ConfigError` that says what to install where something is missing."""
    _check((*_NEEDED, *more), "training", "train")


def check_serving() -> None:
    """The same for the server."""
    _check(("vllm",), "serving", "vllm")


def _check(packages: Sequence[str], purpose: str, extra: str) -> None:
    if missing := [package for package in packages if find_spec(package) is None]:
        raise ConfigError(
            f"{purpose} needs {', '.join(missing)}; install it with: pip install 'r2s-dialogues[{extra}]' "
            "(for a GPU or a CPU in particular, first install the torch build that fits it: pytorch.org says which)"
        )
