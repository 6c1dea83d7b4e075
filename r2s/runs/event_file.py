"""Following a run that another process plays, by its files: only what is new in them is read."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from r2s.runs.events import Tell
from r2s.runs.lines import event_in, whole_lines
from r2s.runs.moment import Gauge, Moment
from r2s.runs.reading import open_run
from r2s.runs.tally import Tally

# How the line begins and goes on by which each sitting of a run begins in `events.jsonl`.
STARTED = b'"event":"started"'
BLOCK = 1 << 20


class EventFile:
    """The events of a run from the beginning of its last sitting on, as they are added; half a line waits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place: int | None = None

    def new(self) -> Iterator[dict[str, Any]]:
        """What was added since the last time; a line that is damaged is passed over."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if self._place is None or self._place > size:
                self._place = _last_sitting(file, size)
            file.seek(self._place)
            for line in whole_lines(file):
                self._place += len(line)
                if (event := event_in(line)) is not None:
                    yield event

    def tell_new(self, tell: Tell) -> bool:
        """Tell what was added since the last time, and return whether anything was; a damaged event is passed over."""
        has_news = False
        for event in self.new():
            has_news = True
            with suppress(KeyError, TypeError, AttributeError):
                tell(event.pop("event"), event)
        return has_news


def _last_sitting(file: IO[bytes], size: int) -> int:
    """Where the line stands by which the last sitting begins; the beginning of the file where there is none."""
    end = size
    while end > 0:
        start = max(0, end - BLOCK)
        file.seek(start)
        # A little more than the block, for what lies across its end.
        found = file.read(end - start + len(STARTED)).rfind(STARTED)
        if found >= 0:
            return _line_start(file, start + found)
        end = start
    return 0


def _line_start(file: IO[bytes], place: int) -> int:
    start = max(0, place - BLOCK)
    file.seek(start)
    return start + file.read(place - start).rfind(b"\n") + 1


@dataclass(frozen=True)
class Look:
    """A run as it stands; it `is_over` where nobody plays it any more, even if its status is still running."""

    moment: Moment
    status: str
    message: str
    is_over: bool


class Following:
    """Looks at a run again and again."""

    def __init__(self, path: Path) -> None:
        self.directory = open_run(path)
        self._events = EventFile(self.directory.events)
        self._tally = Tally()
        self._gauge = Gauge(self._tally)

    def look(self) -> Look:
        """How the run stands now."""
        has_news = self._events.tell_new(self._tally.tell)
        manifest = self.directory.read_manifest() or {}
        status = manifest.get("status", "unknown")
        # Trying the lock could be in the way of a run that begins: only where nothing moves is it tried.
        is_over = status != "running" or not (has_news or self.directory.is_in_use())
        return Look(self._gauge.read(), status, manifest.get("message", ""), is_over)
