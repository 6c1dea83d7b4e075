"""How far two judges agree, or a judge and people: correlations, and Krippendorff's alpha.

Alpha is after Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): 1 is full agreement, 0 that of chance.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import sqrt
from typing import Literal

Level = Literal["nominal", "ordinal", "interval"]
Pairs = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Agreement:
    """How two raters agree on `count` scores; what cannot be told, as where one gives every score alike, is null."""

    count: int
    pearson: float | None
    spearman: float | None
    alpha_ordinal: float | None
    alpha_interval: float | None
    mean_difference: float | None


def agreement(pairs: Pairs) -> Agreement:
    """How the first of each pair agrees with the second; `mean_difference` is first minus second."""
    units = [list(pair) for pair in pairs]
    difference = sum(one - other for one, other in pairs) / len(pairs) if pairs else None
    return Agreement(
        len(pairs),
        pearson(pairs),
        spearman(pairs),
        krippendorff_alpha(units, "ordinal"),
        krippendorff_alpha(units, "interval"),
        difference,
    )


def pearson(pairs: Pairs) -> float | None:
    """The correlation of the values; null for fewer than two pairs, or where one side does not vary."""
    if len(pairs) < 2:
        return None
    first, second = (_centred(values) for values in zip(*pairs, strict=True))
    spread = sqrt(sum(x * x for x in first) * sum(y * y for y in second))
    if not spread:
        return None
    return sum(x * y for x, y in zip(first, second, strict=True)) / spread


def _centred(values: Sequence[float]) -> list[float]:
    if len(set(values)) == 1:
        return [0.0] * len(values)
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def spearman(pairs: Pairs) -> float | None:
    """The correlation of the ranks; values that are equal share the mean of their ranks."""
    if len(pairs) < 2:
        return None
    first, second = (_ranks(values) for values in zip(*pairs, strict=True))
    return pearson(list(zip(first, second, strict=True)))


def _ranks(values: Sequence[float]) -> list[float]:
    counts, below, ranks = Counter(values), 0.0, dict[float, float]()
    for value in sorted(counts):
        ranks[value] = below + (counts[value] + 1) / 2
        below += counts[value]
    return [ranks[value] for value in values]


def krippendorff_alpha(units: Sequence[Sequence[float]], level: Level = "ordinal") -> float | None:
    """The reliability of scores by any number of raters, each unit holding what it was given, gaps left out.

    Null where nothing can disagree: no unit has two scores, or all scores are the same.
    """
    units = [unit for unit in units if len(unit) > 1]
    together = defaultdict[tuple[float, float], float](float)
    for unit in units:
        for pair in permutations(unit, 2):
            together[pair] += 1 / (len(unit) - 1)
    totals = Counter(score for unit in units for score in unit)
    distance = _distance(level, totals)
    observed = sum(count * distance(*pair) for pair, count in together.items())
    expected = sum(totals[one] * totals[other] * distance(one, other) for one in totals for other in totals)
    return 1 - (totals.total() - 1) * observed / expected if expected else None


def _distance(level: Level, totals: Mapping[float, int]) -> Callable[[float, float], float]:
    """The squared difference of two scores; ordinal ones are as far apart as there are scores between them."""
    if level == "nominal":
        return lambda one, other: float(one != other)
    if level == "interval":
        return lambda one, other: (one - other) ** 2
    places, below = dict[float, float](), 0.0
    for score in sorted(totals):
        places[score] = below + totals[score] / 2
        below += totals[score]
    return lambda one, other: (places[one] - places[other]) ** 2
