"""Statistics against scipy, statsmodels and results worked out by hand."""

from itertools import product

import numpy
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

from r2s.experiments.statistics import holm, interval, least_detectable, sign_flip_p, slope

DIFFERENCES = numpy.random.default_rng(7).normal(0.4, 1.0, 30)


def test_an_interval_is_scipys_bca():
    found = interval(DIFFERENCES, seed=3)

    expected = stats.bootstrap(
        (DIFFERENCES,), numpy.mean, method="BCa", rng=numpy.random.default_rng(3)
    ).confidence_interval
    assert found is not None
    assert (found.low, found.high, found.method) == (expected.low, expected.high, "BCa")
    assert found.mean == DIFFERENCES.mean()


def test_the_same_numbers_give_the_same_interval_and_another_seed_nearly_so():
    first, again, other = (interval(DIFFERENCES, seed=seed) for seed in (1, 1, 2))

    assert first == again != other
    assert first is not None
    assert other is not None
    assert first.low == pytest.approx(other.low, abs=0.05)


def test_under_ten_documents_intervals_are_by_percentiles():
    found = interval(DIFFERENCES[:9])

    assert found is not None
    assert found.method == "percentile"


def test_numbers_that_are_all_the_same_have_an_interval_without_width():
    found = interval(numpy.full(20, 0.25))

    assert found is not None
    assert (found.low, found.mean, found.high, found.method) == (0.25, 0.25, 0.25, "constant")


def test_one_document_tells_of_no_spread_and_none_of_nothing():
    alone = interval(numpy.array([2.0]))

    assert alone is not None
    assert (alone.mean, alone.low, alone.high) == (2.0, None, None)
    assert interval(numpy.array([])) is None


def test_an_interval_covers_the_truth_about_as_often_as_it_says():
    generator = numpy.random.default_rng(11)
    samples = generator.exponential(1.0, (150, 40))

    covered = [
        found.low <= 1.0 <= found.high for sample in samples if (found := interval(sample)) and found.low and found.high
    ]

    assert 0.88 <= sum(covered) / len(samples) <= 1.0


def test_the_p_value_of_few_documents_is_exact():
    values = numpy.array([0.5, 1.0, 2.0, -0.25, 0.75])

    flipped = [abs(numpy.mean(values * signs)) for signs in product((1, -1), repeat=5)]
    expected = sum(mean >= abs(values.mean()) - 1e-12 for mean in flipped) / 32

    assert sign_flip_p(values) == pytest.approx(expected)


def test_the_p_value_of_many_documents_is_near_the_one_of_a_t_test():
    found = sign_flip_p(DIFFERENCES)

    assert found == pytest.approx(stats.ttest_1samp(DIFFERENCES, 0)[1], abs=0.02)


def test_no_difference_at_all_has_a_p_value_of_one():
    assert sign_flip_p(numpy.zeros(12)) == 1.0
    assert sign_flip_p(numpy.array([1.0])) is None


def test_holm_is_that_of_statsmodels():
    p_values = [0.01, 0.04, 0.03, 0.005, 0.5]

    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_by_hand_and_without_what_was_not_tested():
    assert holm([0.03, None, 0.01]) == [0.03, None, 0.02]
    assert holm([]) == []


def test_the_least_detectable_difference_is_that_of_statsmodels():
    effect = TTestPower().solve_power(nobs=30, alpha=0.05, power=0.8, alternative="two-sided")

    assert least_detectable(DIFFERENCES) == pytest.approx(effect * DIFFERENCES.std(ddof=1), rel=1e-4)


@pytest.mark.parametrize("count", [3, 5, 100, 2000])
def test_the_least_detectable_difference_is_found_for_any_size(count):
    values = numpy.random.default_rng(0).normal(0, 1, count)

    effect = TTestPower().solve_power(nobs=count, alpha=0.05, power=0.8, alternative="two-sided")

    assert least_detectable(values) == pytest.approx(effect * values.std(ddof=1), rel=2e-3)


def test_slopes_are_those_of_a_regression():
    levels = numpy.array([0.0, 1.0, 2.0, 3.0, 5.0])
    values = numpy.random.default_rng(5).normal(size=(4, 5))

    found = slope(levels, values)

    assert found == pytest.approx([numpy.polyfit(levels, row, 1)[0] for row in values])


def test_a_document_that_lacks_a_level_has_no_slope():
    values = numpy.array([[1.0, 2.0, 3.0], [1.0, numpy.nan, 3.0]])

    assert slope(numpy.array([0.0, 1.0, 2.0]), values) == pytest.approx([1.0])
