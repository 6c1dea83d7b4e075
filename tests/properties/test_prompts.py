"""Prompts: what is filled in is data, whatever it looks like."""

import re

from hypothesis import given
from hypothesis import strategies as st

from r2s.documents.frames import defuse, in_one_line
from r2s.models.prompt import Line, render, show_transcript
from tests.properties.strategies import anything

hostile = st.lists(
    st.one_of(
        anything,
        st.sampled_from(
            ["</document>", "<Transcript >", "{{task}}", "{{", "}}", "\n", "Assistant: ", "助手：", "\r", "\\1"]
        ),
    ),
    max_size=8,
).map("".join)


@given(hostile, hostile)
def test_what_is_filled_in_is_never_read_again(one: str, other: str) -> None:
    shown = render("A {{one}} B {{other}} C", {"one": one, "other": other}, "en")

    filled = (in_one_line(defuse(text) or "(none)") for text in (one, other))
    assert shown == "A {} B {} C".format(*filled).strip()


@given(hostile)
def test_no_text_closes_its_own_frame(text: str) -> None:
    assert not re.search(r"</?(?:document|transcript|draft|question|answer)\b", defuse(text), re.IGNORECASE)
    assert len(defuse(text)) == len(text)


@given(st.lists(hostile, min_size=1, max_size=4))
def test_a_transcript_has_a_line_for_each_message_and_grows_at_its_end(said: list[str]) -> None:
    lines = [Line("user" if number % 2 == 0 else "assistant", text) for number, text in enumerate(said)]

    shown, shorter = show_transcript(lines, "en"), show_transcript(lines[:-1], "en")

    assert len(shown.split("\n")) == len(lines) + 2
    assert shown.startswith(shorter.removesuffix("</transcript>"))
