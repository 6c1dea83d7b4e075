"""Names of models as trees tell them: no folder of this machine, the same wherever the model lies."""

from pathlib import Path

import pytest

from r2s.models.names import is_person, known_as


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("hf:/home/me/models/tiny", "hf:tiny"),
        ("hf:models/tiny/", "hf:tiny"),
        ("vllm:../org/big-7b", "vllm:big-7b"),
        ("batch:requests", "batch"),
        ("batch:a#b#org/model:free", "openai:org/model:free"),
        ("openai:org/model", "openai:org/model"),
        ("extractive", "extractive"),
        ("batch:", "batch:"),
        ("hf:", "hf:"),
    ],
)
def test_a_model_is_known_without_its_folders(name: str, known: str) -> None:
    assert known_as(name) == known


def test_the_folder_that_one_stands_in_has_a_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tiny").mkdir()
    monkeypatch.chdir(tmp_path / "tiny")

    assert known_as("hf:.") == "hf:tiny"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("human", True), ("human:ann", True), ("human:", False), ("human:a b", False), ("openai:human", False)],
)
def test_a_person_has_a_plain_name_or_none(name: str, is_one: bool) -> None:
    assert is_person(name) is is_one
