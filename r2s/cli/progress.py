"""Progress on standard error: some lines that change in place on a terminal, a plain line now and then elsewhere."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Literal, Self

from r2s.documents import ReadNote
from r2s.runs.meter import Meter
from r2s.runs.moment import Gauge
from r2s.runs.speed import Speed
from r2s.runs.tally import Tally
from r2s.views.console import harmless

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

Display = Literal["full", "plain", "none"]
PLAIN_SECONDS = 10.0
# Drawing takes about a millisecond, so that this often it takes no share of a run that anybody would notice.
DRAWN_A_SECOND = 8
# A folder of many files would bury all else; the rest is in events.jsonl.
MOST_NOTES = 20

_display: Display = "full"


def choose_display(display: Display) -> Display:
    """Set how all progress of this process is shown: `full` where there is a terminal, plain lines, or not at all."""
    global _display
    _display = display
    return display


def display() -> Display:
    """How progress is shown: in full only where lines can change in place."""
    if _display == "full" and not (sys.stderr.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")):
        return "plain"
    return _display


class LiveLine:
    """Tells how far some work is, by the clock and not by its steps, so that it costs the work nothing."""

    def __init__(self) -> None:
        self._live: Live | None = None
        self._ticker: _Ticker | None = None

    def line(self) -> str:
        """The state of things in one line."""
        raise NotImplementedError

    def picture(self) -> "RenderableType":
        """The state of things where there is room for more."""
        from rich.text import Text

        return Text(self.line())

    def __enter__(self) -> Self:
        if display() == "full":
            self._live = _live(self.picture)
            self._live.__enter__()
        elif display() == "plain":
            self._ticker = _Ticker(PLAIN_SECONDS, lambda: self.say(self.line()))
            self._ticker.start()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._live is not None:
            self._live.__exit__(*error)
            self._live = None
        if self._ticker is not None:
            self._ticker.stop()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Leave the terminal to somebody else."""
        if self._live is not None:
            self._live.stop()
        yield
        if self._live is not None:
            self._live.start()

    def say(self, message: str) -> None:
        """Print something that is to be known whatever the display, above the lines that change."""
        if self._live is not None:
            self._live.console.print(message, style="dim", markup=False, highlight=False)
        else:
            print(harmless(message), file=sys.stderr, flush=True)


def _live(picture: "Callable[[], RenderableType]") -> "Live":
    from rich.live import Live

    from r2s.views.console import open_console

    return Live(
        console=open_console(stderr=True),
        get_renderable=picture,
        refresh_per_second=DRAWN_A_SECOND,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    )


class _Ticker(Thread):
    """Does something every so many seconds, until it is stopped."""

    def __init__(self, seconds: float, tick: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._seconds, self._tick, self._done = seconds, tick, Event()

    def run(self) -> None:
        while not self._done.wait(self._seconds):
            self._tick()

    def stop(self) -> None:
        self._done.set()
        self.join()


class Counted(LiveLine):
    """So many of so many things done; with the calls of a `meter`, where these are what it takes."""

    def __init__(self, what: str, total: int, meter: Meter | None = None) -> None:
        super().__init__()
        self.what, self.total, self.meter = what, total, meter
        self.done = self.failed = 0
        self._speed, self._calls, self._began = Speed(60.0), Speed(), time.monotonic()
        self._speed.see(0)

    def add(self, failed: bool = False) -> None:
        """Count one more."""
        self.done += 1
        self.failed += failed

    def line(self) -> str:
        from r2s.views.moments import duration

        speed, left = self._speed.see(self.done), max(0, self.total - self.done)
        parts = [f"{self.done:,}/{max(self.total, self.done):,} {self.what}", f"{speed:.1f} a second"]
        if speed and left:
            parts.append(f"about {duration(left / speed)} left")
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        return ", ".join([*parts, *self._paid()])

    def picture(self) -> "RenderableType":
        from r2s.views.moments import bar

        return bar(self.done, self.total, self.line())

    def _paid(self) -> list[str]:
        if self.meter is None or not self.meter.calls:
            return []
        pulse = self.meter.pulse()
        retries = [f"{sum(pulse.retries.values()):,} retries"] if pulse.retries else []
        told = f"{pulse.calls:,} calls ({self._calls.see(pulse.calls):,.0f}/s), {pulse.tokens:,} tokens"
        cost = "cost unknown" if pulse.dollars is None else f"{pulse.dollars:.4f} USD"
        return [told, cost, *retries]


class Progress(LiveLine):
    """A run under way: one of its watchers, which reads the run's meter as well.

    The number of turns is not known ahead, so dialogues are the measure; `gauge` knows which part of several is played.
    """

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.gauge = Gauge(Tally(), meter.pulse)
        self._notes = 0

    def tell(self, name: str, facts: dict[str, Any]) -> None:
        """Hear of what happens in the run."""
        self.gauge.tally.tell(name, facts)

    def on_note(self, note: ReadNote) -> None:
        """Say what reading found out, the first times."""
        self._notes += 1
        if self._notes > MOST_NOTES + 1 or display() == "none":
            return
        self.say(f"{note.document}: {note.message}" if self._notes <= MOST_NOTES else "... (see events.jsonl)")

    def line(self) -> str:
        from r2s.views.moments import moment_line

        return moment_line(self.gauge.read())

    def picture(self) -> "RenderableType":
        from r2s.views.moments import moment_picture

        return moment_picture(self.gauge.read())
