"""Near-duplicates: found in either language, reported or left out."""

import json
from pathlib import Path

import pytest

from tests.documents.files import ENGLISH

STORY = (
    "The Skerry lighthouse was built in 1844 by Alan Marr. Its tower is 48 metres high and holds 151 steps. "
    "Marr chose grey granite because softer stone had been washed away twice. The lamp burned whale oil until 1881. "
    "A storm broke three windows in 1897, but the light never failed. Today a computer on the mainland runs the lamp."
)
CHINESE = "斯凯里灯塔由艾伦·马尔建于1844年，塔高四十八米，共有一百五十一级台阶。马尔选用灰色花岗岩，因为较软的石头曾两次被海水冲走。1897年的一场风暴打碎了三扇窗户，但灯光从未熄灭。"


def write(path: Path, *texts: str) -> Path:
    path.write_text("\n".join(json.dumps({"id": f"d{number}", "text": text}) for number, text in enumerate(texts)))
    return path


@pytest.mark.parametrize(
    ("text", "changed"),
    [(STORY, STORY.replace("steps", "stairs")), (CHINESE, CHINESE.replace("灰色", "白色"))],
    ids=["en", "zh"],
)
def test_a_text_with_a_word_changed_is_left_out_and_named(tmp_path: Path, reading, text: str, changed: str) -> None:
    path = write(tmp_path / "a.jsonl", text, ENGLISH, changed)

    read = reading(path, duplicates="drop")

    assert [document.id for document in read.documents] == ["d0", "d1"]
    assert [note.document for note in read.notes if "nearly the same as d0" in note.message] == ["d2"]


def test_reported_they_stay(tmp_path: Path, reading) -> None:
    read = reading(write(tmp_path / "a.jsonl", STORY, STORY), duplicates="report")

    assert len(read.documents) == 2
    assert "nearly the same as d0 (similarity 1.00)" in read.said


def test_by_default_nobody_looks(tmp_path: Path, reading) -> None:
    assert "nearly" not in reading(write(tmp_path / "a.jsonl", STORY, STORY)).said


def test_texts_on_one_subject_are_no_duplicates(tmp_path: Path, reading) -> None:
    first, second = STORY[: len(STORY) // 2], STORY[len(STORY) // 2 :]

    assert len(reading(write(tmp_path / "a.jsonl", first, second), duplicates="drop").documents) == 2
