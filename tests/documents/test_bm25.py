"""BM25 against a case worked by hand."""

from math import log

import pytest

from r2s.documents.bm25 import Bm25

# Three texts, seven terms, so a mean length of 7/3.
TEXTS = [["lamp", "lamp", "tower"], ["tower"], ["reef", "ship", "reef"]]


def weight(times: int, length: int) -> float:
    return times / (times + 1.5 * (0.25 + 0.75 * length / (7 / 3)))


def test_scores_are_those_of_the_formula() -> None:
    rare, common = log(1 + 2.5 / 1.5), log(1 + 1.5 / 2.5)

    scores = Bm25(TEXTS).scores(["lamp", "tower"])

    assert scores == pytest.approx([rare * weight(2, 3) + common * weight(1, 3), common * weight(1, 1), 0.0])


def test_a_term_asked_for_twice_counts_twice() -> None:
    index = Bm25(TEXTS)

    assert index.scores(["reef", "reef"]) == pytest.approx([2 * score for score in index.scores(["reef"])])


def test_the_shorter_of_two_texts_that_hold_a_term_scores_higher() -> None:
    scores = Bm25(TEXTS).scores(["tower"])

    assert scores[1] > scores[0] > 0


def test_an_unknown_term_and_texts_without_words_score_nothing() -> None:
    assert Bm25(TEXTS).scores(["fog"]) == [0, 0, 0]
    assert Bm25([[], []]).scores(["fog"]) == [0, 0]
