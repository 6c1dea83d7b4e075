"""Libraries that only some uses need: imported when they are used, and named when they are missing."""

import importlib
from typing import Any

from r2s.errors import ConfigError


def load(module: str, purpose: str, extra: str = "data") -> Any:
    """The module; raises `ConfigError` that says which extra of the package brings it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name != package:
            raise
        raise ConfigError(
            f"{purpose} needs {package}, which is not installed: pip install 'r2s-dialogues[{extra}]'"
        ) from None
