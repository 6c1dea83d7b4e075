"""Question sets: what their questions are about, once each."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.documents.files import CHINESE, ENGLISH

OTHER = "Another cape lies to the east of it. Nobody has lived there since the storm of 1897."
QUESTION = {"id": "q", "question": "When?", "answers": [{"text": "1882", "answer_start": 31}]}
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Moss_Point",
            "paragraphs": [{"qas": [QUESTION], "context": text} for text in (ENGLISH, OTHER, ENGLISH)],
        }
    ],
}
CMRC = [{"context_id": "DEV_0", "context_text": CHINESE, "title": "灯塔", "qas": [{"query_text": "何时？"}]}]
CMRC_SQUAD = {
    "data": [{"id": "DEV_0", "title": "灯塔", "paragraphs": [{"id": "DEV_0", "context": CHINESE, "qas": []}]}]
}
ROWS = [{"id": str(number), "title": "Moss", "context": ENGLISH, "question": "When?"} for number in range(3)]
SEARCH = [{"question": "When?", "documents": [{"title": "Moss", "paragraphs": [ENGLISH, OTHER]}]}]


def write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (SQUAD, [("a.json:1.1", "Moss Point", ENGLISH), ("a.json:1.2", "Moss Point", OTHER)]),
        (CMRC, [("DEV_0", "灯塔", CHINESE)]),
        (CMRC_SQUAD, [("DEV_0", "灯塔", CHINESE)]),
        (ROWS, [("a.json:1", "Moss", ENGLISH)]),
        (SEARCH, [("a.json:1.1", "Moss", f"{ENGLISH}\n\n{OTHER}")]),
    ],
    ids=["squad", "cmrc", "cmrc as squad", "rows", "dureader"],
)
def test_each_distinct_context_is_a_document(tmp_path: Path, reading, content: Any, expected: list[tuple]) -> None:
    read = reading(write(tmp_path / "a.json", content))

    assert read.failures == []
    assert [(document.id, document.title, document.text) for document in read.documents] == expected


def test_what_came_before_is_counted(tmp_path: Path, reading) -> None:
    assert "2 contexts came before" in reading(write(tmp_path / "a.json", ROWS)).said


def test_paragraphs_of_an_article_are_joined_until_they_are_long_and_a_rest_is_left_out(
    tmp_path: Path, reading
) -> None:
    texts = [f"{ENGLISH} It was number {number}." for number in range(5)]
    articles = [{"title": "Moss", "paragraphs": [{"context": text, "qas": []} for text in texts]}]

    read = reading(write(tmp_path / "a.json", {"data": articles}), join=150)

    assert [document.text for document in read.documents] == ["\n\n".join(texts[:2]), "\n\n".join(texts[2:4])]
    assert "1 paragraphs at the ends of articles came to no more than 150" in read.said
