"""Agreement: Krippendorff's own example, scipy's correlations, and what cannot be told."""

import random

import pytest
from scipy import stats

from r2s.evaluation.agreement import Level, agreement, krippendorff_alpha, pearson, spearman

# Four observers and twelve units of Krippendorff (2011), section C; a dot is a gap.
OBSERVERS = ("1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .")


def units() -> list[list[float]]:
    columns = zip(*(row.split() for row in OBSERVERS), strict=True)
    return [[float(value) for value in column if value != "."] for column in columns]


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_the_published_example(level: Level, alpha: float):
    found = krippendorff_alpha(units(), level)

    assert found is not None
    assert round(found, 3) == alpha


# Two observers of ten binary units (section A) and of twelve nominal ones (section B).
@pytest.mark.parametrize(
    ("first", "second", "alpha"), [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbccceddd", 0.692)]
)
def test_alpha_of_the_published_two_observers(first: str, second: str, alpha: float):
    found = krippendorff_alpha([[ord(one), ord(other)] for one, other in zip(first, second, strict=True)], "nominal")

    assert found is not None
    assert round(found, 3) == alpha


def test_full_agreement_is_one_and_none_without_variation():
    assert krippendorff_alpha([[1, 1], [2, 2], [5, 5]]) == 1
    assert krippendorff_alpha([[3, 3], [3, 3]]) is None
    assert krippendorff_alpha([[3], []]) is None


def test_correlations_are_those_of_scipy():
    drawn = random.Random(4)
    pairs = [(x := drawn.randint(0, 10) / 2, min(5, max(0, x + drawn.choice((-1, 0, 0.5))))) for _ in range(60)]
    first, second = zip(*pairs, strict=True)

    assert pearson(pairs) == pytest.approx(stats.pearsonr(first, second)[0])
    assert spearman(pairs) == pytest.approx(stats.spearmanr(first, second)[0])


@pytest.mark.parametrize("pairs", [[], [(1.0, 2.0)], [(1.0, 2.0), (1.0, 3.0)], [(0.1, 2.0), (0.1, 3.0), (0.1, 0.1)]])
def test_what_does_not_vary_has_no_correlation(pairs: list[tuple[float, float]]):
    found = agreement(pairs)

    assert found.pearson is found.spearman is None


def test_the_difference_is_the_first_s_generosity():
    assert agreement([(4, 3), (5, 4), (3, 3.5)]).mean_difference == 0.5
