"""Passages: where sentences end, and that offsets are exact."""

import time

import pytest

from r2s.documents.passages import LONGEST, split_passages


def cut(text: str, language: str) -> list[str]:
    return [text[passage.start : passage.end] for passage in split_passages(text, language)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. J. R. Moss left Washington, D.C., at 3.5 knots.", "It cost $3.4 million.", "Was it worth it?"],
        ["The U.S. Navy paid, e.g. in Jan. 1882.", "See Fig. 3 for the plan."],
        ['He said "I am here."', "Then he left.", '"Come," she said.'],
        ["“Stop!” he said.", "She asked: “Why?”", "(Nobody knew.)"],
        ["He waited...", "Then the lamp went out."],
        ["It was tall.[2]", "It was white."],
    ],
)
def test_english_sentences_are_cut_where_they_end(sentences: list[str]) -> None:
    assert cut(" ".join(sentences), "en") == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["他说：“你好。我是李明。”", "然后他离开了。", "价格是3.5元。"],
        ["他問：「為什麼？」", "她走了！", "真的嗎？！", "是的。"],
        ["灯塔完工了。", "1882年，守塔人来了。", "1912年他走了。"],
        ["他写道：“塔已完工。1882年点灯。”", "大家都很高兴。"],
        ["他走了……后来又回来了。", "《灯塔》出版了。"],
    ],
)
def test_chinese_sentences_are_cut_where_they_end(sentences: list[str]) -> None:
    assert cut("".join(sentences), "zh") == sentences


def test_lines_and_list_items_are_passages_without_their_marks() -> None:
    text = "Moss Point\n\n- oil for the lamp\n• wool\n1. First light.\n2. The lamp. It burned.\n---"

    assert cut(text, "en") == [
        "Moss Point",
        "oil for the lamp",
        "wool",
        "1. First light.",
        "2. The lamp.",
        "It burned.",
    ]


def test_offsets_are_in_order_and_lose_nothing_but_space() -> None:
    text = "  The lamp \U0001f526 burned.  “It is bright,” she said. 灯亮了。\n\nHe left! "

    passages = split_passages(text, "en")

    ends = [0, *(passage.end for passage in passages)]
    gaps = [text[end : passage.start] for end, passage in zip(ends, passages, strict=False)]
    assert [passage.id for passage in passages] == ["p1", "p2", "p3", "p4"]
    assert not "".join(gaps).strip()


@pytest.mark.parametrize(
    ("part", "language"), [("the keeper of the lamp wrote to them; ", "en"), ("守塔人写信；", "zh")]
)
def test_a_very_long_sentence_is_cut_where_its_clauses_meet(part: str, language: str) -> None:
    text = part * (2 * LONGEST[language] // len(part))

    pieces = cut(text, language)

    assert len(pieces) > 1
    assert all(LONGEST[language] // 3 - 2 <= len(piece) <= LONGEST[language] for piece in pieces)


@pytest.mark.parametrize(("text", "language"), [("湖水冻结了，他说：“不行。”" * 20_000, "zh"), ("“" * 200_000, "en")])
def test_a_book_in_one_line_takes_no_time_out_of_proportion(text: str, language: str) -> None:
    started = time.perf_counter()

    split_passages(text, language)

    assert time.perf_counter() - started < 5
