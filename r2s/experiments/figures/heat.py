"""Documents by cells: where a measure moved, document by document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from r2s.evaluation.collectors import Measure
from r2s.experiments.axes import Axes
from r2s.experiments.cube import Cube, mean_of
from r2s.experiments.figures.style import Drawing, cut, in_units, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy import ndarray

# More names than these cannot be read.
MOST_NAMES = 40


def heat(cube: Cube, axes: Axes, measure: Measure) -> Drawing:
    """The difference from the baseline, documents in the order of their mean difference."""
    import numpy

    values = cube.by_document(measure.name)
    cells = [cell for series in axes.series for cell in series.cells if cell != axes.baseline]
    differences = values[[cube.cells.index(cell) for cell in cells]] - values[cube.cells.index(axes.baseline)]
    order = numpy.argsort(mean_of(differences.T), kind="stable")[::-1]
    rows = [
        {"document": cube.documents[document], "cell": cell, "difference": _number(differences[place, document])}
        for document in order
        for place, cell in enumerate(cells)
    ]
    caption = (
        f"{measure.label.capitalize()}: each document's difference from {axes.baseline}, its seeds averaged; documents "
        "in the order of their mean difference. Grey: not played, failed, or no number."
    )

    def draw() -> Figure:
        names = [cut(cube.documents[place]) for place in order]
        return _drawn(
            differences[:, order].T, [cut(axes.short(cell), 14) for cell in cells], names, axes.label, measure
        )

    return Drawing("documents", "Document by document", caption, ("document", "cell", "difference"), rows, draw)


def _number(value: float) -> float | None:
    return None if value != value else float(value)


def _drawn(differences: ndarray, cells: list[str], documents: list[str], label: str, measure: Measure) -> Figure:
    import numpy
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    has_names = len(documents) <= MOST_NAMES
    height = 1.4 + (0.2 * len(documents) if has_names else 4.6)
    figure = Figure(figsize=(2.4 + 0.7 * len(cells) + 1.6 * has_names, height), layout="constrained")
    panel = figure.subplots()
    moved = numpy.abs(differences[~numpy.isnan(differences) & (differences != 0)])
    most = float(numpy.quantile(moved, 0.98)) if moved.size else 1.0
    scale = colormaps["PuOr_r"].with_extremes(bad="#D5D7DB")
    image = panel.imshow(differences, aspect="auto", cmap=scale, vmin=-most, vmax=most, interpolation="nearest")
    panel.set_xticks(range(len(cells)), cells)
    panel.set_xlabel(label)
    titled(panel, measure)
    panel.set_yticks(range(len(documents)) if has_names else [], documents if has_names else [])
    panel.set_ylabel("" if has_names else f"{len(documents)} documents")
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=panel, shrink=0.6, pad=0.03, extend="both")
    bar.outline.set_visible(False)  # type: ignore[operator]
    unit = ", points" if measure.is_share else ""
    bar.set_label(f"difference in {measure.label}{unit}")
    in_units(bar.ax.yaxis, measure, differences=True)
    return figure
