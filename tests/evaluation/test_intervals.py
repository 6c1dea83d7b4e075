"""Bootstrap intervals: clustered by document, seeded, and none where nothing can be told."""

import random
from fractions import Fraction

import numpy
import pytest
from scipy import stats

from r2s.evaluation.intervals import intervals


def values(score: float) -> dict[str, Fraction | None]:
    return {"us": Fraction(score)}


def test_the_interval_of_independent_documents_is_that_of_scipy():
    drawn = random.Random(1)
    scores = [drawn.randint(4, 10) / 2 for _ in range(80)]
    rows = [(f"d{number}", values(score)) for number, score in enumerate(scores)]

    found = intervals(rows)["us"]
    reference = stats.bootstrap((scores,), numpy.mean, method="percentile", rng=1).confidence_interval

    assert found == pytest.approx((reference.low, reference.high), abs=0.03)


def test_dialogues_of_one_document_are_drawn_together():
    alone = [(f"d{number}", values(number % 2 * 5)) for number in range(40)]
    together = [(f"d{number % 4}", values(number % 2 * 5)) for number in range(40)]

    narrow, wide = intervals(alone)["us"], intervals(together)["us"]

    assert narrow is not None
    assert wide is not None
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


def test_one_document_or_none_has_no_interval():
    assert intervals([("d", values(3)), ("d", values(4))])["us"] is None
    assert set(intervals([]).values()) == {None}
    assert intervals([("d", values(3)), ("e", values(4))])["fd"] is None


def test_the_average_counts_coverage_in_points():
    rows = [(f"d{number}", {"us": Fraction(5), "cr": Fraction(100)}) for number in range(3)]

    assert intervals(rows)["avg"] == (5, 5)


def test_the_same_seed_gives_the_same_interval():
    rows = [(f"d{number}", values(number**1.5)) for number in range(30)]

    assert intervals(rows, seed=1) == intervals(rows, seed=1)
    assert intervals(rows, seed=1) != intervals(rows, seed=2)
