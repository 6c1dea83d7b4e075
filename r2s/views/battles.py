"""Matches and ratings in the terminal."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from r2s.models.names import BASELINE
from r2s.views.console import open_console
from r2s.views.kbench import BASELINE_JUDGE, print_wide

_NAMED = 5


def print_matches(matches: Sequence[Mapping[str, Any]], ratings: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Every match, what is known of its judges, and the ratings where there are several."""
    if as_json:
        return print(json.dumps({"matches": matches, "ratings": ratings}, ensure_ascii=False))
    console = open_console()
    print_wide(console, _match_table(matches))
    judges = {judge["judge"] for match in matches for judge in match["judges"]}
    how = f"judges {', '.join(sorted(judges))}; {matches[0]['rule']} rule, both orders; a tie is half a win"
    console.print(f"[dim]{escape(how)}; 95 % intervals, documents drawn anew[/dim]", soft_wrap=True)
    if BASELINE in judges:
        console.print(f"[yellow]{BASELINE_JUDGE}[/yellow]", soft_wrap=True)
    for match in matches:
        for note in _notes(match):
            console.print(note, soft_wrap=True)
    if ratings:
        print_wide(console, _rating_table(ratings))


def _match_table(matches: Iterable[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("First", "Second"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Win", "Tie", "Loss", "Invalid", "Win rate", "95 %"):
        table.add_column(heading, justify="right", no_wrap=True)
    for match in matches:
        counts = [str(match[name]) for name in ("wins", "ties", "losses", "invalid")]
        interval = match["win_rate_interval"]
        shown = f"{_share(interval[0])} to {_share(interval[1])}" if interval else "-"
        table.add_row(escape(match["first"]), escape(match["second"]), *counts, _share(match["win_rate"]), shown)
    return table


def _notes(match: Mapping[str, Any]) -> Iterable[str]:
    between = escape(f"{match['first']} and {match['second']}")
    for judge in match["judges"]:
        yield (
            f"{between}, {escape(judge['judge'])}: the winner changed with the order in {_share(judge['flips'])} of"
            f" {judge['battles']} battles; the side shown first had {_share(judge['first_shown'])} of decided verdicts,"
            f" the longer side won {_share(judge['longer'])} of decided battles"
        )
        for each in judge["invalid"][:_NAMED]:
            yield f"[red]invalid[/red] {escape(each['key'])}: {escape('; '.join(each['faults']))}"
    alone = len(match["only_first"]), len(match["only_second"])
    if any(alone):
        yield f"{between}: {alone[0]} dialogues only in the first, {alone[1]} only in the second; they are not compared"


def _rating_table(ratings: Iterable[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, title="Bradley-Terry ratings", title_justify="left")
    table.add_column("", no_wrap=True)
    for heading in ("Rating", "95 %", "Battles"):
        table.add_column(heading, justify="right", no_wrap=True)
    for rating in ratings:
        interval = rating["interval"]
        shown = f"{interval[0]:.0f} to {interval[1]:.0f}" if interval else "-"
        table.add_row(escape(rating["side"]), f"{rating['rating']:.0f}", shown, str(rating["battles"]))
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
