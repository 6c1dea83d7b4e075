"""Copies of the checkout to build from and to break."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

FOLDERS = ("r2s", "agents", "graphs", "policies", "configs")
FILES = ("pyproject.toml", "README.md", "LICENSE")

CopyCheckout = Callable[..., Path]


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture
def copy_checkout(repository: Path, tmp_path: Path) -> CopyCheckout:
    """Return a function that copies what the package is made of, on request with links as the text files git makes."""

    def copy(*, links: bool = True) -> Path:
        checkout = tmp_path / "checkout"
        for folder in FOLDERS:
            shutil.copytree(
                repository / folder, checkout / folder, symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
            )
        for file in FILES:
            shutil.copy(repository / file, checkout / file)
        if not links:
            write_links_as_text(checkout / "r2s")
        return checkout

    return copy


def write_links_as_text(package: Path) -> None:
    for folder in FOLDERS[1:]:
        (package / folder).unlink(missing_ok=True)
        (package / folder).write_text(f"../{folder}")
