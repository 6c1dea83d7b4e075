"""Progress of a run on standard error: a live line on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections import Counter
from typing import Any, Self

from r2s.documents import ReadNote
from r2s.runs.events import DialogueFinished, DialogueWaiting, DocumentFailed, Event

PLAIN_SECONDS = 10.0
# A folder of many files would bury all else; the rest is in events.jsonl.
MOST_NOTES = 20


class LiveLine:
    """A line that tells how far some work is; whoever has one says what `line` is now."""

    def __init__(self) -> None:
        self.began = self.told = time.monotonic()
        self._live: Any = None

    def line(self) -> str:
        """The state of things in one line."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(self.line(), console=Console(stderr=True), transient=True, refresh_per_second=8)
            self._live.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._live is not None:
            self._live.__exit__(*error)

    def show(self) -> None:
        """Show the line as it is now."""
        if self._live is not None:
            self._live.update(self.line())
        elif time.monotonic() - self.told >= PLAIN_SECONDS:
            self.told = time.monotonic()
            print(self.line(), file=sys.stderr)

    def say(self, message: str) -> None:
        """Print something above the line."""
        if self._live is not None:
            self._live.console.print(message, style="dim", markup=False, highlight=False)
        else:
            print(message, file=sys.stderr)


class Counted(LiveLine):
    """So many of so many things done."""

    def __init__(self, what: str, total: int) -> None:
        super().__init__()
        self.what, self.total, self.done, self.failed = what, total, 0, 0

    def add(self, failed: bool = False) -> None:
        """Count one more."""
        self.done += 1
        self.failed += failed
        self.show()

    def line(self) -> str:
        rate = self.done / max(time.monotonic() - self.began, 1e-9)
        left = f", {max(0, self.total - self.done) / rate:.0f} s left" if self.done else ""
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.done}/{max(self.total, self.done)} {self.what}, {rate:.1f} a second{left}{failed}"


class Progress(LiveLine):
    """Counts dialogues and turns as they come. The number of turns is not known ahead, so documents are the measure.

    `part` names what is being played, where that is one part of several.
    """

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total, self.part = total, ""
        self.done, self.counts, self.last_error = 0, Counter[str](), ""

    def on_event(self, event: Event) -> None:
        """Count one result and show it."""
        self.done += 1
        if isinstance(event, DialogueFinished):
            totals = event.tree.totals
            self.counts.update(turns=totals.turns, calls=totals.calls)
            self.counts["tokens"] += totals.prompt_tokens + totals.completion_tokens
        elif isinstance(event, DialogueWaiting):
            self.counts["waiting"] += 1
        elif isinstance(event, DocumentFailed):
            self.counts["failed"] += 1
            self.last_error = f"{event.document}: {event.message}"
        self.show()

    def on_note(self, note: ReadNote) -> None:
        """Say what reading found out, the first times."""
        self.counts["notes"] += 1
        if self.counts["notes"] > MOST_NOTES + 1:
            return
        message = f"{note.document}: {note.message}" if self.counts["notes"] <= MOST_NOTES else "... (see events.jsonl)"
        self.say(message)

    def line(self) -> str:
        seconds = max(time.monotonic() - self.began, 1e-9)
        rate = self.done / seconds
        left = f", {max(0, self.total - self.done) / rate:.0f} s left" if self.done else ""
        parts = [
            *([self.part] if self.part else []),
            f"{self.done}/{max(self.total, self.done)} dialogues",
            f"{self.counts['turns']} turns",
            f"{self.counts['calls'] / seconds:.0f} calls/s",
            f"{self.counts['tokens']} tokens",
            f"{rate:.1f} dialogues/s{left}",
        ]
        if self.counts["waiting"]:
            parts.append(f"{self.counts['waiting']} waiting")
        if self.counts["failed"]:
            parts.append(f"{self.counts['failed']} failed, last {self.last_error[:100]}")
        return ", ".join(parts)
