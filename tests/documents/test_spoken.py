"""Documents made of what was said: pairs and dialogues from files, whole exchanges, words as they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from r2s.documents import Document, DocumentFailure
from r2s.documents.spoken import read_spoken

PAIR = {"id": "p", "instruction": "Name a cape.", "input": "In the north.", "output": "Moss Point."}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def dialogue(*texts: str, **more: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    said = [{"role": roles[number % 2], "content": text} for number, text in enumerate(texts)]
    return {"messages": said, **more}


def only(path: Path) -> Document:
    (document,) = read_spoken([path])
    assert isinstance(document, Document)
    return document


def test_a_pair_is_a_question_with_its_input_and_an_answer(tmp_path):
    document = only(write(tmp_path / "pairs.jsonl", PAIR))

    assert [(message.role, message.text) for message in document.messages] == [
        ("user", "Name a cape.\nIn the north."),
        ("assistant", "Moss Point."),
    ]
    assert (document.id, document.text, document.lang, document.source) == ("p", "", "en", "pairs.jsonl")


def test_a_list_of_pairs_in_one_json_file_is_read_too(tmp_path):
    (tmp_path / "pairs.json").write_text(json.dumps([{**PAIR, "id": 1}, {**PAIR, "id": 2}]), encoding="utf-8")

    assert [item.id for item in read_spoken([tmp_path]) if isinstance(item, Document)] == ["1", "2"]


def test_spaces_and_lines_of_what_was_said_are_kept(tmp_path):
    code = "def f():\n\treturn  1\n\n\n    # done"

    assert only(write(tmp_path / "a.jsonl", {**PAIR, "output": code})).messages[1].text == code


def test_a_last_question_that_nobody_answered_is_left_off(tmp_path):
    assert len(only(write(tmp_path / "a.jsonl", dialogue("Hello", "Hi", "And?"))).messages) == 2


@pytest.mark.parametrize(
    ("said", "lang"),
    [
        (("什么是潮汐？", "海水的涨落。"), "zh-Hans"),
        (("Translate: the sea", "大海"), "en"),
        (("1 + 1 =", "2"), "en"),
        (("2 + 2", "等于四"), "zh-Hans"),
    ],
)
def test_the_language_is_the_user_s(tmp_path, said, lang):
    assert only(write(tmp_path / "a.jsonl", dialogue(*said))).lang == lang


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"instruction": "Name a cape."}, "nobody answers"),
        ({**PAIR, "output": " "}, "nobody answers"),
        (["a list"], "not an object"),
        ({**PAIR, "instruction": "Назови мыс", "input": "", "output": "Мыс"}, "not in a language"),
        ({"messages": [{"role": "system", "content": "Be brief."}]}, "the user says nothing"),
        (
            {"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]},
            "the same side speaks twice",
        ),
    ],
)
def test_a_row_that_cannot_be_made_better_fails_alone_and_says_why(tmp_path, row, said):
    first, second = read_spoken([write(tmp_path / "a.jsonl", row, {**PAIR, "id": "good"})])

    assert isinstance(first, DocumentFailure)
    assert said in first.message
    assert isinstance(second, Document)


def test_the_limit_counts_what_could_be_read_and_ids_are_made_unique(tmp_path):
    path = write(tmp_path / "a.jsonl", PAIR, PAIR, PAIR)

    assert [item.id for item in read_spoken([path], limit=2) if isinstance(item, Document)] == ["p", "p~1"]
