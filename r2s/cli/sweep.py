"""`r2s sweep`: the same documents under other settings, and how the dialogues differ."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from r2s.cli import observing, settings
from r2s.cli.comparing import Baseline, Filters, Judge, Own, Primary, SameJudge, choices_of, judging_config
from r2s.cli.run import CODES, Resume, RetryFailed
from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.config import RunConfig
    from r2s.experiments.cells import Factor, Play
    from r2s.experiments.results import Choices
    from r2s.experiments.sweep import Sweep, SweepReport

EXAMPLE = (
    "Example:  r2s sweep docs/ --reviewers 0,1,2,3,5 --seeds 0,1,2 --model openai:NAME --judge openai:OTHER -o SWEEP"
    "\n\nAnother:  r2s sweep docs/ --grid candidates=1,2,4 --grid policies.consensus.kind=rank,majority -o SWEEP"
)
HELP = (
    "Play the same documents under every combination of settings, and compare: quality against the number of"
    " reviewers, with intervals, tests, costs and figures.\n\n"
    "Each cell is an ordinary run under SWEEP/cells; all share SWEEP/journal.sqlite, so that what cells have in common"
    " is paid once. The same command goes on where it was stopped, whatever stopped it. Results: table.csv (a row for"
    " every document, cell, seed and replicate), turns.csv, report.md, report.html, figures/.\n\n"
    "Outcomes are by rule, and with --judge by a model that reviewed none of the dialogues; what the run's own"
    " reviewers thought is shown apart. Collectors of your own are Python modules that register functions with"
    " r2s.evaluation.collectors."
)

Out = Annotated[Path, typer.Option("--out", "-o", help="The directory; an unfinished sweep there goes on.")]
Panels = Annotated[
    str | None, typer.Option("--reviewers", help="Panels to compare, such as 0,1,2,3,5; 0 means no review.")
]
Grid = Annotated[
    list[str] | None,
    typer.Option(help="A setting and its values: a.b=x,y. Several times; the first is the baseline's."),
]
Seeds = Annotated[str, typer.Option(help="Seeds, each played in every cell, such as 0,1,2.")]


def register(app: typer.Typer) -> None:
    app.command("sweep", help=HELP, short_help="Compare reviewer counts and other settings.", epilog=EXAMPLE)(sweep)


def sweep(
    docs: settings.Docs,
    out: Out,
    reviewers: Panels = None,
    grid: Grid = None,
    seeds: Seeds = "0",
    judge: Judge = None,
    same_judge: SameJudge = False,
    baseline: Baseline = None,
    primary: Primary = None,
    filter: Filters = None,
    collectors: Own = None,
    config: settings.Config = None,
    set_: settings.Set = None,
    method: settings.Method = None,
    model: settings.ModelNames = None,
    base_url: settings.BaseUrl = None,
    candidates: settings.Candidates = None,
    turns: settings.Turns = None,
    dialogues: settings.Dialogues = None,
    limit: settings.Limit = None,
    text_field: settings.TextField = None,
    title_field: settings.TitleField = None,
    prompts: settings.Prompts = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    journal: settings.Journal = None,
    resume: Resume = "auto",
    retry_failed: RetryFailed = False,
    log_file: observing.LogFile = None,
    log_format: observing.LogFormat = "json",
    log_level: observing.LogLevel = "info",
    otel: observing.Otel = None,
    prometheus: observing.Prometheus = None,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Compare settings on the same documents."""
    from r2s.experiments.sweep import Sweep

    flags = settings.flags_in(locals())
    # Counts to compare, not the one of a run.
    del flags["reviewers"]
    configure = partial(_configured, config, set_ or (), model, flags)
    factors = _factors(reviewers, grid or (), flags)
    plays = _plays(factors, seeds, configure)
    choices = choices_of(collectors, filter, baseline, primary)
    judge_config = _judge_config(judge, plays, configure, insist=same_judge)
    _check_baseline(baseline, plays)
    job = Sweep(docs, factors, plays, out, resume=resume, retry_failed=retry_failed, journal=journal)
    with observing.Observing(log_file, log_format, log_level, otel, prometheus).watchers(job.meter) as watchers:
        job.watchers = watchers
        code = _run(job, choices, judge_config, as_json)
    raise typer.Exit(code)


