"""Means, differences, trends and volumes of tables made by hand."""

import numpy
import pytest
from scipy import stats

from r2s.errors import ConfigError
from r2s.experiments.analysis import analyse
from r2s.experiments.axes import axes_of
from r2s.experiments.comparison import contrasts, trends
from r2s.experiments.cube import Cube
from r2s.experiments.volumes import costs, equal
from tests.experiments.tables import SCORE, table

RNG = numpy.random.default_rng(1)
BASE = RNG.normal(3.0, 1.0, 24)
MOVED = BASE + 0.5 + RNG.normal(0, 0.3, 24)
THIRD = BASE + 1.0 + RNG.normal(0, 0.3, 24)
CELLS = {"k=0": {"score": BASE.tolist()}, "k=1": {"score": MOVED.tolist()}, "k=2": {"score": THIRD.tolist()}}


def compared(cells):
    made = table(cells)
    return contrasts(Cube(made), axes_of(made), [SCORE], seed=0)


def test_differences_are_paired_by_document():
    first, second = compared(CELLS)

    assert first.interval.mean == pytest.approx((MOVED - BASE).mean())
    assert first.interval.excludes_zero
    expected = stats.bootstrap(
        (MOVED - BASE,), numpy.mean, method="BCa", rng=numpy.random.default_rng(0)
    ).confidence_interval
    assert (first.interval.low, first.interval.high) == (expected.low, expected.high)
    assert (first.cell, second.cell, first.documents) == ("k=1", "k=2", 24)


def test_p_values_are_corrected_over_the_cells_of_a_measure():
    first, second = compared(CELLS)

    assert first.p is not None
    assert first.p_holm == pytest.approx(2 * first.p)
    assert second.p_holm == pytest.approx(2 * first.p)


def test_a_document_that_one_cell_lacks_is_in_no_difference_with_it():
    without = [None, *MOVED.tolist()[1:]]

    first, second = compared({**CELLS, "k=1": {"score": without}})

    assert (first.documents, second.documents) == (23, 24)
    assert first.interval.mean == pytest.approx((MOVED - BASE)[1:].mean())


def test_a_trend_is_the_mean_slope_of_documents():
    made = table(CELLS)

    (trend,) = trends(Cube(made), axes_of(made), [SCORE], seed=0)

    slopes = [numpy.polyfit([0, 1, 2], row, 1)[0] for row in zip(BASE, MOVED, THIRD, strict=True)]
    assert trend.interval.mean == pytest.approx(numpy.mean(slopes))
    assert trend.p is not None
    assert trend.p < 0.001


def test_names_have_no_trend():
    made = table(CELLS, {"k=0": {"method": "cod"}, "k=1": {"method": "cot"}, "k=2": {"method": "direct"}})

    assert trends(Cube(made), axes_of(made), [SCORE], seed=0) == []


def test_the_baseline_has_the_fewest_reviewers_wherever_it_stands():
    made = table(CELLS, {"k=0": {"reviewers": 5}, "k=1": {"reviewers": 0}, "k=2": {"reviewers": 1}})

    axes = axes_of(made)

    assert axes.baseline == "k=1"
    assert axes.series[0].levels == (0, 1, 5)
    assert axes_of(made, "k=2").baseline == "k=2"


def test_a_baseline_that_is_no_cell_is_refused():
    with pytest.raises(ConfigError, match="no such cell"):
        axes_of(table(CELLS), "k=9")


def test_further_factors_make_series():
    settings = {
        "a": {"reviewers": 0, "candidates": 1},
        "b": {"reviewers": 3, "candidates": 1},
        "c": {"reviewers": 0, "candidates": 2},
        "d": {"reviewers": 3, "candidates": 2},
    }

    axes = axes_of(table({cell: {"score": [1.0]} for cell in settings}, settings))

    assert [(series.name, series.cells) for series in axes.series] == [
        ("candidates=1", ("a", "b")),
        ("candidates=2", ("c", "d")),
    ]


def test_an_accepted_sample_costs_all_that_was_spent_over_all_that_was_accepted():
    made = table(
        {"k=0": {"score": [1.0, 1.0, 1.0, 1.0], "accepted": [1.0, 0.0, 1.0, 0.0], "calls": [5.0, 5.0, 10.0, 20.0]}}
    )

    (cost,) = costs(Cube(made), seed=0)

    assert (cost.dialogues, cost.accepted, cost.unit) == (4, 2, "calls")
    assert cost.per_accepted is not None
    assert cost.per_accepted.mean == 20.0


