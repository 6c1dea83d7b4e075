"""A run under way: a few lines that change in place on a terminal, one plain line elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from r2s.runs.moment import Moment

BAR_WIDTH = 24
KINDS = {
    "retries_429": "429",
    "retries_503": "503",
    "retries_5xx": "other errors of the server",
    "timeouts": "time-outs",
    "resets": "connections lost",
}


def moment_line(moment: Moment) -> str:
    """All that counts in one line."""
    return ", ".join(filter(None, [moment.part, *_progress(moment), *_counts(moment), *_troubles(moment)]))


def moment_picture(moment: Moment) -> RenderableType:
    """The bar, the counts, what goes wrong, and what is being talked about."""
    heading = bar(moment.done, moment.total, ", ".join(_progress(moment)))
    troubles = [_line("  ".join(_troubles(moment)), "yellow")] if any(_troubles(moment)) else []
    error = [_line(f"last error: {moment.last_error}", "red")] if moment.last_error else []
    part = [_line(moment.part, "bold")] if moment.part else []
    counts = _line("  ".join(_counts(moment)), "")
    return Group(*part, heading, counts, *troubles, *error, *map(_talk, moment.latest))


def bar(done: int, total: int, told: str) -> RenderableType:
    """How much is done, drawn and in words."""
    grid = Table.grid(padding=(0, 1))
    grid.add_row(ProgressBar(total=max(1, total), completed=done, width=BAR_WIDTH), _line(told, "bold"))
    return grid


def duration(seconds: float) -> str:
    """A time as people say it, no more exact than it is known."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"


def _progress(moment: Moment) -> Iterator[str]:
    yield f"{moment.done:,}/{moment.total:,} dialogues"
    if moment.failed:
        yield f"{moment.failed:,} failed"
    if moment.waiting:
        yield f"{moment.waiting:,} waiting"
    if moment.seconds_left is not None and moment.done < moment.total:
        yield f"about {duration(moment.seconds_left)} left"


def _counts(moment: Moment) -> Iterator[str]:
    yield f"{moment.turns:,} turns"
    if moment.calls:
        yield f"{moment.calls:,} calls ({moment.calls_a_second:,.0f}/s)"
    if moment.limit is not None:
        yield f"{moment.in_flight} of {moment.limit} at once"
    if moment.tokens:
        yield f"{moment.tokens:,} tokens ({moment.tokens_a_second:,.0f}/s)"
        yield "cost unknown" if moment.dollars is None else f"{moment.dollars:.4f} USD"


def _troubles(moment: Moment) -> Iterator[str]:
    if moment.is_cut_off:
        yield "the server is gone, waiting for it"
    if moment.retries:
        kinds = ", ".join(f"{KINDS[kind]} {count:,}" for kind, count in moment.retries.items())
        yield f"{sum(moment.retries.values()):,} retries ({kinds})"
    if moment.unreadable:
        yield f"{moment.unreadable:,} unreadable replies"


def _talk(turn: Mapping[str, Any]) -> Text:
    kind = f" {turn['type']}" if turn["type"] else ""
    said = " ".join(turn["said"].split())
    return _line(f"{turn['document']} turn {turn['turn']}{kind}: {said}", "dim")


def _line(text: str, style: str) -> Text:
    return Text(" ".join(text.splitlines()), style=style, no_wrap=True, overflow="ellipsis")
