"""What it takes to watch a run: CPU a frame of the live display, an event told to each watcher, a look at files.

    .venv/bin/python -m benchmarks.watching

The pieces by themselves, in one thread, the best of five rounds; a run makes one `call` event a call and one `turn`
event a turn, and draws eight frames a second, whatever it does.
"""

import json
import os
import pty
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rich.live import Live

from r2s.config import Limits
from r2s.models.limiter import RateLimiter
from r2s.observers.prometheus import Exposition
from r2s.observers.spans import Spans
from r2s.runs.event_file import Following
from r2s.runs.ledger import event_line
from r2s.runs.meter import Meter
from r2s.runs.moment import Gauge
from r2s.runs.tally import Tally
from r2s.runs.watchers import Watchers
from r2s.views.console import open_console
from r2s.views.moments import moment_picture
from tests.runs.events import STARTED, call, turn

EVENTS = 200_000


def main() -> None:
    """Print one row a piece."""
    print(f"load {os.getloadavg()[0]:.1f}\n\n| piece | CPU, µs |\n|---|---|")
    for name, work, times in (
        ("a call, nobody watches", _telling(Watchers(())), 50_000),
        ("a call, the display", _telling(Watchers([Tally().tell])), 50_000),
        ("a call, Prometheus", _telling(Watchers([Exposition(Meter(Limits()).pulse).tell])), 20_000),
        ("a call, a span that goes nowhere", _telling(Watchers([_spans().tell])), 5_000),
        ("a frame of the display", _frame(), 200),
    ):
        print(f"| {name} | {_cpu(work, times):.2f} |")
    _follow()


def _cpu(work: Callable[[], object], times: int) -> float:
    """Microseconds, the best of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.thread_time()
        for _ in range(times):
            work()
        rounds.append((time.thread_time() - began) / times)
    return 1e6 * min(rounds)


def _telling(watchers: Watchers) -> Callable[[], None]:
    facts = call("d1")
    return lambda: watchers.tell("call", facts)


def _spans() -> Spans:
    from opentelemetry.sdk.trace import TracerProvider

    spans = Spans(TracerProvider().get_tracer("benchmark"))
    spans.tell("started", STARTED)
    return spans


def _frame() -> Callable[[], None]:
    meter, tally = Meter(Limits()), Tally()
    meter.limiters["a"] = RateLimiter("a", 64)
    meter.limiters["a"].stats.retries_429, meter.calls, meter.spent.tokens = 3, 1000, 10_000
    tally.tell("started", STARTED)
    for number in range(4):
        tally.tell("turn", turn(f"doc-{number}", 3))
    gauge = Gauge(tally, meter.pulse)
    ours, theirs = pty.openpty()
    threading.Thread(target=lambda: [None for _ in iter(lambda: os.read(ours, 65536), b"")], daemon=True).start()
    console = open_console(width=110)
    console.file, console.is_interactive, console._force_terminal = os.fdopen(theirs, "w"), True, True
    live = Live(
        console=console,
        get_renderable=lambda: moment_picture(gauge.read()),
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    live.start()
    return live.refresh


def _follow() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        (run / "manifest.json").write_text(json.dumps({"run": "r", "status": "finished"}), encoding="utf-8")
        with (run / "events.jsonl").open("w", encoding="utf-8") as file:
            file.write(event_line("started", STARTED) + "\n")
            file.writelines(event_line("call", call(f"d{number % 5000}")) + "\n" for number in range(EVENTS))
        following = Following(run)
        for what in (f"the first look at a run with {EVENTS:,} events", "a look when nothing is new"):
            began = time.thread_time()
            following.look()
            print(f"| {what} | {1e6 * (time.thread_time() - began):,.0f} |")


if __name__ == "__main__":
    main()
