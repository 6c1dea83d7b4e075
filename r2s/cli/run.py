"""`r2s run`: documents in, a run directory out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from r2s.cli import settings
from r2s.cli.app import EXIT_BUDGET, EXIT_ENDPOINT, EXIT_FAILED_DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from r2s.config import RunConfig
    from r2s.evaluation.judging import Judging
    from r2s.experiments.sweep import Sweep
    from r2s.runs.runner import Run, RunReport

EXAMPLE = "Example:  r2s run docs/ notes.jsonl -o RUN --reviewers 3 --turns 8"
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
    engine: Annotated[
        Literal["local"], typer.Option(help="Where dialogues are played: local is this process.")
    ] = "local",
    journal: settings.Journal = None,
    resume: Resume = "auto",
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
    as_json: settings.AsJson = False,
) -> None:
    """Turn documents into dialogues."""
    chosen = settings.configuration(
        config,
        set_,
        model,
        method=method,
        base_url=base_url,
        reviewers=reviewers,
        candidates=candidates,
        turns=turns,
        dialogues=dialogues,
        limit=limit,
        text_field=text_field,
        title_field=title_field,
        prompts=prompts,
        seed=seed,
        concurrency=concurrency,
        max_calls=max_calls,
        max_tokens=max_tokens,
        max_cost=max_cost,
    )
    if dry_run:
        from r2s.cli.plan import show_plan

        return show_plan(docs, chosen, as_json)
    carry_out(docs, chosen, out, resume=resume, retry_failed=retry_failed, journal=journal, as_json=as_json)


def carry_out(
    docs: Sequence[Path],
    config: RunConfig,
    out: Path,
    *,
    resume: Literal["auto", "never"],
    retry_failed: bool,
    journal: str | None,
    as_json: bool,
) -> None:
    """Make a run, show how it goes, and leave with the exit code that it stands for."""
    import asyncio

    from r2s.runs.runner import Run

    job = Run(docs, config, out, resume=resume, retry_failed=retry_failed, journal=journal)
    raise typer.Exit(asyncio.run(_play(job, as_json)))


async def _play(job: Run, as_json: bool) -> int:
    import asyncio

    from r2s.cli.progress import Progress
    from r2s.runs.inputs import expected_dialogues
    from r2s.views.figures import print_summary

    received = stop_on_signals(job)
    with Progress(expected_dialogues(job.inputs, job.config)) as progress:
        job.on_event = progress.on_event
        job.on_note = progress.on_note
        try:
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
