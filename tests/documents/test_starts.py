"""What a method starts from: each file by what it holds, and whatever does not fit refused with the way to go on."""

import json
from pathlib import Path

import pytest

from r2s.documents import Document, DocumentFailure, Takes, read_starts

PAIRS = [
    {"instruction": "Say why the sky is blue.", "input": "To a child.", "output": "Air scatters blue light most."},
    {"instruction": "Name a river."},
]
TEXT = "The mill at Orr stands empty. Its wheel was taken to the museum in 1931, when the last miller left."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mill.txt").write_text(TEXT)
    (tmp_path / "pairs.json").write_text(json.dumps(PAIRS))
    return tmp_path


def read(folder: Path, takes: Takes) -> tuple[list[Document], list[DocumentFailure]]:
    items = list(read_starts([folder], takes))
    failures = [item for item in items if isinstance(item, DocumentFailure)]
    return [item for item in items if isinstance(item, Document)], failures


def test_either_takes_documents_and_pairs_from_one_folder(folder: Path) -> None:
    documents, failures = read(folder, "either")

    assert not failures
    assert [(document.text == TEXT, len(document.messages)) for document in documents] == [
        (True, 0),
        (False, 2),
        (False, 1),
    ]
    assert documents[1].messages[0].text == "Say why the sky is blue.\nTo a child."
    assert (documents[1].text, documents[1].passages, documents[1].lang) == ("", (), "en")


def test_a_document_is_no_pair_and_a_seed_has_no_answer_to_rewrite(folder: Path) -> None:
    documents, failures = read(folder, "pairs")

    assert [document.messages[1].text for document in documents] == ["Air scatters blue light most."]
    assert [("r2s run mill.txt" in failure.message or "nobody answers" in failure.message) for failure in failures] == [
        True,
        True,
    ]


def test_pairs_are_no_documents(folder: Path) -> None:
    documents, failures = read(folder, "documents")

    assert [document.text for document in documents] == [TEXT]
    assert "r2s recycle pairs.json" in failures[0].message


def test_what_was_said_is_part_of_what_a_document_is(folder: Path) -> None:
    documents, _ = read(folder, "either")

    assert len({document.sha256 for document in documents}) == 3
