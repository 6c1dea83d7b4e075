"""The panel along the axis: what is accepted, how far reviewers are apart, and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from r2s.experiments.agreement import PanelAgreement
from r2s.experiments.axes import Axes
from r2s.experiments.comparison import CellMean
from r2s.experiments.figures.style import LINES, MARKERS, SERIES, Drawing, panels
from r2s.experiments.statistics import Interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ALPHA = "agreement (Krippendorff's α)"


def panel(axes: Axes, means: Sequence[CellMean], agreements: Sequence[PanelAgreement]) -> Drawing | None:
    """A panel for each thing that there is; None where no cell has reviewers."""
    known = {(mean.measure.label, mean.cell): mean.interval for mean in means if mean.measure.kind == "panel"}
    known |= {(ALPHA, each.cell): each.alpha for each in agreements}
    shown = list(dict.fromkeys(label for label, _ in known))
    rows = [_row(label, cell, spread) for (label, cell), spread in known.items()]
    if not agreements:
        return None

    def draw() -> Figure:
        figure, places = panels(len(shown), 3, (3.0, 2.4))
        for place, label in zip(places, shown, strict=True):
            for number, series in enumerate(axes.series):
                cells = [(cell, level) for cell, level in zip(series.cells, series.levels, strict=True)]
                points = [(axes.place(level), known[label, cell]) for cell, level in cells if (label, cell) in known]
                _line(place, points, number, series.name)
            place.set_xticks([axes.place(level) for level in axes.levels], [str(level) for level in axes.levels])
            place.set_xlabel(axes.label)
            place.margins(x=0.08, y=0.15)
            place.set_title(label)
            place.grid(visible=False, axis="x")
        return figure

    caption = (
        "What the run's own panel thought, and how far it agreed, with 95 % bootstrap intervals over documents. This "
        "describes panels; it does not tell how good dialogues are."
    )
    return Drawing("panel", "The panel", caption, tuple(rows[0]), rows, draw)


def _line(place: Any, points: Sequence[tuple[float, Interval]], number: int, name: str) -> None:
    if not points:
        return
    x, y = [at for at, _ in points], [spread.mean for _, spread in points]
    below = [spread.mean - (spread.mean if spread.low is None else spread.low) for _, spread in points]
    above = [(spread.mean if spread.high is None else spread.high) - spread.mean for _, spread in points]
    place.errorbar(
        x,
        y,
        yerr=(below, above),
        color=SERIES[number % len(SERIES)],
        marker=MARKERS[number % len(MARKERS)],
        linestyle=LINES[number % len(LINES)],
        markersize=4.5,
        linewidth=1.6,
        capsize=2.5,
        label=name,
    )


def _row(label: str, cell: str, spread: Interval) -> dict[str, Any]:
    return {"what": label, "cell": cell, "value": spread.mean, "low": spread.low, "high": spread.high}
