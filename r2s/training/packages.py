"""The libraries that training and serving need: whether they are there."""

from r2s.extras import check_installed

_NEEDED = ("torch", "transformers", "trl", "accelerate", "datasets")


def check_packages(*more: str) -> None:
    """Raise `ConfigError` that says what to install where something is missing."""
    check_installed("training", (*_NEEDED, *more), "train")


def check_serving() -> None:
    """The same for the server."""
    check_installed("serving", ("vllm",), "vllm")
