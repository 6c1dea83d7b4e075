"""`r2s run`: documents in, a run directory out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from r2s.cli import observing, settings
from r2s.cli.app import EXIT_BUDGET, EXIT_ENDPOINT, EXIT_FAILED_DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from r2s.config import RunConfig
    from r2s.evaluation.judging import Judging
    from r2s.experiments.sweep import Sweep
    from r2s.runs.runner import Run, RunReport

EXAMPLE = (
    "Example:  r2s run docs/ notes.jsonl -o RUN --reviewers 3 --turns 8"
    "\n\nWatched:  r2s run docs/ -o RUN --log-file run.log --prometheus 9464"
    "      OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 r2s run docs/ -o RUN"
)
CODES = {"budget": EXIT_BUDGET, "endpoint": EXIT_ENDPOINT, "waiting": 0, "stopped": 130}

Out = Annotated[Path, typer.Option("--out", "-o", help="The run directory; an unfinished run there goes on.")]
Resume = Annotated[
    Literal["auto", "never"], typer.Option(help="auto goes on with the run in -o; never refuses if there is one.")
]
RetryFailed = Annotated[bool, typer.Option(help="Play failed documents again.")]
DryRun = Annotated[bool, typer.Option(help="Only say what the run would call, like r2s plan.")]


def register(app: typer.Typer) -> None:
    app.command("run", help="Turn documents into dialogues, as trees and samples.", epilog=EXAMPLE)(run)


def run(
    docs: settings.Docs,
    out: Out,
    config: settings.Config = None,
    set_: settings.Set = None,
    method: settings.Method = None,
    model: settings.ModelNames = None,
    base_url: settings.BaseUrl = None,
    reviewers: settings.Reviewers = None,
    candidates: settings.Candidates = None,
    turns: settings.Turns = None,
    dialogues: settings.Dialogues = None,
    limit: settings.Limit = None,
    text_field: settings.TextField = None,
    title_field: settings.TitleField = None,
    prompts: settings.Prompts = None,
    seed: settings.Seed = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    engine: settings.Engine = None,
    workers: settings.Workers = None,
    ray_address: settings.RayAddress = None,
    journal: settings.Journal = None,
    resume: Resume = "auto",
    retry_failed: RetryFailed = False,
    paused: Annotated[
        bool,
        typer.Option("--paused", help="Make no call before r2s desk RUN --resume or --step, or the page, lets it."),
    ] = False,
    dry_run: DryRun = False,
    log_file: observing.LogFile = None,
    log_format: observing.LogFormat = "json",
    log_level: observing.LogLevel = "info",
    otel: observing.Otel = None,
    prometheus: observing.Prometheus = None,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Turn documents into dialogues."""
    chosen = settings.chosen_by(locals())
    if dry_run:
        from r2s.cli.plan import show_plan

        return show_plan(docs, chosen, as_json)
    observed = observing.Observing(log_file, log_format, log_level, otel, prometheus)
    carry_out(
        docs,
        chosen,
        out,
        observed,
        resume=resume,
        retry_failed=retry_failed,
        journal=journal,
        paused=paused,
        as_json=as_json,
    )


def carry_out(
    docs: Sequence[Path],
    config: RunConfig,
    out: Path,
    observed: observing.Observing,
    *,
    resume: Literal["auto", "never"],
    retry_failed: bool,
    journal: str | None,
    as_json: bool,
    paused: bool = False,
) -> None:
    """Make a run, show how it goes, and leave with the exit code that it stands for."""
    import asyncio

    from r2s.runs.runner import Run

    job = Run(docs, config, out, resume=resume, retry_failed=retry_failed, journal=journal, paused=paused)
    with observed.watchers(job.meter) as watchers:
        job.watchers = watchers
        code = asyncio.run(_play(job, as_json))
    raise typer.Exit(code)


async def _play(job: Run, as_json: bool) -> int:
    import asyncio

    from r2s.cli.asking import asking_here
    from r2s.cli.progress import Progress
    from r2s.views.figures import print_summary

    received = stop_on_signals(job)
    with Progress(job.meter) as progress:
        job.watchers, job.on_note = [*job.watchers, progress.tell], progress.on_note
        try:
            async with asking_here(job.desk, job.out, progress):
                report = await job.play()
        except asyncio.CancelledError:
            return 128 + received[0]
    print_summary(report, as_json=as_json)
    if report.message:
        print(f"r2s: {report.message}", file=sys.stderr)
    if report.status == "stopped":
        return 128 + received[0]
    return code_of(report)


def code_of(report: RunReport) -> int:
    """The exit code that a report stands for; who stopped the run knows a better one."""
    failed = report.summary.figures()["documents"]["failed"]
    return CODES.get(report.status, EXIT_FAILED_DOCUMENTS if failed else 0)


def stop_on_signals(job: Run | Sweep | Judging) -> list[int]:
    """The first Ctrl-C or SIGTERM lets what is under way end, the second stops at once; nothing finished is lost."""
    import asyncio
    import signal

    received: list[int] = []
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop(number: int) -> None:
        received.append(number)
        if job.meter.closed is not None and task is not None:
            task.cancel()
            return
        print("r2s: stopping once the calls under way have ended; once more stops at once", file=sys.stderr)
        job.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    return received
