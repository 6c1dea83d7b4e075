"""Quality against cost: what a cell gives for what an accepted sample costs there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from r2s.evaluation.collectors import Measure
from r2s.experiments.axes import Axes
from r2s.experiments.comparison import CellMean
from r2s.experiments.figures.style import GREY, Drawing, cut, in_units, panels, shades, titled
from r2s.experiments.volumes import CellCost

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Panel
    from matplotlib.figure import Figure


def pareto(axes: Axes, costs: Sequence[CellCost], means: Sequence[CellMean], measures: Sequence[Measure]) -> Drawing:
    """A panel for each measure; cells that no other beats in both are joined by a dashed line."""
    known = {(mean.measure.name, mean.cell): mean for mean in means}
    grouped = [
        (measure, [(cost, known[measure.name, cost.cell]) for cost in costs if (measure.name, cost.cell) in known])
        for measure in measures
    ]
    caption = (
        f"Mean of a cell against its {costs[0].unit} for each accepted sample, with 95 % bootstrap intervals; points "
        f"are named by {axes.label}. Along the dashed line no other cell is both better and cheaper."
    )

    def draw() -> Figure:
        figure, places = panels(len(grouped), 3, (3.3, 2.9))
        for panel, (measure, points) in zip(places, grouped, strict=True):
            _panel(panel, axes, measure, [point for point in points if point[0].per_accepted])
        return figure

    rows = [_row(cost, mean) for _, points in grouped for cost, mean in points]
    return Drawing("quality-and-cost", "Quality and cost", caption, tuple(rows[0]), rows, draw)


def _panel(panel: Panel, axes: Axes, measure: Measure, points: Sequence[tuple[CellCost, CellMean]]) -> None:
    for (cost, mean), colour in zip(points, shades(len(points)), strict=True):
        spent = cost.per_accepted
        assert spent is not None, "only cells that have one are drawn"
        x, y = spent.mean, mean.interval.mean
        panel.errorbar(
            x,
            y,
            xerr=_ends(spent),
            yerr=_ends(mean.interval),
            fmt="o",
            color=colour,
            elinewidth=1.0,
            markersize=6,
            zorder=3,
        )
        panel.annotate(
            cut(axes.short(cost.cell), 20),
            (x, y),
            (6, 6),
            textcoords="offset points",
            fontsize=8.5,
            fontweight="bold",
            zorder=4,
        )
    front = frontier(
        [(cost.per_accepted.mean, mean.interval.mean) for cost, mean in points if cost.per_accepted], measure
    )
    panel.plot(*zip(*front, strict=True), color=GREY, linestyle=(0, (4, 3)), linewidth=1.0, zorder=1)
    panel.set_xlabel(f"{points[0][0].unit} an accepted sample")
    panel.margins(x=0.18, y=0.15)
    titled(panel, measure)
    in_units(panel.yaxis, measure)


def frontier(points: Sequence[tuple[float, float]], measure: Measure) -> list[tuple[float, float]]:
    """The points (cost, quality) that no other beats in both, from the cheapest on."""
    sign = -1 if measure.better == "lower" else 1
    front: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda point: (point[0], -sign * point[1])):
        if not front or sign * point[1] > sign * front[-1][1]:
            front.append(point)
    return front


def _ends(spread: Any) -> list[list[float]] | None:
    if spread.low is None or spread.high is None:
        return None
    return [[max(0.0, spread.mean - spread.low)], [max(0.0, spread.high - spread.mean)]]


def _row(cost: CellCost, mean: CellMean) -> dict[str, Any]:
    spent = cost.per_accepted
    return {
        "measure": mean.measure.name,
        "cell": cost.cell,
        "mean": mean.interval.mean,
        "low": mean.interval.low,
        "high": mean.interval.high,
        "unit": cost.unit,
        "per_accepted": spent and spent.mean,
        "per_accepted_low": spent and spent.low,
        "per_accepted_high": spent and spent.high,
    }
