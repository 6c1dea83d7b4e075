"""Runs, estimates and checks as figures: tables for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.markup import escape
from rich.table import Table

from r2s.models.names import BASELINE
from r2s.runs.checkup import Check
from r2s.runs.estimate import Estimate
from r2s.runs.reading import RunState
from r2s.runs.runner import RunReport
from r2s.views.console import open_console

BASELINE_NOTE = (
    "The replies are by the extractive baseline, which is no language model: it shows how everything works.\n"
    "For data to train on, name one: r2s run ... --model openai:NAME --base-url URL"
)


def print_summary(report: RunReport, *, as_json: bool) -> None:
    """What a run made, and where it is; nothing for people where it waits, as its message says what to do next."""
    figures, directory = report.summary.figures(), report.directory
    if as_json:
        waiting = {"waiting": asdict(report.waiting)} if report.waiting else {}
        return print(json.dumps({"status": report.status, "run": str(directory.path), **waiting, **figures}))
    if report.waiting:
        return
    console = open_console()
    documents = figures["documents"]
    failed = f", {documents['failed']} failed" if documents["failed"] else ""
    console.print(f"[bold]{documents['trees']} dialogues[/bold], {figures['samples']} samples{failed}")
    console.print(_table(figures))
    for path, what in (
        (directory.trees, "conversation trees"),
        (directory.samples, "samples to train on"),
        *([(directory.errors, "what failed, and why")] if documents["failed"] else []),
    ):
        console.print(f"  {path}  [dim]{what}[/dim]", soft_wrap=True)
    console.print(f"\nLook at one:  r2s show {directory.path}      All figures:  r2s status {directory.path}")


def print_status(state: RunState, *, as_json: bool) -> None:
    """Where a run stands."""
    if as_json:
        return print(
            json.dumps(
                {
                    **state.manifest,
                    "totals": state.figures,
                    "errors": state.errors,
                    "prefix_share": state.prefix_share,
                    "prefix_served": state.prefix_served,
                },
                ensure_ascii=False,
            )
        )
    console, manifest = open_console(), state.manifest
    message = escape(manifest.get("message", ""))
    console.print(f"[bold]{escape(str(state.directory.path))}[/bold]  {manifest['status']}  {message}".rstrip())
    models = ", ".join(f"{role} {name}" for role, name in manifest["models"].items())
    console.print(
        f"method {manifest['method']}, models: {escape(models)}, seed {manifest['seed']}, run {manifest['run']}"
    )
    console.print(_table(state.figures))
    if state.prefix_share is not None:
        served = "" if state.prefix_served is None else f", did serve {state.prefix_served:.0%} of their tokens"
        console.print(f" prefix cache     could serve {state.prefix_share:.0%} of the prompts' characters{served}")
    if BASELINE in manifest["models"].values():
        console.print(f"[dim]{BASELINE_NOTE}[/dim]")
    for lost in state.lost:
        console.print(f"[red]damaged[/red] {escape(str(lost))}", soft_wrap=True)
    for error in state.errors[:10]:
        console.print(f"[red]{escape(error['kind'])}[/red] {escape(error['document'])}: {escape(error['message'])}")
    if len(state.errors) > 10:
        console.print(f"... and {len(state.errors) - 10} more in {state.directory.errors}")


def print_estimate(estimate: Estimate, *, as_json: bool) -> None:
    """What a run would call."""
    if as_json:
        return print(json.dumps(asdict(estimate)))
    console = open_console()
    unreadable = f", {estimate.unreadable} unreadable" if estimate.unreadable else ""
    console.print(f"{estimate.documents} documents{unreadable}, {estimate.dialogues} dialogues")
    for note in estimate.notes[:20]:
        console.print(f"[dim]{escape(note.document)}: {escape(note.message)}[/dim]", soft_wrap=True)
    table = Table("", "a smooth run", "at most", box=None)
    low, high, most = estimate.low, estimate.high, estimate.at_most
    table.add_row("calls", f"{low.calls:,} to {high.calls:,}", f"{most.calls:,}")
    table.add_row("prompt tokens", f"{low.prompt_tokens:,} to {high.prompt_tokens:,}", f"{most.prompt_tokens:,}")
    table.add_row(
        "completion tokens", f"{low.completion_tokens:,} to {high.completion_tokens:,}", f"{most.completion_tokens:,}"
    )
    table.add_row("USD", f"{_dollars(low.cost_usd)} to {_dollars(high.cost_usd)}", _dollars(most.cost_usd))
    console.print(table)


def print_checks(checks: Sequence[Check], *, as_json: bool) -> None:
    """What works and what does not."""
    if as_json:
        return print(json.dumps([asdict(check) for check in checks]))
    console = open_console()
    for check in checks:
        mark = "[green]ok[/green]   " if check.passed else "[red]FAILED[/red]"
        console.print(f"{mark} {check.name}: {escape(check.detail)}")


def _table(figures: Mapping[str, Any]) -> Table:
    table = Table(show_header=False, box=None)
    for name, value in _rows(figures):
        table.add_row(name, value)
    return table


def _rows(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What there is to tell: figures that nothing was counted for are left out."""
    quality, usage, spent, coverage = (figures[name] for name in ("quality", "usage", "spent", "coverage"))
    words, types, turns = figures["words_per_message"], figures["types"], figures["turns"]
    short = _told(", of documents under 1,500 characters {:.0%}", coverage["mean_under_1500_characters"])
    rows = (
        ("turns", _told("{:.1f} a dialogue ({})", turns["mean"], _counts(turns["by_count"]))),
        ("ended by", _counts(figures["stops"])),
        ("coverage", _told("{:.0%}", coverage["mean"]) + short),
        (
            "logic types",
            _told("{1}; {0:.1f} kinds a dialogue", types["distinct_per_dialogue"], _counts(types["by_type"])),
        ),
        ("words a message", _told("user {:.1f}, assistant {:.1f}", words["user"], words["assistant"])),
        ("questions", _told("{:.0%} of the user's messages", quality["share_of_questions"])),
        ("recited", _told("{:.0%} of the assistant's word runs", quality["copied_share"])),
        ("flaws", _counts(quality["flaws"]) or "none"),
        ("calls", _used(usage)),
        ("spent", f"{_used(spent)}, with what is in no dialogue" if spent["calls"] > usage["calls"] else ""),
        ("failed", _counts(figures["documents"]["by_kind"])),
    )
    return [(name, told) for name, told in rows if told]


def _used(usage: Mapping[str, Any]) -> str:
    cost = "cost unknown" if usage["cost_usd"] is None else f"{usage['cost_usd']:.4f} USD"
    return f"{usage['calls']}, tokens {usage['prompt_tokens']} + {usage['completion_tokens']}, {cost}"


def _told(form: str, *values: Any) -> str:
    return "" if None in values else form.format(*values)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _dollars(cost: float | None) -> str:
    return "unknown" if cost is None else f"{cost:,.2f}"
