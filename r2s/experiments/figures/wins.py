"""Which cell beats which: the share of documents on which one is better in a measure, ties counting half."""

from __future__ import annotations

from typing import TYPE_CHECKING

from r2s.evaluation.collectors import Measure
from r2s.experiments.axes import Axes
from r2s.experiments.cube import Cube
from r2s.experiments.figures.style import INK, Drawing, cut, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy import ndarray


def wins(cube: Cube, axes: Axes, measure: Measure) -> Drawing:
    """A matrix of cells by cells; for judgements of a judge, see r2s compare."""
    shares = win_shares(cube.by_document(measure.name), -1 if measure.better == "lower" else 1)
    rows = [
        {"cell": cell, "against": other, "share": None if (share := float(shares[line, column])) != share else share}
        for line, cell in enumerate(cube.cells)
        for column, other in enumerate(cube.cells)
        if line != column
    ]
    caption = (
        f"The share of documents on which the cell of the line is better in {measure.label} than that of the column, "
        "their seeds averaged; ties count half. This compares numbers; no judge compared dialogues here."
    )
    return Drawing(
        "wins",
        "Which cell beats which",
        caption,
        ("cell", "against", "share"),
        rows,
        lambda: _drawn(shares, [cut(axes.short(cell), 14) for cell in cube.cells], axes.label, measure),
    )


def win_shares(values: ndarray, sign: int) -> ndarray:
    """Of cells by documents: how often the line is over the column, of the documents that both have."""
    import numpy

    differences = sign * (values[:, None, :] - values[None, :, :])
    known = ~numpy.isnan(differences)
    won = (differences > 0).sum(axis=-1) + 0.5 * ((differences == 0) & known).sum(axis=-1)
    counts = known.sum(axis=-1)
    return numpy.where(counts > 0, won / numpy.maximum(counts, 1), numpy.nan)


def _drawn(shares: ndarray, cells: list[str], label: str, measure: Measure) -> Figure:
    import numpy
    from matplotlib.figure import Figure

    count = len(cells)
    shares = shares.copy()
    numpy.fill_diagonal(shares, numpy.nan)
    figure = Figure(figsize=(1.3 + 0.75 * count, 1.0 + 0.5 * count), layout="constrained")
    panel = figure.subplots()
    panel.imshow(numpy.ma.masked_invalid(shares), cmap="PuOr_r", vmin=0, vmax=1, aspect="auto")
    for line in range(count):
        for column in range(count):
            if shares[line, column] == shares[line, column]:
                strong = abs(shares[line, column] - 0.5) > 0.27
                told = f"{100 * shares[line, column]:.0f} %"
                panel.text(column, line, told, ha="center", va="center", color="white" if strong else INK, fontsize=8.5)
    panel.set_xticks(range(count), cells)
    panel.set_yticks(range(count), cells)
    panel.set_xlabel(f"against {label}")
    panel.set_ylabel(label)
    titled(panel, measure)
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    return figure
