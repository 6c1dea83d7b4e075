"""Tables, lists and data sets: their rows, and the fields that hold text and title."""

import json
from pathlib import Path

import datasets
import pyarrow
import pyarrow.parquet
import pytest

from tests.documents.files import CHINESE, ENGLISH

OTHER = "Another cape lies to the east of it. Nobody has lived there since the storm of 1897."


def test_a_table_in_gb18030_is_read_and_its_columns_are_named(tmp_path: Path, reading) -> None:
    text = f'名称,简介,网址\r\n灯塔,"{CHINESE}\r\n守塔人叫莫安。",https://a.example/1\r\n海角,{CHINESE}海角很远。,\r\n'
    (tmp_path / "a.csv").write_bytes(text.encode("gb18030"))

    read = reading(tmp_path / "a.csv")

    assert [(document.id, document.title) for document in read.documents] == [("a.csv:1", "灯塔"), ("a.csv:2", "海角")]
    assert read.documents[0].text == f"{CHINESE}\n守塔人叫莫安。"
    assert read.said == "read as gb18030; text from '简介', title from '名称'"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json", "a.txt"])
def test_any_unicode_is_read(tmp_path: Path, reading, name: str, encoding: str) -> None:
    row = json.dumps({"text": CHINESE}, ensure_ascii=False)
    content = {"a.csv": f"text\n{CHINESE}\n", "a.txt": CHINESE, "a.json": f"[{row}]"}.get(name, row)
    (tmp_path / name).write_bytes(content.encode(encoding))

    assert reading(tmp_path / name).document.text == CHINESE


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "cp1252"])
def test_the_encoding_of_a_text_is_found_out(tmp_path: Path, reading, encoding: str) -> None:
    text = {
        "gb18030": CHINESE,
        "big5": "這座燈塔在1882年完工。守塔人每天傍晚點亮塔上的燈，一共點了三十年。",
        "cp1252": "The café “Moss” opened in 1902 – it closed in 1950, after a fire. L’été was hot.",
    }[encoding]
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))

    read = reading(tmp_path / "a.txt")

    assert read.document.text == text
    assert read.said == f"read as {encoding}"


def test_the_encoding_can_be_given(tmp_path: Path, reading) -> None:
    (tmp_path / "a.txt").write_bytes(CHINESE.encode("gb18030"))

    assert "not big5 at byte" in reading(tmp_path / "a.txt", encoding="big5").failure.message
    assert "no encoding 'klingon'" in reading(tmp_path / "a.txt", encoding="klingon").failure.message


def test_without_a_usual_name_the_longest_texts_are_taken_and_that_is_said(tmp_path: Path, reading) -> None:
    rows = [{"tag": "cape", "prose": ENGLISH, "link": "https://a.example/" + "x" * 300}, {"tag": "x", "prose": OTHER}]
    (tmp_path / "a.json").write_text(json.dumps({"made": "today", "capes": rows}))

    read = reading(tmp_path / "a.json")

    assert [document.text for document in read.documents] == [ENGLISH, OTHER]
    assert read.said == "text from 'prose' (the longest texts), no title"


def test_the_fields_can_be_given(tmp_path: Path, reading) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": OTHER, "story": ENGLISH, "who": "Ada"}))

    read = reading(tmp_path / "a.jsonl", text_field="story", title_field="who")

    assert (read.document.text, read.document.title) == (ENGLISH, "Ada")


def test_a_field_that_is_not_there_fails_once_and_names_those_that_are(tmp_path: Path, reading) -> None:
    (tmp_path / "a.jsonl").write_text(f"{json.dumps({'text': OTHER})}\n" * 3)

    assert "no field 'story'; there are text" in reading(tmp_path / "a.jsonl", text_field="story").failure.message


def test_rows_without_any_text_fail_once(tmp_path: Path, reading) -> None:
    (tmp_path / "a.csv").write_text("id,year\n1,1882\n2,1897\n")

    assert "no field holds texts (there are id, year)" in reading(tmp_path / "a.csv").failure.message


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_found_out(tmp_path: Path, reading, delimiter: str) -> None:
    (tmp_path / "a.csv").write_text(f"title{delimiter}text\nMoss{delimiter}{ENGLISH}\n")

    assert reading(tmp_path / "a.csv").document.title == "Moss"


def test_a_record_with_too_many_cells_is_reported_and_the_others_come(tmp_path: Path, reading) -> None:
    (tmp_path / "a.csv").write_text(f'text\n"{ENGLISH}"\n{ENGLISH}\n"{OTHER}"\n')

    read = reading(tmp_path / "a.csv")

    assert [document.id for document in read.documents] == ["a.csv:1", "a.csv:3"]
    assert "the record has 3 cells for 1 columns" in read.failures[0].message


def test_an_object_alone_is_one_document_whatever_lists_it_holds(tmp_path: Path, reading) -> None:
    row = {"notes": [{"by": "Ada"}], "id": "m", "text": ENGLISH}
    (tmp_path / "a.json").write_text(json.dumps(row, indent=1))

    assert reading(tmp_path / "a.json").document.id == "m"


def test_a_list_that_breaks_off_gives_what_came_before(tmp_path: Path, reading) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"text": ENGLISH}, {"text": OTHER}])[:-20])

    read = reading(tmp_path / "a.json")

    assert [document.text for document in read.documents] == [ENGLISH]
    assert "no JSON, or breaks off" in read.failures[0].message


def test_parquet_is_read(tmp_path: Path, reading) -> None:
    table = pyarrow.table({"title": ["Moss", None], "body": [ENGLISH, OTHER]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")

    read = reading(tmp_path / "a.parquet")

    assert [(document.title, document.text) for document in read.documents] == [("Moss", ENGLISH), (None, OTHER)]


def test_damaged_parquet_says_so(tmp_path: Path, reading) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(40))

    assert "a damaged .parquet file" in reading(tmp_path / "a.parquet").failure.message


def test_a_data_set_saved_to_disk_is_read(tmp_path: Path, reading) -> None:
    parts = datasets.DatasetDict()
    for name, text in (("train", ENGLISH), ("test", OTHER)):
        parts[name] = datasets.Dataset.from_list([{"text": text}])
    parts.save_to_disk(tmp_path / "set")

    assert [document.text for document in reading(tmp_path / "set").documents] == [OTHER, ENGLISH]


def test_the_card_of_a_data_folder_is_no_document_but_another_readme_is(tmp_path: Path, reading) -> None:
    (tmp_path / "data.jsonl").write_text(json.dumps({"text": ENGLISH}))
    (tmp_path / "README.md").write_text(f"---\nlicense: mit\nconfigs:\n- config_name: a\n---\n{OTHER}")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "README.md").write_text(OTHER)

    ids = [document.id for document in reading(tmp_path).documents]

    assert ids == ["data.jsonl:1", "more/README.md"]


def test_an_address_of_the_hub_that_is_none_says_how_to_write_one(reading) -> None:
    assert "write hf://OWNER/NAME" in reading("hf://a/b/c/d").failure.message
