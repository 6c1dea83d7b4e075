"""The reference in docs/reference says what the commands, settings and formats are."""

import pytest

from docs.reference import FOLDER, cli, leaves, pages, root, settings
from r2s.config import RunConfig


def test_the_reference_that_is_kept_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}

    assert kept == pages(), "run python docs/reference.py"


def test_every_command_has_a_part_with_its_example() -> None:
    text = cli()

    parts = {part.partition("\n")[0]: part for part in text.split("\n## ")[1:]}
    assert list(parts) == [context.command_path for _, context in leaves(root())]
    assert all("Example:" in part for part in parts.values())


def test_every_setting_is_named() -> None:
    text = settings()

    named = [key for key in RunConfig.model_fields if f"| `{key}` |" not in text and f"\n## {key}\n" not in text]
    assert named == []
