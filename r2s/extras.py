"""Libraries that only some uses need: imported when they are used, and named when they are missing."""

import importlib
from collections.abc import Sequence
from importlib.util import find_spec
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


def check_installed(purpose: str, packages: Sequence[str], extra: str) -> None:
    """Raise `ConfigError` that says what to install where a package is missing that is torch or comes with it."""
    if missing := [package for package in packages if find_spec(package) is None]:
        raise ConfigError(
            f"{purpose} needs {', '.join(missing)}; install it with: pip install 'r2s-dialogues[{extra}]' "
            "(for a GPU or a CPU in particular, first install the torch build that fits it: pytorch.org says which)"
        )
