"""What a report says of a comparison, from what was compared to how to read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from r2s.evaluation.collectors import Measure
from r2s.experiments.analysis import Analysis
from r2s.experiments.comparison import Contrast
from r2s.experiments.figures.style import Drawing, listed
from r2s.experiments.reports import numbers
from r2s.experiments.reports.blocks import Block, Grid, Heading, Paragraph, Picture, Points
from r2s.experiments.reports.story import Story
from r2s.experiments.volumes import Equal, Volume
from r2s.models.names import BASELINE

BASELINE_NOTICE = (
    "These dialogues are by the extractive baseline, which is no language model: it picks sentences and fills phrases, "
    "and its reviewers score by rules. They show that the experiment runs and what its report looks like. They do not "
    "show what reviewers do for dialogues of language models, and no conclusion about that can be drawn from them."
)
NO_JUDGE = (
    "No judge was asked: every outcome here is by rule. What the run's own reviewers thought is shown apart, as it "
    "cannot tell whether they help."
)


def contents(analysis: Analysis, story: Story, drawings: Sequence[Drawing]) -> Iterator[Block]:
    """The report, block by block."""
    pictures = {drawing.name: Picture(drawing.name, drawing.title, drawing.caption) for drawing in drawings}

    def picture(name: str) -> Iterator[Block]:
        if name in pictures:
            yield pictures[name]

    yield Heading(story.title, 1)
    yield from _about(analysis, story)
    yield Heading("Outcomes")
    yield from _outcomes(analysis)
    yield from picture("outcomes")
    yield Heading(f"Differences from {analysis.axes.baseline}")
    yield from _differences(analysis)
    yield from picture("differences")
    yield from picture("documents")
    yield from picture("distributions")
    yield from picture("wins")
    yield Heading("At equal volume")
    yield from _volumes(analysis)
    yield Heading("Cost")
    yield from _costs(analysis)
    yield from picture("quality-and-cost")
    yield from _sizes(analysis)
    if "panel" in pictures:
        yield Heading("The panel")
        yield from _panel(analysis)
        yield from picture("panel")
    yield Heading("How to read this")
    yield Points(list(_reading(analysis)))


def _about(analysis: Analysis, story: Story) -> Iterator[Block]:
    cube, table = analysis.cube, analysis.table
    if any(BASELINE in names for names in story.models.values()):
        yield Paragraph(BASELINE_NOTICE, is_notice=True)
    for note in story.notes:
        yield Paragraph(note, is_notice=True)
    languages = Counter({row.key.document: row.language for row in table.rows}.values())
    told = listed(f"{count} {language or 'unread'}" for language, count in languages.most_common())
    models = ", ".join(f"{role} {listed(names)}" for role, names in story.models.items())
    draws = len(cube.draws)
    yield Points(
        [
            f"{len(cube.documents)} documents ({told}), each played {draws} time{'s' if draws > 1 else ''} in each of "
            f"{len(cube.cells)} cells: {'; '.join(cube.cells)}.",
            f"Method {listed(story.methods)}; models: {models}.",
            f"Judge: {story.judge}." if story.judge else NO_JUDGE,
            _statuses(analysis),
        ]
    )


def _statuses(analysis: Analysis) -> str:
    counts = Counter(row.status for row in analysis.table.rows)
    gone = [f"{counts[status]} {status}" for status in ("failed", "missing") if counts[status]]
    if not gone:
        return f"All {counts['finished']} dialogues were finished."
    return (
        f"{counts['finished']} dialogues were finished, {listed(gone)}. Those count as no accepted sample and are in "
        "no other mean; differences are over documents that both cells have."
    )


def _outcomes(analysis: Analysis) -> Iterator[Block]:
    head = ("outcome", "better", *analysis.cube.cells)
    yield Grid(head, [_means_row(analysis, measure) for measure in (*analysis.moved, *analysis.unmoved)])
    if analysis.unmoved:
        labels = listed(measure.label for measure in analysis.unmoved)
        yield Paragraph(f"The same in every cell, document by document: {labels}. They are not tested.")


def _means_row(analysis: Analysis, measure: Measure) -> tuple[str, ...]:
    means = (analysis.mean(measure, cell) for cell in analysis.cube.cells)
    spreads = (numbers.spread(mean.interval, measure) if mean else numbers.NONE for mean in means)
    return (measure.label, measure.better or "", *spreads)


def _differences(analysis: Analysis) -> Iterator[Block]:
    if not analysis.contrasts:
        yield Paragraph("No outcome of any document differs between cells.")
        return
    yield Paragraph("Differences of percentages are in percentage points.")
    head = ("outcome", "cell", "documents", "difference (95 %)", "p", "p (Holm)", "least detectable")
    yield Grid(head, [_contrast_row(contrast) for contrast in analysis.contrasts], names=2)
    if analysis.trends:
        yield Heading("Trend", 3)
        yield Paragraph(f"The mean change of an outcome for one more on the axis {analysis.axes.label}.")
        rows = [
            (
                trend.measure.label,
                trend.series or "all",
                str(trend.documents),
                numbers.spread_of_difference(trend.interval, trend.measure),
                numbers.p_value(trend.p),
            )
            for trend in analysis.trends
        ]
        yield Grid(("outcome", "series", "documents", "slope (95 %)", "p"), rows, names=2)


def _contrast_row(contrast: Contrast) -> tuple[str, ...]:
    measure = contrast.measure
    least = numbers.difference(contrast.least, measure).lstrip("+")
    return (
        measure.label,
        contrast.cell,
        str(contrast.documents),
        numbers.spread_of_difference(contrast.interval, measure),
        numbers.p_value(contrast.p),
        numbers.p_value(contrast.p_holm),
        least,
    )


def _volumes(analysis: Analysis) -> Iterator[Block]:
    yield Paragraph(
        "More reviewers may change how many samples are accepted, and they always change what these cost. Here "
        "accepted samples alone are compared: as many of them in every cell, or as many as the cheapest cell's budget "
        "buys."
    )
    head = ("outcome", "cell", "samples", "at equal samples", "samples", "at equal budget")
    found: dict[tuple[Measure, str], dict[Volume, Equal]] = {}
    for each in analysis.equal:
        found.setdefault((each.measure, each.cell), {})[each.volume] = each
    moved = [item for item in found.items() if item[0][0] in analysis.shown]
    if not moved:
        yield Paragraph("No cell has an accepted sample, or no outcome of accepted samples differs.")
        return
    rows = [
        (measure.label, cell, *_at(volumes, "samples"), *_at(volumes, "budget")) for (measure, cell), volumes in moved
    ]
    yield Grid(head, rows, names=2)


def _at(volumes: Mapping[Volume, Equal], volume: Volume) -> tuple[str, str]:
    each = volumes.get(volume)
    if each is None:
        return numbers.NONE, numbers.NONE
    return f"{each.size:,.0f}", numbers.spread_of_difference(each.interval, each.measure)


def _costs(analysis: Analysis) -> Iterator[Block]:
    unit = analysis.costs[0].unit
    head = ("cell", "dialogues", "failed", "accepted", "calls", "tokens", "USD", f"{unit} an accepted sample (95 %)")
    rows = [
        (
            cost.cell,
            numbers.plain(cost.dialogues),
            numbers.plain(cost.failed),
            numbers.plain(cost.accepted),
            numbers.plain(cost.calls),
            numbers.plain(cost.tokens),
            "unknown" if cost.cost_usd is None else f"{cost.cost_usd:,.2f}",
            numbers.spread(cost.per_accepted, _PLAIN) if cost.per_accepted else numbers.NONE,
        )
        for cost in analysis.costs
    ]
    yield Grid(head, rows)
    yield Paragraph(
        "Calls that the shared journal answered are counted as if they had been made, so that a cell costs what it "
        "would cost alone. What a failed dialogue took is not known and not in here."
    )


_PLAIN = Measure("", "")


def _sizes(analysis: Analysis) -> Iterator[Block]:
    sizes = [measure for measure in analysis.cube.measures if measure.kind == "size"]
    if sizes:
        yield Heading("Sizes", 3)
        yield Grid(("", "", *analysis.cube.cells), [_means_row(analysis, measure) for measure in sizes])


def _panel(analysis: Analysis) -> Iterator[Block]:
    alphas = {agreement.cell: agreement for agreement in analysis.agreements}
    measures = [measure for measure in analysis.cube.measures if measure.kind == "panel"]
    cells = [cell for cell in analysis.cube.cells if any(analysis.mean(measure, cell) for measure in measures)]
    rows: list[tuple[str, ...]] = []
    for cell in cells:
        means = [analysis.mean(measure, cell) for measure in measures]
        shown = [numbers.spread(mean.interval, mean.measure) if mean else numbers.NONE for mean in means]
        alpha = alphas.get(cell)
        rows.append((cell, *shown, numbers.spread(alpha.alpha, _PLAIN) if alpha else numbers.NONE))
    yield Grid(("cell", *(measure.label for measure in measures), "α (ordinal)"), rows)


def _stayed(analysis: Analysis) -> str:
    return ", which is the same in every cell" if analysis.primary in analysis.unmoved else ""


def _reading(analysis: Analysis) -> Iterator[str]:
    cube = analysis.cube
    yield (
        "The unit is the document: its seeds and dialogues are averaged first, as they are not independent. "
        "Differences are paired: the same documents and seeds in every cell."
    )
    yield (
        "Intervals are 95 % bootstrap intervals over documents (BCa, 9,999 draws, seeded; percentiles where "
        "fewer than ten documents differ from the rest); p-values are of two-sided "
        "sign-flip permutation tests, corrected by Holm for the cells compared in one outcome. They are not corrected "
        "for the number of outcomes: read one that was chosen beforehand, and the others as description."
    )
    yield (
        f"The outcome chosen here is {analysis.primary.label}{_stayed(analysis)}. The least detectable difference is "
        "what a paired t-test of this size finds in four of five experiments; a smaller effect may be there unseen."
    )
    if len(cube.documents) < 10:
        yield "With fewer than ten documents intervals are too narrow: take none of this as shown."
    if cube.seeds == 1:
        yield "There is one seed: how far results move with the seed is not known."
    yield (
        "Where only a few documents moved, bootstrap intervals are too narrow and may leave out zero while the test "
        "finds nothing: believe the test."
    )
    yield (
        "An accepted sample is a dialogue that passes the filters of this comparison (by default: no flaw that "
        "speakers are asked to mend, two turns or more, no reply half said before)."
    )
