"""Whether an engine can be used here: its packages are there, and the path holds a model."""

import re
from collections.abc import Sequence
from pathlib import Path

from r2s.errors import ConfigError
from r2s.extras import check_installed

# How the Hugging Face hub names a model: owner/name.
_ON_THE_HUB = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


def check_packages(kind: str, packages: Sequence[str], asked: str | None = None) -> None:
    """Raise `ConfigError` that says what to install where one of an engine's packages is missing.

    `asked` is what needs it, as the user wrote it, where that is not the name of a model to be played.
    """
    check_installed(asked or f"{kind}:PATH", packages, kind)


def check_path(kind: str, path: str, asked: str | None = None) -> None:
    """Raise `ConfigError` where a path holds no model; a name such as owner/name is looked up when it is loaded."""
    folder, asked = Path(path).expanduser(), asked or f"{kind}:{path}"
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise ConfigError(f"{asked}: the folder holds no model, as it has no config.json")
    elif folder.exists() or not _ON_THE_HUB.fullmatch(path):
        raise ConfigError(f"{asked}: there is no such folder; give one with a model's config.json and weights")
