"""Paired differences from the baseline, with their intervals, measure by measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from r2s.evaluation.collectors import Measure
from r2s.experiments.comparison import Contrast
from r2s.experiments.figures.style import BLUE, GREY, INK, VERMILION, Drawing, cut, in_units, panels, titled
from r2s.experiments.statistics import LEVEL

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Panel
    from matplotlib.figure import Figure


def forest(baseline: str, contrasts: Sequence[Contrast]) -> Drawing:
    """A panel for each measure, a line for each cell."""
    measures = list(dict.fromkeys(contrast.measure for contrast in contrasts))
    grouped = [[each for each in contrasts if each.measure == measure] for measure in measures]
    caption = (
        f"Difference from {baseline}, paired by document, with its 95 % bootstrap interval; on the right the p-value "
        "of the sign-flip test after Holm's correction. Filled where interval and test (p < .05) both speak for a "
        "difference: blue for a better value, vermilion for a worse one."
    )

    def draw() -> Figure:
        longest = max(map(len, grouped))
        figure, places = panels(len(grouped), 2, (4.4, 1.1 + 0.27 * longest))
        for panel, group in zip(places, grouped, strict=True):
            _panel(panel, group)
        return figure

    rows = [_row(contrast, baseline) for contrast in contrasts]
    return Drawing("differences", f"Differences from {baseline}", caption, tuple(rows[0]), rows, draw)


def _panel(panel: Panel, group: Sequence[Contrast]) -> None:
    measure = group[0].measure
    panel.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for place, contrast in enumerate(group):
        spread = contrast.interval
        colour = _colour(contrast)
        if spread.low is not None and spread.high is not None:
            panel.hlines(place, spread.low, spread.high, color=colour, linewidth=2.0, zorder=2)
        fill = colour if _is_clear(contrast) else "white"
        panel.plot(spread.mean, place, "o", color=colour, markerfacecolor=fill, markersize=5.5, zorder=3)
        told = "" if contrast.p_holm is None else _p(contrast.p_holm)
        panel.annotate(
            told,
            (1.0, place),
            (4, 0),
            ("axes fraction", "data"),
            "offset points",
            va="center",
            fontsize=7.5,
            color=GREY,
        )
    panel.set_yticks(range(len(group)), [cut(contrast.cell) for contrast in group])
    panel.set_ylim(len(group) - 0.4, -0.6)
    panel.margins(x=0.08)
    panel.locator_params(axis="x", nbins=5)
    panel.grid(visible=False, axis="y")
    titled(panel, measure)
    in_units(panel.xaxis, measure, differences=True)
    if measure.is_share:
        panel.set_xlabel("percentage points", fontsize=8, color=GREY)


def _is_clear(contrast: Contrast) -> bool:
    """Where few documents moved, the interval alone is too narrow."""
    return contrast.interval.excludes_zero and contrast.p_holm is not None and contrast.p_holm < 1 - LEVEL


def _colour(contrast: Contrast) -> str:
    if not _is_clear(contrast) or contrast.measure.better is None:
        return GREY
    return BLUE if is_better(contrast.measure, contrast.interval.mean) else VERMILION


def is_better(measure: Measure, difference: float) -> bool:
    """Whether a difference from the baseline goes the better way."""
    return (difference > 0) == (measure.better == "higher")


def _p(p: float) -> str:
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".").replace("1.000", "1")


def _row(contrast: Contrast, baseline: str) -> dict[str, Any]:
    spread = contrast.interval
    return {
        "measure": contrast.measure.name,
        "cell": contrast.cell,
        "baseline": baseline,
        "documents": contrast.documents,
        "difference": spread.mean,
        "low": spread.low,
        "high": spread.high,
        "interval": spread.method,
        "p": contrast.p,
        "p_holm": contrast.p_holm,
        "least_detectable": contrast.least,
    }