def _configured(
    source: str | None, given: Sequence[str], model: Sequence[str] | None, flags: dict[str, Any], cell: Sequence[str]
) -> RunConfig:
    return settings.configuration(source, [*given, *cell], model, **flags)


def _factors(reviewers: str | None, grid: Sequence[str], flags: dict[str, Any]) -> list[Factor]:
    from r2s.experiments.cells import REVIEWERS, Factor, parse_factor, parse_whole

    panels = [Factor(REVIEWERS, parse_whole(reviewers, "--reviewers"))] if reviewers else []
    factors = [*panels, *map(parse_factor, grid)]
    for factor in factors:
        if flags.get(factor.path) is not None:
            raise ConfigError(f"--grid {factor.path} and --{factor.path} are both given; leave out one of them")
    return factors


def _plays(factors: Sequence[Factor], seeds: str, configure: Callable[[Sequence[str]], RunConfig]) -> list[Play]:
    from r2s.experiments.cells import cells_of, parse_whole, plays_of

    cells = cells_of(factors)
    if len(cells) < 2:
        raise ConfigError("there is nothing to compare: give --reviewers 0,1,2,3,5, or --grid name=x,y")
    return plays_of(cells, parse_whole(seeds, "--seeds"), configure)


def _judge_config(
    judge: str | None, plays: Sequence[Play], configure: Callable[[Sequence[str]], RunConfig], *, insist: bool
) -> RunConfig | None:
    if judge is None:
        return None
    from r2s.experiments.held_out import check_held_out

    if not insist:
        check_held_out(judge, [play.config for play in plays])
    return judging_config(configure([]), judge)


def _check_baseline(baseline: str | None, plays: Sequence[Play]) -> None:
    names = dict.fromkeys(play.cell.name for play in plays)
    if baseline is not None and baseline not in names:
        raise ConfigError(f"--baseline {baseline}: there is no such cell; cells are {'; '.join(names)}")


def _run(job: Sweep, choices: Choices, judge: RunConfig | None, as_json: bool) -> int:
    import asyncio

    return asyncio.run(_play(job, choices, judge, as_json))


async def _play(job: Sweep, choices: Choices, judge: RunConfig | None, as_json: bool) -> int:
    import asyncio

    from r2s.cli.app import EXIT_FAILED_DOCUMENTS
    from r2s.cli.comparing import compare
    from r2s.cli.run import stop_on_signals

    received = stop_on_signals(job)
    try:
        report = await _played(job)
        if report.status == "finished":
            journal = job.journal or job.directory.journal
            code = await compare(list(job.directory.runs()), job.out, choices, judge, journal, job.meter, as_json)
            return code or (EXIT_FAILED_DOCUMENTS if report.failed else 0)
    except asyncio.CancelledError:
        return 128 + received[0]
    print(f"r2s: {report.message}", file=sys.stderr)
    print(f"r2s: the same command goes on; r2s collect {job.out} compares what is there", file=sys.stderr)
    return 128 + received[0] if report.status == "stopped" else CODES[report.status]


async def _played(job: Sweep) -> SweepReport:
    """The sweep with its progress: finished cells count as done."""
    from r2s.cli.progress import Progress
    from r2s.runs.inputs import expected_dialogues

    total = expected_dialogues(job.inputs, job.plays[0].config)
    with Progress(job.meter) as progress:
        gauge = progress.gauge
        gauge.whole = total * len(job.plays)

        def on_play(play: Play) -> None:
            number = job.plays.index(play)
            gauge.part = f"{play.cell.name}, seed {play.seed} ({number + 1} of {len(job.plays)})"
            gauge.before = number * total

        job.on_play, job.watchers, job.on_note = on_play, [*job.watchers, progress.tell], progress.on_note
        return await job.play()
