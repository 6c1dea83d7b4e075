"""The whole distribution of a measure over documents, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from r2s.evaluation.collectors import Measure
from r2s.experiments.axes import Axes
from r2s.experiments.cube import Cube, present
from r2s.experiments.figures.style import LINES, Drawing, cut, in_units, panels, shades, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def ecdf(cube: Cube, axes: Axes, measures: Sequence[Measure]) -> Drawing:
    """A panel for each measure, a step line for each cell."""
    import numpy

    cells = [cell for series in axes.series for cell in series.cells]
    known = {
        (measure.name, cell): numpy.sort(present(cube.by_document(measure.name)[cube.cells.index(cell)]))
        for measure in measures
        for cell in cells
    }
    rows = [
        {"measure": name, "cell": cell, "value": float(value), "share": (place + 1) / values.size}
        for (name, cell), values in known.items()
        for place, value in enumerate(values)
    ]

    def draw() -> Figure:
        figure, places = panels(len(measures), 3, (3.3, 2.7))
        for panel, measure in zip(places, measures, strict=True):
            for number, (cell, colour) in enumerate(zip(cells, shades(len(cells)), strict=True)):
                values = known[measure.name, cell]
                if values.size:
                    panel.ecdf(
                        values, color=colour, linestyle=LINES[number % len(LINES)], linewidth=1.5, label=cut(cell)
                    )
            panel.set_ylabel("share of documents")
            panel.set_ylim(-0.02, 1.03)
            panel.yaxis.set_major_formatter(lambda share, place: f"{100 * share:.0f} %")
            titled(panel, measure)
            in_units(panel.xaxis, measure)
        figure.legend(*places[0].get_legend_handles_labels(), loc="outside lower center", ncols=min(5, len(cells)))
        return figure

    caption = (
        "The share of documents at or under a value, their seeds averaged; lines that lie on each other are equal."
    )
    return Drawing("distributions", "Distributions", caption, ("measure", "cell", "value", "share"), rows, draw)
