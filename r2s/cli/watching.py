"""`r2s status --watch`: a run that another process plays, looked at until it is over."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from r2s.cli.run import CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from r2s.runs.event_file import Look

GONE = "nobody plays this run any more, though it did not come to its end; the same r2s run command goes on"


def watch(run: Path, seconds: float, *, as_json: bool) -> int:
    """Show the run every so many seconds until it is over; the exit code is the one that the run stands for."""
    from r2s.runs.event_file import Following

    following = Following(run)
    with _shown(as_json) as show:
        while not (look := following.look()).is_over:
            show(look)
            time.sleep(seconds)
    if as_json:
        _print_json(look)
    if look.status == "running":
        print(f"r2s: {GONE}", file=sys.stderr)
        return 1
    return CODES.get(look.status, 3 if look.moment.failed else 0)


@contextmanager
def _shown(as_json: bool) -> Iterator[Callable[[Look], None]]:
    """How to show a look: a line of JSON, lines that change in place on a terminal, or a plain line."""
    from rich.live import Live

    from r2s.views.console import harmless, open_console
    from r2s.views.moments import moment_line, moment_picture

    if as_json:
        yield _print_json
    elif sys.stdout.isatty():
        with Live(console=open_console(), auto_refresh=False, transient=True) as live:
            yield lambda look: live.update(moment_picture(look.moment), refresh=True)
    else:
        yield lambda look: print(harmless(moment_line(look.moment)), flush=True)


def _print_json(look: Look) -> None:
    told = {"status": look.status, "message": look.message, **asdict(look.moment)}
    print(json.dumps(told), flush=True)
