"""Statistics of paired differences: intervals, tests, and what an experiment of this size could have seen.

All of it is seeded, so that the same numbers give the same results. The unit is the document: what is handed in is one
number a document, its seeds and turns averaged, because these are not independent of each other.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from r2s.extras import load

if TYPE_CHECKING:
    from numpy import ndarray

LEVEL = 0.95
POWER = 0.8
RESAMPLES = 9999
# With fewer documents that differ from the rest, the corrections of BCa rest on too little: of two hundred documents of
# which two moved, its interval leaves out zero.
FEWEST_FOR_BCA = 10

Method = Literal["BCa", "percentile", "constant", "none"]


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval; `none` where one document cannot tell of any spread."""

    mean: float
    low: float | None
    high: float | None
    method: Method

    @property
    def excludes_zero(self) -> bool:
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def interval(values: ndarray, seed: int = 0) -> Interval | None:
    """The mean of one number a document, and its bootstrap interval over documents; None where there is no number.

    BCa; by percentiles where fewer than ten documents differ from the rest, or where BCa is not defined.
    """
    import numpy

    if not values.size:
        return None
    mean = float(values.mean())
    if values.size == 1:
        return Interval(mean, None, None, "none")
    if numpy.ptp(values) == 0:
        return Interval(mean, mean, mean, "constant")
    differing = values.size - numpy.unique(values, return_counts=True)[1].max()
    for method in ("BCa", "percentile") if min(values.size, differing + 1) >= FEWEST_FOR_BCA else ("percentile",):
        low, high = _bootstrap(values, method, seed)
        if numpy.isfinite([low, high]).all():
            return Interval(mean, low, high, method)  # type: ignore[arg-type]
    raise AssertionError("percentiles of finite numbers are finite")


def _bootstrap(values: ndarray, method: str, seed: int) -> tuple[float, float]:
    import numpy

    stats = load("scipy.stats", "intervals", "eval")
    with warnings.catch_warnings():
        # Where BCa is not defined, it says so and gives NaN.
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            (values,),
            numpy.mean,
            n_resamples=RESAMPLES,
            confidence_level=LEVEL,
            method=method,
            vectorized=True,
            batch=max(1, 2_000_000 // values.size),
            rng=numpy.random.default_rng(seed),
        ).confidence_interval
    return float(found.low), float(found.high)


def sign_flip_p(differences: ndarray, seed: int = 0) -> float | None:
    """The two-sided p-value of a mean difference under random signs; None where there is no difference to test."""
    import numpy

    if differences.size < 2:
        return None
    if not differences.any():
        return 1.0
    stats = load("scipy.stats", "permutation tests", "eval")
    found = stats.permutation_test(
        (differences,),
        lambda values, axis: numpy.mean(values, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=max(1, 2_000_000 // differences.size),
        alternative="two-sided",
        rng=numpy.random.default_rng(seed),
    )
    return float(found.pvalue)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """The p-values corrected for their number by Holm's step-down rule; what is None stays so and does not count."""
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, place) in enumerate(known):
        least = max(least, min(1.0, (len(known) - rank) * p))
        corrected[place] = least
    return corrected


def slope(levels: ndarray, values: ndarray) -> ndarray:
    """The least-squares slope over the levels of each row that has them all; one number a document."""
    import numpy

    whole = values[~numpy.isnan(values).any(axis=1)]
    centred = levels - levels.mean()
    return whole @ centred / (centred @ centred)


def least_detectable(differences: ndarray, level: float = LEVEL, power: float = POWER) -> float | None:
    """The smallest mean difference that a paired t-test of so many documents, as scattered as these, finds with 80 %
    power at the 5 % level; None for fewer than three documents, or none that differ."""
    import numpy

    count = differences.size
    if count < 3 or numpy.ptp(differences) == 0:
        return None
    stats, optimize = load("scipy.stats", "power", "eval"), load("scipy.optimize", "power", "eval")
    freedom, root = count - 1, count**0.5
    beyond = stats.t.ppf((1 + level) / 2, freedom)
    # The other tail is left out: at this power, a difference the wrong way is found about never.
    near = (beyond + stats.t.ppf(power, freedom)) / root
    effect = optimize.brentq(lambda size: stats.nct.sf(beyond, freedom, size * root) - power, near / 2, near * 2)
    return float(effect * numpy.std(differences, ddof=1))
