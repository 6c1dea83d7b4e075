"""The figures of a comparison: those that its cells and measures allow."""

from collections.abc import Iterator

from r2s.experiments.analysis import Analysis
from r2s.experiments.figures.curves import curves
from r2s.experiments.figures.ecdf import ecdf
from r2s.experiments.figures.forest import forest
from r2s.experiments.figures.heat import heat
from r2s.experiments.figures.panel import panel
from r2s.experiments.figures.pareto import pareto
from r2s.experiments.figures.style import Drawing
from r2s.experiments.figures.wins import wins

# The outcomes that have a panel of their own, where figures show several; the tables have them all.
MOST_PANELS, MOST_WIDE = 9, 3


def drawings_of(analysis: Analysis) -> list[Drawing]:
    """All of them, in the order of the report."""
    return list(_drawings(analysis))


def _drawings(analysis: Analysis) -> Iterator[Drawing]:
    cube, axes, shown = analysis.cube, analysis.axes, analysis.shown[:MOST_PANELS]
    judged = [measure for measure in shown if measure.better][:MOST_WIDE] or shown[:1]
    yield curves("outcomes", "Outcomes", cube, axes, analysis.means, shown)
    contrasts = [contrast for contrast in analysis.contrasts if contrast.measure in shown]
    if contrasts:
        yield forest(axes.baseline, contrasts)
        yield heat(cube, axes, judged[0])
        yield ecdf(cube, axes, judged)
        yield wins(cube, axes, judged[0])
    if any(cost.per_accepted for cost in analysis.costs):
        yield pareto(axes, analysis.costs, analysis.means, judged)
    if drawing := panel(axes, analysis.means, analysis.agreements):
        yield drawing
