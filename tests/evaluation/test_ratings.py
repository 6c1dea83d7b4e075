"""Bradley-Terry: known odds, scikit-learn's logistic regression, ties, the undefeated, and intervals."""

from math import log10

import numpy
import pytest

from r2s.evaluation.battles import Outcome
from r2s.evaluation.ratings import Result, ratings_of, strengths


def test_two_sides_are_as_far_apart_as_their_odds():
    ratings = strengths(numpy.array([[0.0, 30.0], [10.0, 0.0]]), phantom_ties=0)

    assert ratings[0] - ratings[1] == pytest.approx(400 * log10(3))
    assert ratings.mean() == pytest.approx(1000)


def test_ratings_are_those_that_make_the_battles_most_likely():
    linear = pytest.importorskip("sklearn.linear_model")
    wins = numpy.array([[0, 7, 9, 4], [3, 0, 6, 5], [2, 4, 0, 8], [1, 2, 3, 0]], dtype=float)
    rows, won, weight = [], [], []
    for one in range(4):
        for other in range(4):
            if wins[one, other]:
                row = numpy.zeros(4)
                row[one], row[other] = 1, -1
                rows += [row, -row]
                won += [1, 0]
                weight += [wins[one, other]] * 2
    model = linear.LogisticRegression(C=1e12, fit_intercept=False, tol=1e-12, max_iter=10_000)
    reference = model.fit(rows, won, sample_weight=weight).coef_[0] * 400 / numpy.log(10)

    found = strengths(wins, phantom_ties=0)

    assert found - found.mean() == pytest.approx(reference - reference.mean(), abs=0.05)


def battles(one: str, other: str, outcome: Outcome, count: int, documents: int = 4) -> list[Result]:
    return [Result(one, other, f"d{number % documents}", outcome) for number in range(count)]


def test_who_never_lost_has_a_rating_all_the_same():
    rated = ratings_of([*battles("a", "b", "win", 6), *battles("b", "c", "win", 6)])

    assert [rating.side for rating in rated] == ["a", "b", "c"]
    assert rated[0].rating < 2000
    assert all(rating.interval and rating.interval[0] <= rating.interval[1] for rating in rated)
    assert [rating.battles for rating in rated] == [6, 12, 6]


def test_ties_alone_leave_all_equal():
    rated = ratings_of(battles("a", "b", "tie", 4))

    assert [rating.rating for rating in rated] == pytest.approx([1000, 1000])


def test_a_loss_of_the_first_is_a_win_of_the_second():
    assert ratings_of(battles("a", "b", "loss", 2))[0].side == "b"


def test_one_document_has_no_interval_and_no_battle_no_rating():
    assert ratings_of(battles("a", "b", "win", 1))[0].interval is None
    assert ratings_of([]) == []
