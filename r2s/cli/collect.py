"""`r2s collect`: runs that are there, compared as the cells of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from r2s.cli import settings
from r2s.cli.comparing import (
    Baseline,
    Filters,
    Judge,
    Own,
    Primary,
    SameJudge,
    choices_of,
    compare,
    judging_config,
)
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from r2s.config import RunConfig
    from r2s.experiments.directory import CellRun

EXAMPLE = (
    "Example:  r2s collect RUN_A RUN_B -o COMPARED\n\n"
    "Another:  r2s collect SWEEP --collectors mine.py   works a sweep out anew, with measures of your own"
)
HELP = (
    "Compare runs that are there, as r2s sweep compares its cells: the settings in which they differ are the factors,"
    " runs that differ only in their seed are one cell. Nothing is played; with --judge, a judge is asked.\n\n"
    "Give whole sweeps or runs, of any age. Without -o a single sweep takes the results itself."
)


def register(app: typer.Typer) -> None:
    app.command("collect", help=HELP, short_help="Compare runs that are there.", epilog=EXAMPLE)(collect)


def collect(
    runs: Annotated[list[Path], typer.Argument(help="Run directories, or sweeps.", metavar="RUN")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The directory for the results.")] = None,
    judge: Judge = None,
    same_judge: SameJudge = False,
    baseline: Baseline = None,
    primary: Primary = None,
    filter: Filters = None,
    collectors: Own = None,
    config: settings.Config = None,
    set_: settings.Set = None,
    base_url: settings.BaseUrl = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    journal: settings.Journal = None,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Compare runs."""
    import asyncio

    from r2s.experiments.collecting import cells_in

    folder, cells = _place(runs, out), cells_in(runs)
    choices = choices_of(collectors, filter, baseline, primary)
    asked = settings.chosen_by(locals())
    judging = _judging(asked, judge, cells, insist=same_judge) if judge else None
    kept = journal or folder / "journal.sqlite"
    raise typer.Exit(asyncio.run(compare(cells, folder, choices, judging, kept, None, as_json)))


def _place(runs: Sequence[Path], out: Path | None) -> Path:
    from r2s.experiments.directory import SweepDirectory
    from r2s.experiments.results import MARKS, NAMES
    from r2s.runs.directory import Directory
    from r2s.runs.free_folder import check_free_for_results

    if out is None and (len(runs) > 1 or not SweepDirectory(runs[0]).manifest.exists()):
        raise ConfigError("say with -o where the results belong; only a single sweep takes them itself")
    folder = out or runs[0]
    check_free_for_results(folder, MARKS, NAMES)
    Directory(folder).create()
    return folder


def _judging(config: RunConfig, judge: str, cells: Sequence[CellRun], *, insist: bool) -> RunConfig:
    from r2s.config import load_config
    from r2s.experiments.held_out import check_held_out

    if not insist:
        check_held_out(judge, [load_config(cell.directory.config) for cell in cells])
    return judging_config(config, judge)
