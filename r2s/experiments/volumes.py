"""Comparisons at equal volume: as many accepted samples in each cell, or as much spent, as the least cell has.

More reviewers change how many samples there are and what they cost, so that a plain comparison mixes how good samples
are with how many. Documents are drawn with replacement, the same for all cells; each cell then goes through their
dialogues in the drawn order, and stops when it has as many samples, or has spent as much, as the least cell.

A dialogue that branches gives several samples: it counts as often as it has any, with its own numbers. Of the one that
goes beyond the least cell's samples as many are taken as are still wanted; one that goes beyond the budget is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from r2s.evaluation.collectors import Measure
from r2s.experiments.cube import Cube, mean_of
from r2s.experiments.reading import ACCEPTED
from r2s.experiments.statistics import LEVEL, Interval

if TYPE_CHECKING:
    from numpy import ndarray

DRAWS = 2000
Volume = Literal["samples", "budget"]


@dataclass(frozen=True)
class Spend:
    """What a budget is counted in: money where every price is known, else tokens, else calls."""

    measure: Measure
    each: ndarray

    def __post_init__(self) -> None:
        self.each.setflags(write=False)


@dataclass(frozen=True)
class Equal:
    """A cell less the baseline at equal volume; `size` is the mean number of accepted samples that it has there."""

    volume: Volume
    measure: Measure
    cell: str
    size: float
    interval: Interval


@dataclass(frozen=True)
class CellCost:
    """What a cell took, counted as if it had been played alone; `per_accepted` is null where nothing was accepted."""

    cell: str
    dialogues: int
    failed: int
    accepted: int
    calls: float
    tokens: float
    cost_usd: float | None
    unit: str
    per_accepted: Interval | None


def spend_of(cube: Cube) -> Spend:
    """What dialogues cost, in the first unit that is known everywhere and not zero everywhere."""
    import numpy

    by_name = {measure.name: measure for measure in cube.table.measures}
    played = ~numpy.isnan(cube.of("calls"))
    for name in ("cost_usd", "tokens"):
        each = cube.of(name)
        if not numpy.isnan(each[played]).any() and each[played].any():
            return Spend(by_name[name], numpy.nan_to_num(each))
    return Spend(by_name["calls"], numpy.nan_to_num(cube.of("calls")))


def costs(cube: Cube, seed: int) -> list[CellCost]:
    """What every cell took, and what an accepted sample costs there: all that was spent over all that was accepted."""
    import numpy

    spend, accepted = spend_of(cube), cube.of(ACCEPTED.name)
    money = cube.of("cost_usd")
    played = ~numpy.isnan(cube.of("calls"))
    found = []
    for place, cell in enumerate(cube.cells):
        known = money[place][played[place]]
        found.append(
            CellCost(
                cell=cell,
                dialogues=int(played[place].sum()),
                failed=int((~played[place] & ~numpy.isnan(accepted[place])).sum()),
                accepted=int(numpy.nansum(accepted[place])),
                calls=float(numpy.nansum(cube.of("calls")[place])),
                tokens=float(numpy.nansum(cube.of("tokens")[place])),
                cost_usd=None if numpy.isnan(known).any() else float(known.sum()),
                unit=spend.measure.label,
                per_accepted=_ratio(spend.each[place].sum(axis=1), numpy.nansum(accepted[place], axis=1), seed),
            )
        )
    return found


def _ratio(spent: ndarray, accepted: ndarray, seed: int) -> Interval | None:
    """Spent over accepted with its interval over documents; a draw in which nothing is accepted counts as endless."""
    import numpy

    if not accepted.sum():
        return None
    weights = _weights(spent.size, seed)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        ratios = (weights @ spent) / (weights @ accepted)
    return _percentiles(float(spent.sum() / accepted.sum()), ratios)


def equal(cube: Cube, baseline: str, measures: Sequence[Measure], volume: Volume, seed: int) -> list[Equal]:
    """Every cell against the baseline at equal volume, in each of these measures over accepted samples."""
    import numpy

    accepted = numpy.nan_to_num(cube.of(ACCEPTED.name))
    spent = spend_of(cube).each
    values = numpy.stack([cube.of(measure.name) for measure in measures], axis=-1)
    means, sizes = _drawn(accepted, spent, values, volume, seed)
    against = means[:, cube.cells.index(baseline)]
    found = []
    for place, cell in enumerate(cube.cells):
        if cell != baseline:
            differences = means[:, place] - against
            size = float(sizes[:, place].mean())
            found += [
                Equal(volume, measure, cell, size, spread)
                for measure, column in zip(measures, differences.T, strict=True)
                if (spread := _spread(column)) is not None
            ]
    return sorted(found, key=lambda each: measures.index(each.measure))


def _drawn(accepted: ndarray, spent: ndarray, values: ndarray, volume: Volume, seed: int) -> tuple[ndarray, ndarray]:
    """The means of every draw by cell and measure, and how many accepted samples they rest on."""
    import numpy

    cells, documents, draws, _ = values.shape
    generator = numpy.random.default_rng(seed)
    means, sizes = numpy.empty((DRAWS, cells, values.shape[-1])), numpy.empty((DRAWS, cells))
    for number in range(DRAWS):
        order = generator.integers(documents, size=documents)
        counts = accepted[:, order].reshape(cells, documents * draws)
        if volume == "samples":
            total = counts.cumsum(axis=1)
            taken = (counts + total[:, -1].min() - total).clip(0, counts)
        else:
            paid = spent[:, order].reshape(cells, documents * draws).cumsum(axis=1)
            taken = counts * (paid <= paid[:, -1].min())
        chosen = values[:, order].reshape(cells, documents * draws, -1)
        means[number] = mean_of(chosen.swapaxes(1, 2), taken[:, None])
        sizes[number] = taken.sum(axis=1)
    return means, sizes


def _spread(values: ndarray) -> Interval | None:
    import numpy

    known = values[~numpy.isnan(values)]
    return _percentiles(float(known.mean()), known) if known.size else None


def _percentiles(mean: float, values: ndarray) -> Interval | None:
    import numpy

    low, high = numpy.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="inverted_cdf")
    return Interval(mean, float(low), float(high) if numpy.isfinite(high) else None, "percentile")


def _weights(documents: int, seed: int) -> ndarray:
    """How often every draw has each document."""
    import numpy

    generator = numpy.random.default_rng(seed)
    return generator.multinomial(documents, [1 / documents] * documents, size=DRAWS)
