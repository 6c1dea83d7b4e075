"""What a comparison finds: the means of its cells, their paired differences from the baseline, trends and costs.

The unit is the document: seeds and replicates of one are averaged before anything is tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from r2s.evaluation.collectors import Measure
from r2s.experiments.axes import Axes
from r2s.experiments.cube import Cube, present
from r2s.experiments.statistics import Interval, holm, interval, least_detectable, sign_flip_p, slope

if TYPE_CHECKING:
    from numpy import ndarray


@dataclass(frozen=True)
class CellMean:
    """The mean of a measure in a cell over the documents that have it."""

    measure: Measure
    cell: str
    documents: int
    interval: Interval


@dataclass(frozen=True)
class Contrast:
    """A cell less the baseline, over the documents that both have.

    `p_holm` is corrected for all cells compared in this measure; `least` is the smallest difference that an experiment
    of this size and scatter finds with 80 % power.
    """

    measure: Measure
    cell: str
    documents: int
    interval: Interval
    p: float | None
    p_holm: float | None
    least: float | None


@dataclass(frozen=True)
class Trend:
    """The change of a measure for one step along the axis: the mean slope over documents that every level has."""

    measure: Measure
    series: str
    documents: int
    interval: Interval
    p: float | None


def cell_means(cube: Cube, seed: int) -> list[CellMean]:
    """The means of all measures that have numbers."""
    found = []
    for measure in cube.measures:
        for cell, values in zip(cube.cells, cube.by_document(measure.name), strict=True):
            known = present(values)
            if (spread := interval(known, seed)) is not None:
                found.append(CellMean(measure, cell, known.size, spread))
    return found


def contrasts(cube: Cube, axes: Axes, measures: Sequence[Measure], seed: int) -> list[Contrast]:
    """Every cell against the baseline, in each of these measures."""
    return [contrast for measure in measures for contrast in _contrasts(cube, axes.baseline, measure, seed)]


def _contrasts(cube: Cube, baseline: str, measure: Measure, seed: int) -> list[Contrast]:
    values = cube.by_document(measure.name)
    against = values[cube.cells.index(baseline)]
    found = [
        _contrast(measure, cell, present(row - against), seed)
        for cell, row in zip(cube.cells, values, strict=True)
        if cell != baseline
    ]
    known = [contrast for contrast in found if contrast is not None]
    corrected = holm([contrast.p for contrast in known])
    return [replace(contrast, p_holm=p) for contrast, p in zip(known, corrected, strict=True)]


def _contrast(measure: Measure, cell: str, differences: ndarray, seed: int) -> Contrast | None:
    spread = interval(differences, seed)
    if spread is None:
        return None
    p, least = sign_flip_p(differences, seed), least_detectable(differences)
    return Contrast(measure, cell, differences.size, spread, p, None, least)


def trends(cube: Cube, axes: Axes, measures: Sequence[Measure], seed: int) -> list[Trend]:
    """The slopes along a numeric axis of three levels or more; with two, the contrast says the same."""
    if not axes.is_numeric:
        return []
    found = (
        _trend(cube, measure, series.name, series.cells, [axes.place(level) for level in series.levels], seed)
        for measure in measures
        for series in axes.series
        if len(series.cells) > 2
    )
    return [trend for trend in found if trend is not None]


def _trend(
    cube: Cube, measure: Measure, series: str, cells: Sequence[str], levels: Sequence[float], seed: int
) -> Trend | None:
    import numpy

    rows = cube.by_document(measure.name)[[cube.cells.index(cell) for cell in cells]]
    slopes = slope(numpy.array(levels), rows.T)
    spread = interval(slopes, seed)
    return spread and Trend(measure, series, slopes.size, spread, sign_flip_p(slopes, seed))
