"""Means along the axis, with their intervals: what several figures draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from r2s.experiments.axes import Axes, Series
from r2s.experiments.cells import told
from r2s.experiments.figures.style import LINES, MARKERS, SERIES, cut
from r2s.experiments.statistics import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Panel


def plot_series(panel: Panel, axes: Axes, spreads: Mapping[str, Interval]) -> None:
    """A line for each series through the means of its cells, where they have any."""
    for number, series in enumerate(axes.series):
        _plot(panel, axes, series, spreads, number)
    panel.set_xticks([axes.place(level) for level in axes.levels], [cut(told(level), 12) for level in axes.levels])
    panel.set_xlabel(axes.label)
    panel.grid(visible=False, axis="x")


def _plot(panel: Panel, axes: Axes, series: Series, spreads: Mapping[str, Interval], number: int) -> None:
    known = [
        (axes.place(level), spreads[cell])
        for cell, level in zip(series.cells, series.levels, strict=True)
        if cell in spreads
    ]
    if not known:
        return
    below = [spread.mean - (spread.mean if spread.low is None else spread.low) for _, spread in known]
    above = [(spread.mean if spread.high is None else spread.high) - spread.mean for _, spread in known]
    panel.errorbar(
        [place for place, _ in known],
        [spread.mean for _, spread in known],
        yerr=(below, above),
        color=SERIES[number % len(SERIES)],
        marker=MARKERS[number % len(MARKERS)],
        linestyle=LINES[number % len(LINES)],
        markersize=4.5,
        linewidth=1.6,
        elinewidth=1.6,
        capsize=2.5,
        label=cut(series.name),
        zorder=3,
    )
