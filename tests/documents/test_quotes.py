"""Quotes: found as they are, found in spite of small slips, and not found where they say something else."""

import pytest

from r2s.documents.quotes import Span, find_quote

TEXT = (
    "The lighthouse was finished in 1882, when Ada Moss was nine. “It’s bright,”  she wrote; the catalogue lists a cat."
)
CHINESE = "这座灯塔在1882年完工，守塔人每天傍晚点亮塔上的灯，一共点了三十年。"


def quoted(span: Span | None, text: str = TEXT) -> str | None:
    return text[span.start : span.end] if span else None


@pytest.mark.parametrize("quote", ["finished in 1882", "  Ada Moss was nine. ", '"Ada Moss was nine"', "Ada Moss was…"])
def test_a_quote_that_stands_there_is_exact(quote: str) -> None:
    span = find_quote(quote, TEXT)

    assert span is not None
    assert span.match == "exact"
    assert quoted(span) == quote.strip(' "…')


def test_a_quote_with_other_spacing_and_signs_is_found() -> None:
    span = find_quote('"It\'s bright," she wrote', TEXT)

    assert span is not None
    assert span.match == "fuzzy"
    assert quoted(span) == "It’s bright,”  she wrote"


@pytest.mark.parametrize(
    ("quote", "meant"),
    [
        ("lighthouse was finishd in 1882, when Ada Moss", "lighthouse was finished in 1882, when Ada Moss"),
        ("THE LIGHTHOUSE WAS FINISHED", "The lighthouse was finished"),
        ("ighthouse was finished in 1882", "lighthouse was finished in 1882"),
        ("the catalog lists a cat", "the catalogue lists a cat"),
    ],
)
def test_a_slip_is_forgiven_and_the_place_ends_where_words_end(quote: str, meant: str) -> None:
    span = find_quote(quote, TEXT)

    assert span is not None
    assert span.match == "fuzzy"
    assert quoted(span) == meant


def test_a_slip_in_chinese_is_forgiven() -> None:
    span = find_quote("守塔人每天傍晚点亮了塔上的灯", CHINESE)

    assert quoted(span, CHINESE) == "守塔人每天傍晚点亮塔上的灯"


@pytest.mark.parametrize(
    "quote",
    [
        "",
        " “” ",
        "The lighthouse was finished in 1892",
        "the ship sank near the harbour in winter",
        "bridge",
        "he lighthouse was a very tall and old building, when Ada Moss wrote of it",
    ],
)
def test_what_does_not_stand_there_is_no_quote(quote: str) -> None:
    assert find_quote(quote, TEXT) is None


def test_a_chinese_quote_with_another_year_is_no_quote() -> None:
    assert find_quote("这座灯塔在1883年完工", CHINESE) is None


def test_a_word_is_not_found_inside_another() -> None:
    assert quoted(find_quote("cat", TEXT)) == "cat"
    assert find_quote("cat", TEXT) == Span(len(TEXT) - 4, len(TEXT) - 1, "exact")
    assert find_quote("88", TEXT) is None


def test_a_quote_is_sought_only_in_the_given_stretch() -> None:
    assert find_quote("lighthouse", TEXT, 20) is None
    assert find_quote("Ada Moss", TEXT, 20, 60) == Span(42, 50, "exact")
    assert find_quote("Ada Moss was nine", TEXT, 20, 50) is None
    assert find_quote("Ada Mosss was nine", TEXT, 20, 10_000) is not None
