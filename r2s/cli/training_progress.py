"""Progress of a training on standard error: a live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from r2s.cli.progress import PLAIN_SECONDS

if TYPE_CHECKING:
    from r2s.training.watch import Step


class Progress:
    """Shows each update as it comes."""

    def __init__(self) -> None:
        self._live: Any = None
        self._told = time.monotonic()

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live("loading", console=Console(stderr=True), transient=True, refresh_per_second=8)
            self._live.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._live is not None:
            self._live.__exit__(*error)

    def say(self, message: str) -> None:
        """Something that a user should know."""
        if self._live is not None:
            self._live.console.print(message, style="dim", markup=False, highlight=False)
        else:
            print(f"r2s: {message}", file=sys.stderr)

    def on_step(self, step: Step) -> None:
        """One update."""
        line = f"{step.number}/{step.total} updates, loss {step.loss:.3f}, {step.seconds_left:.0f} s left"
        if self._live is not None:
            self._live.update(line)
        elif time.monotonic() - self._told >= PLAIN_SECONDS:
            self._told = time.monotonic()
            print(line, file=sys.stderr)
