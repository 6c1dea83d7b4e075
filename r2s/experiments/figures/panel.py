"""The panel along the axis: what it scores and accepts, how far reviewers are apart, and how far they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from r2s.evaluation.collectors import Measure
from r2s.experiments.agreement import PanelAgreement
from r2s.experiments.axes import Axes
from r2s.experiments.comparison import CellMean
from r2s.experiments.figures.lines import plot_series
from r2s.experiments.figures.style import Drawing, in_units, panels
from r2s.experiments.statistics import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Panel
    from matplotlib.figure import Figure

ALPHA = Measure("alpha", "agreement (Krippendorff's α)", kind="panel")
# How many were heard is what was asked for; the tables say it.
_TAKEN_FOR_GRANTED = "reviewers_heard"


def panel(axes: Axes, means: Sequence[CellMean], agreements: Sequence[PanelAgreement]) -> Drawing | None:
    """A panel for each thing that there is; None where no cell has two reviewers."""
    known: dict[Measure, dict[str, Interval]] = {}
    for mean in means:
        if mean.measure.kind == "panel" and mean.measure.name != _TAKEN_FOR_GRANTED:
            known.setdefault(mean.measure, {})[mean.cell] = mean.interval
    if not agreements:
        return None
    known[ALPHA] = {each.cell: each.alpha for each in agreements}

    def draw() -> Figure:
        figure, places = panels(len(known), 2, (3.6, 2.4), sharex=True)
        for place, (measure, spreads) in zip(places, known.items(), strict=True):
            _panel(place, axes, measure, spreads)
        return figure

    rows = [
        {"measure": measure.name, "cell": cell, "mean": spread.mean, "low": spread.low, "high": spread.high}
        for measure, spreads in known.items()
        for cell, spread in spreads.items()
    ]
    caption = (
        "What the run's own panel thought, and how far it agreed, with 95 % bootstrap intervals over documents. This "
        "describes panels; it does not tell how good dialogues are."
    )
    return Drawing("panel", "The panel", caption, ("measure", "cell", "mean", "low", "high"), rows, draw)


def _panel(place: Panel, axes: Axes, measure: Measure, spreads: Mapping[str, Interval]) -> None:
    plot_series(place, axes, spreads)
    place.margins(x=0.08, y=0.2)
    if measure.is_share or measure == ALPHA:
        place.set_ylim(min(0.0, *(spread.low or 0.0 for spread in spreads.values())) - 0.03, 1.05)
    place.set_title(measure.label)
    place.tick_params(labelbottom=True)
    in_units(place.yaxis, measure)
