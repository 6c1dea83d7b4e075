"""Casts as figures: what was drawn against what was wanted."""

import json
from dataclasses import asdict
from typing import Any

from rich.markup import escape
from rich.table import Table

from r2s.runs.cast_report import CastReport, Twins
from r2s.views.console import open_console

# So many pairs of casts that are alike go into JSON; the rest are counted.
TOLD = 100


def print_casts(report: CastReport, *, as_json: bool) -> None:
    """The distribution of traits, what is off its quota, and how many casts are alike."""
    counts = {name: len(getattr(report, name)) for name in ("same", "near", "repeated", "off_quota")}
    if as_json:
        pairs = {name: [_pair(twins) for twins in getattr(report, name)[:TOLD]] for name in ("same", "near")}
        traits = [{**asdict(count), "is_met": count.is_met} for count in report.traits]
        told = {"casts": report.casts, **counts, "pairs": pairs, "traits": traits}
        return print(json.dumps(told, ensure_ascii=False))
    console = open_console()
    console.print(_table(report))
    console.print(f"[bold]{report.casts} casts[/bold], {counts['off_quota'] or 'no'} traits off their quota")
    console.print(
        f"{counts['same']} have all traits of an earlier one ({counts['repeated']} of the same document), "
        f"{counts['near']} all but one"
    )


def _pair(twins: Twins) -> dict[str, Any]:
    return {"cast": twins.cast._asdict(), "earlier": twins.earlier._asdict()}


def _table(report: CastReport) -> Table:
    table = Table("", "", "share", "wanted", "casts", box=None)
    before = None
    for count in report.traits:
        heading = (count.language, count.dimension)
        drawn = str(count.casts) if count.is_met else f"[red]{count.casts}[/red]"
        named = "" if heading == before else " ".join(heading)
        table.add_row(named, escape(count.trait), f"{count.share:.1%}", f"{count.wanted:.1f}", drawn)
        before = heading
    return table
