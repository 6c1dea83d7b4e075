"""Forks as figures: for people a few lines, for programs JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from r2s.runs.forking import Forked, Outlook


def print_forked(forked: Forked, run: Path, *, as_json: bool) -> None:
    """What a fork added to its tree."""
    tree, fork = forked.tree, forked.fork
    leaves = [path[-1].id for path in tree.dialogues() if {node.id for node in path} & {*fork.first}]
    if as_json:
        figures = {"is_new": forked.is_new, "messages": forked.messages, "calls": forked.calls, "leaves": leaves}
        return print(json.dumps({"tree": tree.id, "document": tree.document.id, **figures, "fork": fork.model_dump()}))
    console = Console(highlight=False)
    if forked.is_new:
        console.print(f"[bold]{forked.messages} new messages[/bold] after {fork.node}, {forked.calls} calls made")
    else:
        console.print(f"This fork of {fork.node} is there already: nothing was played, nothing paid")
    for leaf in leaves:
        stop = tree.stops.get(leaf, tree.stop)
        console.print(f"  ends with {leaf}  [dim]{stop.rule}, {escape(stop.reason)}[/dim]")
    console.print(f"\nLook at it:  r2s show {run} --doc {tree.document.id} --ids", soft_wrap=True)


def print_outlook(outlook: Outlook, *, as_json: bool) -> None:
    """What a fork would take."""
    if as_json:
        return print(json.dumps(asdict(outlook)))
    if outlook.is_known:
        return print(f"This fork of {outlook.node} is there already: nothing would be played")
    print(
        f"{outlook.document}: up to {outlook.turns} turns after {outlook.node}, {outlook.calls} calls if all goes"
        f" smoothly, {outlook.calls_at_most} at most on each path; calls that the journal has cost nothing"
    )
    if outlook.paid:
        cost = "an unknown sum" if outlook.cost_usd is None else f"about ${outlook.cost_usd:.2f}"
        tokens = f"{outlook.prompt_tokens:,} + {outlook.completion_tokens:,} tokens"
        print(f"{', '.join(outlook.paid)}: about {tokens}, {cost}")
