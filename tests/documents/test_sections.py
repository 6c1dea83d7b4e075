"""Sections of long documents: where they are cut, and that their offsets are those of the whole."""

import json
import random
from pathlib import Path

import pytest

from r2s.documents import Document
from tests.documents.files import CHINESE, ENGLISH


def whole_text(documents: list[Document], whole: str) -> None:
    """Every section is the piece of the whole that it says it is, and every passage one of its own."""
    for document in documents:
        assert document.part is not None
        assert whole[document.part.start : document.part.end] == document.text
        for passage in document.passages:
            piece = document.passage_text(passage)
            assert piece == piece.strip() != ""


def test_a_short_document_stays_whole(tmp_path: Path, reading) -> None:
    (tmp_path / "a.txt").write_text(ENGLISH)

    assert reading(tmp_path / "a.txt").document.part is None


def test_a_long_document_is_cut_at_its_headings(tmp_path: Path, reading) -> None:
    chapters = [f"## Part {number}\n\n" + f"{ENGLISH} {number}.\n\n" * size for number, size in enumerate((9, 7, 9, 8))]
    (tmp_path / "a.md").write_text("# Moss Point\n\n" + "".join(chapters))

    whole = reading(tmp_path / "a.md", section_characters=None).document
    read = reading(tmp_path / "a.md", section_characters=1200)

    whole_text(read.documents, whole.text)
    assert [document.text.split("\n")[0] for document in read.documents] == ["Part 0", "Part 1", "Part 2", "Part 3"]
    assert [document.title for document in read.documents][1:3] == ["Moss Point: Part 1", "Moss Point: Part 2"]
    assert [document.id for document in read.documents] == ["a.md#1", "a.md#2", "a.md#3", "a.md#4"]
    assert "cut into 4 sections" in read.said


def test_without_structure_it_is_cut_between_sentences(tmp_path: Path, reading) -> None:
    text = CHINESE * 60
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")

    documents = reading(tmp_path / "a.txt", section_characters=500).documents

    whole_text(documents, text)
    assert "".join(document.text for document in documents) == text
    assert all(document.text.endswith("。") and len(document.text) <= 500 for document in documents)


def test_no_section_is_too_long_and_nothing_is_lost_whatever_the_text(tmp_path: Path, reading) -> None:
    chance = random.Random(7)
    pieces = [ENGLISH, CHINESE, "\n\n", "\n", "x" * 700, "Chapter 4\n\n", " word" * 90, "\n\nAda Moss. "]
    text = "".join(chance.choice(pieces) for _ in range(300))
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")

    whole = reading(tmp_path / "a.txt", section_characters=None).document
    documents = reading(tmp_path / "a.txt", section_characters=600).documents

    whole_text(documents, whole.text)
    assert max(len(document.text) for document in documents) <= 600
    assert "".join("".join(document.text for document in documents).split()) == "".join(whole.text.split())


@pytest.mark.parametrize("duplicates", ["keep", "report", "drop"])
@pytest.mark.parametrize(
    ("order", "ids", "said"),
    [
        (["x", "x#2", "y"], ["x#1", "x#2", "y"], "the id 'x#2' was read before, at a.jsonl:1"),
        (["x#2", "x", "y"], ["x#2", "y"], "the id 'x#2' was read before, at a.jsonl:1"),
    ],
)
def test_a_document_that_is_called_like_a_section_of_another_is_told(
    tmp_path: Path, reading, order: list[str], ids: list[str], said: str, duplicates: str
) -> None:
    long = " ".join(f"Keeper {number} of the light lived {number * 7} miles from the cape." for number in range(8))
    texts = {"x": long, "x#2": ENGLISH, "y": CHINESE}
    rows = [json.dumps({"id": id, "text": texts[id]}) for id in order]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))

    read = reading(tmp_path / "a.jsonl", section_characters=300, duplicates=duplicates)

    assert [document.id for document in read.documents] == ids
    (failure,) = read.failures
    assert (failure.document, said in failure.message) == ("a.jsonl:2", True)