def test_where_nothing_is_accepted_there_is_no_price():
    made = table({"k=0": {"score": [1.0, 2.0], "accepted": [0.0, 0.0]}, "k=1": {"score": [None, None]}})

    first, second = costs(Cube(made), seed=0)

    assert (first.per_accepted, second.per_accepted) == (None, None)
    assert (second.dialogues, second.failed) == (0, 2)


def test_money_counts_where_every_price_is_known_else_tokens():
    priced = table({"k=0": {"score": [1.0, 1.0], "tokens": [100.0, 200.0], "cost_usd": [0.5, 0.25]}})
    unpriced = table({"k=0": {"score": [1.0, 1.0], "tokens": [100.0, 200.0], "cost_usd": [0.5, None]}})

    assert costs(Cube(priced), seed=0)[0].unit == "US dollars"
    assert costs(Cube(unpriced), seed=0)[0].unit == "tokens"
    assert costs(Cube(unpriced), seed=0)[0].cost_usd is None


def test_at_equal_samples_every_cell_has_as_many_as_the_least():
    half = [float(number % 2) for number in range(24)]
    made = table({"k=0": {"score": BASE.tolist()}, "k=1": {"score": MOVED.tolist(), "accepted": half}})

    (found,) = equal(Cube(made), "k=0", [SCORE], "samples", seed=0)

    assert found.size == pytest.approx(12, abs=0.3)
    assert found.interval.mean == pytest.approx(0.5, abs=0.15)


def test_at_an_equal_budget_a_dearer_cell_has_fewer_samples():
    made = table({"k=0": {"score": BASE.tolist()}, "k=1": {"score": MOVED.tolist(), "calls": [30.0] * 24}})

    (found,) = equal(Cube(made), "k=0", [SCORE], "budget", seed=0)

    assert found.size == 8.0
    assert found.interval.mean == pytest.approx(0.5, abs=0.25)


def test_samples_of_a_dialogue_that_branches_count_one_by_one():
    branched = {"score": BASE.tolist(), "accepted": [4.0] * 24}
    made = table({"k=0": {"score": BASE.tolist()}, "k=1": branched})

    (fewest,) = equal(Cube(made), "k=0", [SCORE], "samples", seed=0)
    (cheapest,) = equal(Cube(made), "k=0", [SCORE], "budget", seed=0)

    assert (fewest.size, cheapest.size) == (24.0, 96.0)
    # A quarter of its dialogues is enough, so that the means of the two are apart by chance.
    assert fewest.interval.low is not None
    assert fewest.interval.high is not None
    assert fewest.interval.low < 0 < fewest.interval.high
    assert (cheapest.interval.low, cheapest.interval.high) == (0, 0)


def test_of_the_dialogue_that_goes_beyond_the_least_as_many_samples_are_taken_as_are_wanted():
    made = table(
        {
            "k=0": {"score": [0.0], "accepted": [3.0]},
            "k=1": {"score": [1.0], "accepted": [4.0]},
            "k=2": {"score": [2.0], "accepted": [2.0]},
        }
    )

    found = equal(Cube(made), "k=0", [SCORE], "samples", seed=0)

    assert [(each.size, each.interval.mean) for each in found] == [(2.0, 1.0), (2.0, 2.0)]


def test_a_dialogue_weighs_as_much_as_it_has_samples():
    made = table(
        {
            "k=0": {"score": [0.0, 0.0], "accepted": [4.0, 4.0]},
            "k=1": {"score": [1.0, 0.0], "accepted": [3.0, 1.0]},
        }
    )

    (found,) = equal(Cube(made), "k=0", [SCORE], "budget", seed=0)

    # Both dialogues in half of the draws, one of them twice in the others.
    assert found.interval.mean == pytest.approx((3 / 4) / 2 + 1 / 4, abs=0.03)


def test_what_is_the_same_everywhere_is_not_tested():
    made = table({"k=0": {"score": [1.0, 2.0, 3.0]}, "k=1": {"score": [1.0, 2.0, 3.0]}})

    found = analyse(made, {})

    assert found.moved == ()
    assert SCORE in found.unmoved
    assert found.contrasts == ()


def test_the_outcome_that_was_chosen_comes_first():
    assert analyse(table(CELLS), {}, primary="score").shown[0] == SCORE
    with pytest.raises(ConfigError, match="no outcome"):
        analyse(table(CELLS), {}, primary="beauty")


def test_nothing_finished_is_nothing_to_compare():
    with pytest.raises(ConfigError):
        analyse(table({"k=0": {"score": [None]}, "k=1": {"score": [None]}}), {})
