"""Every bad input that the project's issues name, through the commands: `mistakes.txt` has them all.

Each ends with its exit code and words that say what is wrong, where, and how to mend it; nothing that was there is
written over or lost.
"""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.faults.places import make_places

MISTAKES = [
    [part.strip() for part in line.split(" | ")]
    for line in (Path(__file__).parent / "mistakes.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mistakes")


@pytest.fixture(scope="module")
def places(folder: Path) -> dict[str, str]:
    return make_places(folder)


@pytest.mark.xdist_group("mistakes")
@pytest.mark.parametrize(("command", "code", "words"), MISTAKES, ids=[command for command, _, _ in MISTAKES])
def test_a_mistake_ends_with_its_code_and_words_that_help_and_harms_nothing(
    r2s, folder: Path, places: Mapping[str, str], tmp_path: Path, command: str, code: str, words: str
) -> None:
    known = {**places, "OUT": str(tmp_path / "out")}
    arguments = [re.sub("[A-Z_]{3,}", lambda name: known.get(name[0], name[0]), word) for word in shlex.split(command)]
    before = _files(folder)

    ended = r2s(*arguments)

    errors = tmp_path / "out" / "errors.jsonl"
    said = ended.said + (errors.read_text(encoding="utf-8").replace("\\", "") if errors.exists() else "")
    assert ended.code == int(code), said
    assert [word for word in words.split("; ") if word not in said] == [], said
    assert "Traceback" not in said
    assert "secret" not in said
    after = _files(folder)
    assert [str(path) for path in before if after.get(path) != before[path]] == []


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
