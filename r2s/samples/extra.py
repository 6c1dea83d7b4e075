"""Libraries that only exports need: imported when they are used, and named when they are missing."""

import importlib
from typing import Any

from r2s.errors import ConfigError


def load(module: str, purpose: str) -> Any:
    """The module; raises `ConfigError` that says what to install."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name != package:
            raise
        raise ConfigError(
            f"{purpose} needs {package}, which is not installed: pip install 'r2s-dialogues[data]'"
        ) from None
