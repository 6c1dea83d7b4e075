"""Where a reply says what it cites."""

import pytest

from r2s.trees.node import Evidence, Node
from r2s.views.said import LONGEST, said_spans
from tests.trees.forest import node


def reply(text: str, *quotes: str) -> Node:
    evidence = tuple(Evidence(passage="p", start=0, end=len(quote), quote=quote, match="exact") for quote in quotes)
    return node("a", "u", "assistant", text, evidence=evidence)


def said(reply: Node, lang: str = "en") -> list[tuple[int, str]]:
    return [(place.evidence, reply.text[place.start : place.end]) for place in said_spans(reply, lang)]


def test_a_quote_said_word_for_word_is_marked_whole() -> None:
    assert said(reply("So 🗼: the lamp burned whale oil.", "The lamp burned whale oil.")) == [
        (0, "the lamp burned whale oil.")
    ]


def test_a_quote_said_in_part_is_marked_where_both_agree() -> None:
    quote = "Marr chose grey granite because softer stone had been washed away twice in the two winters before."

    assert said(reply("It is grey granite because softer stone broke.", quote)) == [
        (0, "grey granite because softer stone")
    ]


def test_words_are_not_cut() -> None:
    quote = "The keeper climbed one hundred steps every night with a heavy can of oil in his hand."

    (_, found), *others = said(reply("I heard she climbed one hundred stepping stones.", quote))

    assert found == "climbed one hundred"
    assert others == []


def test_chinese_needs_no_spaces_and_fewer_signs() -> None:
    assert said(reply("听说灯塔身高48米呢", "塔身高48米，内部有151级台阶，全部用花岗岩砌成。"), "zh-Hans") == [
        (0, "塔身高48米")
    ]


def test_what_is_said_in_other_words_has_no_place() -> None:
    assert said(reply("Nobody knows.", "The lamp burned whale oil until 1881.")) == []


@pytest.mark.parametrize("quote", ["The lamp burned.", "Nothing of it."])
def test_texts_of_any_length_are_compared_in_no_time(quote: str) -> None:
    long = "word " * LONGEST + "The lamp burned."

    assert said(reply(long, quote)) == [(0, quote)][: quote in long]
