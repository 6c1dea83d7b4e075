"""Measures along the axis: the mean with its interval, and single documents as faint lines behind it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from r2s.evaluation.collectors import Measure
from r2s.experiments.axes import Axes
from r2s.experiments.comparison import CellMean
from r2s.experiments.cube import Cube
from r2s.experiments.figures.lines import plot_series
from r2s.experiments.figures.style import GREY, Drawing, in_units, panels, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Panel
    from matplotlib.figure import Figure

# More faint lines than these are a grey block.
MOST_DOCUMENTS = 60


def curves(
    name: str, title: str, cube: Cube, axes: Axes, means: Sequence[CellMean], measures: Sequence[Measure]
) -> Drawing:
    """A panel for each measure."""
    by_place = {(mean.measure.name, mean.cell): mean for mean in means}
    shown = _documents(cube)
    told = "every document" if len(shown) == len(cube.documents) else f"{len(shown)} of {len(cube.documents)} documents"
    caption = (
        f"Mean over documents with its 95 % bootstrap interval; faint lines are {told}. Arrows say which way is better."
    )

    def draw() -> Figure:
        figure, places = panels(len(measures), 3, (3.0, 2.45))
        for panel, measure in zip(places, measures, strict=True):
            _panel(panel, cube, axes, measure, by_place, shown)
        if len(axes.series) > 1:
            figure.legend(*places[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        return figure

    rows = [_row(mean, axes) for mean in means if mean.measure in measures]
    return Drawing(name, title, caption, tuple(rows[0]), rows, draw)


def _panel(
    panel: Panel,
    cube: Cube,
    axes: Axes,
    measure: Measure,
    by_place: dict[tuple[str, str], CellMean],
    shown: Sequence[int],
) -> None:
    values = cube.by_document(measure.name)
    for series in axes.series:
        places = [axes.place(level) for level in series.levels]
        rows = values[[cube.cells.index(cell) for cell in series.cells]][:, shown]
        panel.plot(places, rows, color=GREY, alpha=0.2, linewidth=0.7, zorder=1, solid_capstyle="round")
    plot_series(
        panel,
        axes,
        {cell: by_place[measure.name, cell].interval for cell in cube.cells if (measure.name, cell) in by_place},
    )
    panel.margins(x=0.06, y=0.08)
    titled(panel, measure)
    in_units(panel.yaxis, measure)


def _documents(cube: Cube) -> list[int]:
    places = range(len(cube.documents))
    if len(places) <= MOST_DOCUMENTS:
        return list(places)
    return sorted(random.Random(0).sample(places, MOST_DOCUMENTS))


def _row(mean: CellMean, axes: Axes) -> dict[str, Any]:
    spread = mean.interval
    return {
        "measure": mean.measure.name,
        "cell": mean.cell,
        "documents": mean.documents,
        "mean": spread.mean,
        "low": spread.low,
        "high": spread.high,
        "interval": spread.method,
    }
