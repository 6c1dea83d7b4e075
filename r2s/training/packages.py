"""The libraries that training needs: whether they are there, and that none of them calls home."""

import os
from collections.abc import Sequence
from importlib.util import find_spec

from r2s.errors import ConfigError

_NEEDED = ("torch", "transformers", "trl", "accelerate", "datasets")


def check_packages(*more: str) -> None:
    """Raise `ConfigError` that says what to install where something is missing; must run before the first import.

    TRL reports every training to its makers unless it is told not to before it is imported.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
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
