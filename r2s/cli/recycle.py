"""`r2s recycle`: pairs and dialogues in, better ones out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from r2s.cli import observing, settings
from r2s.cli.run import DryRun, Out, Resume, RetryFailed, carry_out

EXAMPLE = (
    "Example:  r2s recycle alpaca.jsonl -o RUN --model openai:gpt-4o-mini   "
    "and, to leave the instructions as they are, --set policies.reflection.instruction=false"
)

Pairs = Annotated[
    list[Path], typer.Argument(help="Pairs of instruction and answer, or dialogues: .jsonl and .json files.")
]


def register(app: typer.Typer) -> None:
    app.command("recycle", help="Make pairs and dialogues better by reflection.", epilog=EXAMPLE)(recycle)


def recycle(
    pairs: Pairs,
    out: Out,
    config: settings.Config = None,
    set_: settings.Set = None,
    model: settings.ModelNames = None,
    base_url: settings.BaseUrl = None,
    limit: settings.Limit = None,
    seed: settings.Seed = None,
    concurrency: settings.Concurrency = None,
    max_calls: settings.MaxCalls = None,
    max_tokens: settings.MaxTokens = None,
    max_cost: settings.MaxCost = None,
    journal: settings.Journal = None,
    resume: Resume = "auto",
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
    log_file: observing.LogFile = None,
    log_format: observing.LogFormat = "json",
    log_level: observing.LogLevel = "info",
    otel: observing.Otel = None,
    prometheus: observing.Prometheus = None,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Reflection-Tuning: a better instruction with its answer, then a better answer; what was there stays beside it."""
    chosen = settings.chosen_by(locals(), method="reflection")
    if dry_run:
        from r2s.cli.plan import show_plan

        return show_plan(pairs, chosen, as_json)
    observed = observing.Observing(log_file, log_format, log_level, otel, prometheus)
    carry_out(pairs, chosen, out, observed, resume=resume, retry_failed=retry_failed, journal=journal, as_json=as_json)
