"""A comparison worked out: from its table to every number that reports and figures show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from r2s.errors import ConfigError
from r2s.evaluation.collectors import Measure
from r2s.experiments.agreement import PanelAgreement, Ratings, panel_agreements
from r2s.experiments.axes import Axes, axes_of
from r2s.experiments.comparison import CellMean, Contrast, Trend, cell_means, contrasts, trends
from r2s.experiments.cube import Cube
from r2s.experiments.table import Table
from r2s.experiments.volumes import CellCost, Equal, costs, equal

# By what cells are compared where nobody says otherwise: the first of these that there is.
PRIMARY = ("kbench_avg", "coverage")


@dataclass(frozen=True)
class Analysis:
    """`moved` are the outcomes in which any document of any cell differs from the baseline, `unmoved` the others.

    The primary outcome comes first, then those that moved in most documents.
    """

    table: Table
    cube: Cube
    axes: Axes
    primary: Measure
    moved: tuple[Measure, ...]
    unmoved: tuple[Measure, ...]
    means: tuple[CellMean, ...]
    contrasts: tuple[Contrast, ...]
    trends: tuple[Trend, ...]
    costs: tuple[CellCost, ...]
    equal: tuple[Equal, ...]
    agreements: tuple[PanelAgreement, ...]
    seed: int

    @cached_property
    def shown(self) -> tuple[Measure, ...]:
        """The outcomes that figures show: those that moved, or the primary one where none did."""
        return self.moved or (self.primary,)

    def mean(self, measure: Measure, cell: str) -> CellMean | None:
        """The mean of a measure in a cell."""
        return next((each for each in self.means if each.measure == measure and each.cell == cell), None)


def analyse(
    table: Table, ratings: Ratings, *, baseline: str | None = None, primary: str | None = None, seed: int = 0
) -> Analysis:
    """Everything worked out; raises `ConfigError` where there is nothing to compare."""
    if not any(row.status == "finished" for row in table.rows):
        raise ConfigError("there is nothing to compare: no dialogue is finished")
    cube = Cube(table)
    axes = axes_of(table, baseline)
    outcomes = [measure for measure in cube.measures if measure.kind == "outcome"]
    chosen = _primary(outcomes, primary)
    counts = {measure: _moved(cube, axes.baseline, measure) for measure in outcomes}
    moved = tuple(measure for measure in outcomes if counts[measure])
    moved = tuple(sorted(moved, key=lambda measure: (measure != chosen, -counts[measure])))
    unmoved = tuple(measure for measure in outcomes if measure not in moved)
    volumes = [each for volume in ("samples", "budget") for each in equal(cube, axes.baseline, outcomes, volume, seed)]
    return Analysis(
        table=table,
        cube=cube,
        axes=axes,
        primary=chosen,
        moved=moved,
        unmoved=unmoved,
        means=tuple(cell_means(cube, seed)),
        contrasts=tuple(contrasts(cube, axes, moved, seed)),
        trends=tuple(trends(cube, axes, moved, seed)),
        costs=tuple(costs(cube, seed)),
        equal=tuple(each for each in volumes if each.measure.name != "accepted"),
        agreements=tuple(panel_agreements(ratings, seed)),
        seed=seed,
    )


def _primary(outcomes: Sequence[Measure], named: str | None) -> Measure:
    by_name = {measure.name: measure for measure in outcomes}
    if named is not None and named not in by_name:
        raise ConfigError(f"--primary {named}: no outcome of that name has numbers; there are {', '.join(by_name)}")
    chosen = named or next((name for name in PRIMARY if name in by_name), None)
    return by_name[chosen] if chosen else outcomes[0]


def _moved(cube: Cube, baseline: str, measure: Measure) -> int:
    """In how many places of cells and documents a measure is another than in the baseline."""
    import numpy

    values = cube.by_document(measure.name)
    differences = values - values[cube.cells.index(baseline)]
    return int((differences[~numpy.isnan(differences)] != 0).sum())
