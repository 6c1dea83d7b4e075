"""Reading: what comes in well, in which order, and what is said of what does not."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from r2s.documents import Document, DocumentFailure, ReadOptions, read_documents
from r2s.documents.files import reason

ENGLISH = "The lighthouse was finished in 1882. Its keeper, Ada Moss, lit the lamp every evening for thirty years."
CHINESE = "这座灯塔在1882年完工。守塔人每天傍晚点亮塔上的灯，一共点了三十年。"
TRADITIONAL = "這座燈塔在1882年完工。守塔人每天傍晚點亮塔上的燈，一共點了三十年。"

Read = Document | DocumentFailure


def write_rows(path: Path, rows: Iterable[object]) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(*paths: Path, **settings: Any) -> list[Read]:
    return list(read_documents(paths, options=ReadOptions(**settings)))


def only_document(items: list[Read]) -> Document:
    (item,) = items
    assert isinstance(item, Document), item
    return item


def only_failure(items: list[Read]) -> DocumentFailure:
    (item,) = items
    assert isinstance(item, DocumentFailure)
    return item


def read_row(tmp_path: Path, row: Mapping[str, object]) -> Document:
    return only_document(read(write_rows(tmp_path / "rows.jsonl", [row])))


def read_text(tmp_path: Path, name: str, text: str) -> Document:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return only_document(read(tmp_path / name))


def test_a_row_gives_its_id_title_source_and_language(tmp_path: Path) -> None:
    row = {"id": "a1", "title": "Moss Point", "text": ENGLISH, "lang": "en-US", "source": "survey"}

    document = read_row(tmp_path, row)

    assert (document.id, document.title, document.source) == ("a1", "Moss Point", "survey")
    assert (document.lang, document.text) == ("en", ENGLISH)
    assert [document.passage_text(passage) for passage in document.passages] == [ENGLISH[:36], ENGLISH[37:]]


def test_a_row_without_an_id_is_named_by_its_file_and_line(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.jsonl", [{"text": ENGLISH}, "", {"text": CHINESE}])

    documents = read(path)

    assert [document.id for document in documents if isinstance(document, Document)] == ["rows.jsonl:1", "rows.jsonl:3"]


@pytest.mark.parametrize("field", ["content", "body", "passage", "context", "reference", "正文", "内容", "文本"])
def test_other_names_for_the_text_are_understood(tmp_path: Path, field: str) -> None:
    document = read_row(tmp_path, {field: ENGLISH, "名称": "灯塔"})

    assert (document.text, document.title) == (ENGLISH, "灯塔")


def test_a_museum_title_stays_as_it_is(tmp_path: Path) -> None:
    document = read_row(tmp_path, {"title": "【清】螺钿嵌玉金扣圆盒", "text": CHINESE})

    assert document.title == "【清】螺钿嵌玉金扣圆盒"


@pytest.mark.parametrize("source", ["/home/ada/notes.txt", "C:\\Users\\ada\\notes.txt", "file:///home/ada/notes.txt"])
def test_a_source_that_is_a_path_of_some_machine_keeps_only_the_name(tmp_path: Path, source: str) -> None:
    document = read_row(tmp_path, {"text": ENGLISH, "source": source})

    assert document.source == "notes.txt"


def test_a_text_is_normalised_before_offsets_are_taken(tmp_path: Path) -> None:
    text = "\ufeffThe cafe\u0301 opened\x00 in 1902.\r\n\r\n\r\n\r\nIt closed\x07 in 1950 after a fire.  \u200b\ud800"

    (tmp_path / "rows.jsonl").write_text(json.dumps({"text": text}), encoding="ascii")

    document = only_document(read(tmp_path / "rows.jsonl"))

    assert document.text == "The café opened in 1902.\n\nIt closed in 1950 after a fire."
    assert document.sha256
    assert document.passage_text(document.passages[1]) == "It closed in 1950 after a fire."


@pytest.mark.parametrize(
    ("declared", "text", "lang"),
    [
        (None, ENGLISH, "en"),
        (None, CHINESE, "zh-Hans"),
        (None, TRADITIONAL, "zh-Hant"),
        ("zh", TRADITIONAL, "zh-Hant"),
        ("zh", CHINESE, "zh-Hans"),
        ("zh-CN", TRADITIONAL, "zh-Hans"),
        ("zh_TW", CHINESE, "zh-Hant"),
        ("zh-Hant-HK", CHINESE, "zh-Hant"),
        ("EN", ENGLISH, "en"),
        ("unknown", CHINESE, "zh-Hans"),
        (None, "Le phare fut achevé en 1882. La gardienne allumait la lampe chaque soir.", "en"),
    ],
)
def test_the_language_is_the_declared_one_or_is_found_out(
    tmp_path: Path, declared: str | None, text: str, lang: str
) -> None:
    document = read_row(tmp_path, {"text": text, "lang": declared})

    assert document.lang == lang


@pytest.mark.parametrize(
    "text",
    [
        "Маяк был построен в 1882 году. Смотритель зажигал лампу.",
        "灯台は千八百八十二年に完成しました。毎晩あかりがともりました。",
    ],
)
def test_a_language_that_r2s_does_not_speak_fails_and_names_those_it_does(tmp_path: Path, text: str) -> None:
    failure = only_failure(read(write_rows(tmp_path / "rows.jsonl", [{"text": text}])))

    assert failure.document == "rows.jsonl:1"
    assert "it speaks English (en) and Chinese (zh-Hans, zh-Hant)" in failure.message


BAD_ROWS = [
    ('{"text": "cut off', "the line is no JSON (Unterminated string"),
    ("[" * 100_000, "the line is no JSON"),
    ('["a list"]', "the line is a list, not an object"),
    ({"id": "x", "words": ENGLISH}, "the row has no text; put it in one of the fields text, content"),
    ({"text": ["a", "b"]}, "the row's `text` is a list, not a string"),
    ({"text": 7}, "the row's `text` is a number, not a string"),
    ({"text": "  "}, "the row's `text` is empty"),
    ({"text": "Lighthouse"}, "too little to talk about (10 characters)"),
    ({"text": "-" * 500}, "too little to talk about"),
    ({"text": ENGLISH * 30}, "3,090 characters is over the limit of 2,000 characters (documents.max_characters)"),
    ({"text": "a" * 2_000_000}, "the line is over the limit of 2,000 characters (documents.max_characters)"),
    ({"id": "good-1", "text": CHINESE}, "the id 'good-1' was read before, at rows.jsonl:1"),
]


@pytest.mark.parametrize(("bad", "message"), BAD_ROWS, ids=[message[:40] for _, message in BAD_ROWS])
def test_a_bad_row_is_reported_and_the_rows_beside_it_come(tmp_path: Path, bad: object, message: str) -> None:
    rows = [{"id": "good-1", "text": ENGLISH}, bad, {"id": "good-2", "text": CHINESE}]

    before, failure, after = read(write_rows(tmp_path / "rows.jsonl", rows), max_characters=2_000)

    assert isinstance(failure, DocumentFailure)
    assert failure.document == "rows.jsonl:2"
    assert message in failure.message
    assert isinstance(before, Document)
    assert before.id == "good-1"
    assert isinstance(after, Document)
    assert after.id == "good-2"


def test_a_row_that_failed_does_not_take_its_id_from_a_later_one(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.jsonl", [{"id": "a", "text": "Short"}, {"id": "a", "text": ENGLISH}])

    failure, document = read(path)

    assert isinstance(failure, DocumentFailure)
    assert isinstance(document, Document)


BAD_FILES = [
    ("empty.txt", b" \n\n", "the file is empty"),
    ("empty.jsonl", b"\n", "the file is empty"),
    ("photo.txt", b"\x89PNG\x00\x00\x01", "a picture (PNG), not a text"),
    ("data.txt", b"\x01\x00\x00\x01", "a binary file"),
    ("photo.jsonl", b'{"text": "\x00', "a binary file"),
    ("huge.txt", b"word. " * 2_000, "0.0 MB is over the limit of 2,000 characters (documents.max_characters)"),
    ("long.txt", b"A fine day came. " * 200, "3,399 characters is over the limit of 2,000 characters"),
    ("paper.pdf", b"%PDF-1.7\n", "a damaged PDF"),
]


@pytest.mark.parametrize(("name", "content", "message"), BAD_FILES, ids=[name for name, _, _ in BAD_FILES])
def test_a_bad_file_is_reported_and_the_files_beside_it_come(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.txt").write_text(ENGLISH, encoding="utf-8")

    failure, document = read(tmp_path / name, tmp_path / "good.txt", max_characters=2_000)

    assert isinstance(failure, DocumentFailure)
    assert failure.document == name
    assert message in failure.message
    assert str(tmp_path) not in failure.message
    assert isinstance(document, Document)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(50_000_000_000)

    failure = only_failure(read(tmp_path / "huge.txt"))

    assert failure.message.startswith("50,000.0 MB is over the limit of 1,000,000 characters")


def test_a_row_that_is_not_utf8_names_its_line_and_byte(tmp_path: Path) -> None:
    good = json.dumps({"text": CHINESE}, ensure_ascii=False).encode()
    (tmp_path / "rows.jsonl").write_bytes(good + b'\n{"text": "\xd6\xd0"}\n' + good)

    _, failure, after = read(tmp_path / "rows.jsonl")

    assert isinstance(failure, DocumentFailure)
    assert failure.document == "rows.jsonl:2"
    assert "not UTF-8 at byte 10 (0xD6)" in failure.message
    assert isinstance(after, Document)


def test_a_path_that_is_not_there_says_so(tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"

    failure = only_failure(read(missing))

    assert failure == DocumentFailure("missing.txt", f"no such file or folder: {missing}; check the path")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything may be read here")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "locked.txt"
    path.write_text(ENGLISH, encoding="utf-8")
    path.chmod(0)

    assert "may not be read" in only_failure(read(path)).message


def test_a_missing_permission_is_told_from_other_troubles() -> None:
    assert "chmod u+r" in reason(PermissionError(13, "Permission denied"))
    assert reason(OSError(5, "Input/output error")) == "cannot be read: Input/output error; check the file"


def test_a_folder_is_walked_in_order_and_names_documents_by_their_place(tmp_path: Path) -> None:
    for name in ["b.txt", "a/z.md", "a/y.TXT", ".hidden/x.txt", ".hidden.txt", "picture.png"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(ENGLISH, encoding="utf-8")
    write_rows(tmp_path / "a" / "rows.jsonl", [{"text": ENGLISH}])

    items = read(tmp_path)

    assert [item.id for item in items if isinstance(item, Document)] == ["a/rows.jsonl:1", "a/y.TXT", "a/z.md", "b.txt"]
    assert len(items) == 4
    assert isinstance(items[2], Document)
    assert items[2].source == "z.md"


def test_a_folder_without_documents_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "one.png").write_bytes(b"")

    failure = only_failure(read(tmp_path / "pictures"))

    assert failure.document == "pictures"
    assert "the folder holds no document; R2S reads .txt, .md, .html" in failure.message


def test_the_limit_counts_documents_read_well(tmp_path: Path) -> None:
    rows = [{"text": ENGLISH}, "no JSON", {"text": CHINESE}, {"text": ENGLISH}, "no JSON"]
    path = write_rows(tmp_path / "rows.jsonl", rows)

    items = list(read_documents([path], limit=2))

    assert [type(item) for item in items] == [Document, DocumentFailure, Document]


def test_reading_is_lazy(tmp_path: Path) -> None:
    first = write_rows(tmp_path / "rows.jsonl", [{"text": ENGLISH}])
    stream = read_documents([first, tmp_path / "later.txt"])

    next(stream)
    (tmp_path / "later.txt").write_text(CHINESE, encoding="utf-8")

    assert isinstance(next(stream), Document)


def test_the_first_line_of_a_text_is_its_title_if_it_looks_like_one(tmp_path: Path) -> None:
    document = read_text(tmp_path, "one.txt", f"Moss Point\n\n{ENGLISH}")

    assert (document.title, document.text) == ("Moss Point", ENGLISH)


def test_a_heading_needs_no_blank_line_if_the_next_line_is_prose(tmp_path: Path) -> None:
    document = read_text(tmp_path, "one.txt", f"灯塔\n{CHINESE}")

    assert (document.title, document.text) == ("灯塔", CHINESE)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Marie_Curie.txt", "Marie Curie"),
        ("moss-point-1882.txt", "moss point 1882"),
        ("doc_001.txt", None),
        ("42.txt", None),
        ("untitled-2.txt", None),
        ("9f86d081884c7d65.txt", None),
        ("新建文本文档.txt", None),
    ],
)
def test_a_text_without_a_heading_is_called_by_its_file_where_that_names_something(
    tmp_path: Path, name: str, title: str | None
) -> None:
    document = read_text(tmp_path, name, ENGLISH)

    assert (document.title, document.text) == (title, ENGLISH)


def test_lines_that_an_editor_wrapped_are_joined(tmp_path: Path) -> None:
    wrapped = (
        "The lighthouse on the northern cape was finished in\n"
        "1882, when the old wooden tower had fallen into the\n"
        "sea. Ada Moss kept it.\n\n- oil for the lamp\n- wool"
    )

    document = read_text(tmp_path, "one.txt", wrapped)

    assert [document.passage_text(passage) for passage in document.passages] == [
        "The lighthouse on the northern cape was finished in 1882, when the old wooden tower had fallen into the sea.",
        "Ada Moss kept it.",
        "oil for the lamp",
        "wool",
    ]
