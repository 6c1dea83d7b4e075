"""Markdown: the title is found, the marks go, the words stay."""

import pytest

from r2s.documents.markdown import read_markdown


def test_the_first_top_heading_is_the_title_and_leaves_the_text() -> None:
    title, text, _ = read_markdown("# Moss Point\n\nIt is a cape.\n\n## The lighthouse\n\nIt is tall.")

    assert title == "Moss Point"
    assert [line for line in text.split("\n") if line] == ["It is a cape.", "The lighthouse", "It is tall."]


def test_the_front_matter_names_the_title_and_leaves_the_text() -> None:
    title, text, _ = read_markdown('---\ntitle: "Moss Point"\ndate: 1882\n---\nIt is a cape.')

    assert (title, text) == ("Moss Point", "It is a cape.")


def test_a_text_without_a_top_heading_has_no_title() -> None:
    assert read_markdown("It is a cape.\n\n## Part")[0] is None


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("A **bold** and *slanted* and __strong__ _word_.", "A bold and slanted and strong word."),
        ("See [the map](https://a.example/x_(y)) and [this][1].", "See the map and this."),
        ("Before ![a lamp](lamp.png)after.", "Before after."),
        ("Run `make_all` now.", "Run make_all now."),
        ("snake_case_name and 2 * 3 * 4 stay.", "snake_case_name and 2 * 3 * 4 stay."),
        ("- oil\n- wool\n  and rope", "oil\nwool and rope"),
        ("1. First\n2. Second", "1. First\n2. Second"),
        ("> A quoted\n> line.", "A quoted line."),
        ("A line\nthat goes on.", "A line that goes on."),
        ("灯塔建成\n于1882年，由海关\n管理。", "灯塔建成于1882年，由海关管理。"),
        ("```python\n# not a heading\nx = *y*\n```", "# not a heading\nx = *y*"),
        ("| Year | Keeper |\n|---|---|\n| 1882 | Moss |", "Year, Keeper\n\n1882, Moss"),
        ("A <b>tag</b><!-- a remark --> and a note.[^1]", "A tag and a note."),
        (r"Five \* six", "Five * six"),
    ],
)
def test_marks_go_and_words_stay(marked: str, plain: str) -> None:
    assert read_markdown(marked)[1].strip() == plain


def test_a_hash_inside_code_is_no_title() -> None:
    assert read_markdown("```\n# remark\n```\n\nIt is a cape.")[0] is None


def test_an_underlined_heading_is_a_heading() -> None:
    assert read_markdown("Moss Point\n==========\n\nIt is a cape.")[:2] == ("Moss Point", "\nIt is a cape.")
