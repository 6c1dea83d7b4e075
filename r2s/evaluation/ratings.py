"""Bradley-Terry ratings of several sides from their battles, on the scale of Elo: 400 points are odds of 10 to 1.

A tie is half a win for each. Who wins or loses everything would be rated without bound; so each side is also given a
tie against a phantom of mean strength. The mean rating is 1000.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from r2s.evaluation.battles import Outcome
from r2s.evaluation.intervals import LEVEL, Interval

if TYPE_CHECKING:
    import numpy

MEAN, SCALE = 1000.0, 400.0
PHANTOM_TIES = 1.0
DRAWS = 1000
_STEPS, _CLOSE = 10_000, 1e-10


@dataclass(frozen=True)
class Result:
    """One valid battle: what it came to for the first of the two sides."""

    first: str
    second: str
    document: str
    outcome: Outcome


@dataclass(frozen=True)
class Rating:
    """A side's rating, and its 95 % interval by the bootstrap over documents; null for fewer than two documents."""

    side: str
    rating: float
    interval: Interval | None
    battles: int


def ratings_of(results: Sequence[Result], *, draws: int = DRAWS, seed: int = 0) -> list[Rating]:
    """Every side that battled, the best first."""
    import numpy

    sides = list(dict.fromkeys(side for result in results for side in (result.first, result.second)))
    by_document = _wins_by_document(results, sides)
    found = strengths(by_document.sum(axis=0)) if len(by_document) else numpy.zeros(0)
    drawn = _drawn(by_document, draws, seed) if len(by_document) > 1 else None
    rated = [
        Rating(
            side,
            float(found[place]),
            None if drawn is None else _interval(drawn[:, place]),
            sum(side in (result.first, result.second) for result in results),
        )
        for place, side in enumerate(sides)
    ]
    return sorted(rated, key=lambda rating: -rating.rating)


def _interval(ratings: numpy.ndarray) -> Interval:
    import numpy

    low, high = numpy.quantile(ratings, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _wins_by_document(results: Sequence[Result], sides: Sequence[str]) -> numpy.ndarray:
    """How often the side of a row beat that of a column, on each document."""
    import numpy

    place = {side: number for number, side in enumerate(sides)}
    wins = defaultdict[str, "numpy.ndarray"](lambda: numpy.zeros((len(sides), len(sides))))
    shares = {"win": 1.0, "tie": 0.5, "loss": 0.0}
    for result in results:
        first, second = place[result.first], place[result.second]
        wins[result.document][first, second] += shares[result.outcome]
        wins[result.document][second, first] += 1 - shares[result.outcome]
    return numpy.array(list(wins.values()))


def _drawn(by_document: numpy.ndarray, draws: int, seed: int) -> numpy.ndarray:
    import numpy

    generator, size = numpy.random.default_rng(seed), len(by_document)
    weights = generator.multinomial(size, [1 / size] * size, size=draws)
    return numpy.array([strengths(numpy.tensordot(weight, by_document, axes=1)) for weight in weights])


def strengths(wins: numpy.ndarray, phantom_ties: float = PHANTOM_TIES) -> numpy.ndarray:
    """The ratings that make these wins most likely, found by Hunter's minorisation (2004)."""
    import numpy

    games = wins + wins.T
    won = wins.sum(axis=1) + phantom_ties / 2
    strength = numpy.ones(len(wins))
    for _ in range(_STEPS):
        met = games / (strength[:, None] + strength[None, :])
        updated = won / (met.sum(axis=1) + phantom_ties / (strength + 1))
        if not phantom_ties:
            updated /= numpy.exp(numpy.log(updated).mean())
        is_close = numpy.abs(numpy.log(updated / strength)).max() < _CLOSE
        strength = updated
        if is_close:
            break
    ratings = SCALE * numpy.log(strength) / numpy.log(10)
    return ratings - ratings.mean() + MEAN
