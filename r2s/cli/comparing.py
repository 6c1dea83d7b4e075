"""What `r2s sweep` and `r2s collect` share: how cells are judged, compared and shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from r2s.config import RunConfig
    from r2s.errors import R2SError
    from r2s.experiments.directory import CellRun
    from r2s.experiments.held_out import Scores
    from r2s.experiments.results import Choices
    from r2s.models.journal.address import Where
    from r2s.runs.meter import Meter

Judge = Annotated[
    str | None, typer.Option(help="A model that scores every dialogue after K-BENCH; none of the reviewers'.")
]
SameJudge = Annotated[bool, typer.Option("--same-judge", help="Let a reviewer's model judge all the same.")]
Own = Annotated[
    list[str] | None,
    typer.Option("--collectors", help="A module or .py file that registers collectors. Several times."),
]
Filters = Annotated[
    list[str] | None, typer.Option("--filter", help="What an accepted sample passes, as for r2s export. Several times.")
]
Baseline = Annotated[str | None, typer.Option(help="The cell to compare with, by its name; the first if not given.")]
Primary = Annotated[str | None, typer.Option(help="The outcome chosen beforehand, by its column in table.csv.")]


def choices_of(
    collectors: Sequence[str] | None, filters: Sequence[str] | None, baseline: str | None, primary: str | None
) -> Choices:
    """How to compare, checked before anything is played: what is missing or mistaken should not come up at the end."""
    from r2s.evaluation.collectors import load_collectors
    from r2s.experiments.reading import DEFAULT_FILTERS
    from r2s.experiments.results import Choices
    from r2s.extras import load
    from r2s.samples.loading import load_export_settings

    for module in ("scipy.stats", "matplotlib.figure"):
        load(module, "comparing cells", "eval")
    load_collectors(collectors or ())
    asked = load_export_settings(filters=filters).filters if filters else DEFAULT_FILTERS
    return Choices(collectors or (), asked, baseline, primary)


def judging_config(config: RunConfig, judge: str) -> RunConfig:
    """The same settings, with this model for a judge."""
    return config.model_copy(update={"models": {**config.models, "judge": judge}})


async def compare(
    cells: Sequence[CellRun],
    out: Path,
    choices: Choices,
    judge: RunConfig | None,
    journal: Where,
    budget: Meter | None,
    as_json: bool,
) -> int:
    """Judge where there is a judge, write all results, show them; returns the exit code."""
    from r2s.cli.app import exit_code
    from r2s.experiments.held_out import KBENCH
    from r2s.experiments.reports.story import story_of
    from r2s.experiments.results import write_results
    from r2s.views.comparisons import print_comparison

    ended: R2SError | None = None
    if judge is not None:
        scores, ended = await _judged(cells, judge, journal, budget)
        choices = replace(choices, judged=lambda run: scores.get(run.path, {}), judge_measures=KBENCH)
    story = story_of(cells, judge.model_for("judge") if judge else None)
    print_comparison(write_results(cells, out, story, choices), as_json=as_json)
    if ended is None:
        return 0
    print(f"r2s: {ended}", file=sys.stderr)
    return exit_code(ended)


async def _judged(
    cells: Sequence[CellRun], config: RunConfig, journal: Where, budget: Meter | None
) -> tuple[Scores, R2SError | None]:
    from r2s.cli.progress import Counted
    from r2s.cli.run import stop_on_signals
    from r2s.evaluation.judging import Judging
    from r2s.experiments.held_out import judge_cells
    from r2s.runs.reading import count_trees

    with Counted("dialogues judged", sum(count_trees(cell.directory.path) for cell in cells)) as progress:
        async with Judging(config, journal=journal, budget=budget) as judging:
            progress.meter = judging.meter
            stop_on_signals(judging)
            found = await judge_cells(cells, judging, lambda judged: progress.add(judged.judgement is None))
            if waiting := judging.awaited():
                progress.say(f"r2s: {waiting.message}")
    return found
