"""The counts of a run for Prometheus, as text or on a port of this machine."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, Histogram, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from r2s.errors import ConfigError
from r2s.observers.figures import SECONDS, Figure, figures_of
from r2s.runs.event_file import EventFile
from r2s.runs.meter import Pulse
from r2s.runs.moment import pulse_now
from r2s.runs.reading import open_run
from r2s.runs.tally import Tally

HOST = "127.0.0.1"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Exposition(Collector):
    """A watcher that counts, and shows its counts when they are asked for.

    `pulse` is that of the run's meter, where the run is played by this process.
    """

    def __init__(self, pulse: Callable[[], Pulse] | None = None) -> None:
        self._tally, self._pulse = Tally(), pulse
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "r2s_call_seconds",
            "Seconds from asking to the reply, waiting in line included.",
            ["model"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.registry.register(self)

    def tell(self, name: str, facts: Mapping[str, Any]) -> None:
        """Count one event."""
        self._tally.tell(name, facts)
        if name == "call" and facts["seconds"] is not None:
            self._seconds.labels(facts["model"]).observe(facts["seconds"])

    def collect(self) -> Iterator[Metric]:
        """The figures now; the library asks for them."""
        return map(_family, figures_of(self._tally, pulse_now(self._tally, self._pulse)))

    def text(self) -> bytes:
        """All counts in Prometheus' text format, for `MEDIA_TYPE`."""
        return generate_latest(self.registry)


class RunExposition:
    """The counts of a run that another process plays, from its files: of its last sitting."""

    def __init__(self, run: Path) -> None:
        self._directory = open_run(run)
        self._events = EventFile(self._directory.events)
        self._exposition = Exposition()
        self._reading = Lock()

    def text(self) -> bytes:
        """All counts now; only what is new in the run is read, also where several threads ask at once."""
        with self._reading:
            # As with `Following`, the lock is tried only where nothing moves.
            if not self._events.tell_new(self._exposition.tell) and not self._directory.is_in_use():
                self._exposition.tell("ended", {"status": "gone", "message": ""})
            return self._exposition.text()


def _family(figure: Figure) -> Metric:
    kind = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    unit = figure.unit.lower()
    name = "_".join([*figure.name.split("."), *([unit] if unit else [])])
    family = kind(name, figure.meaning, labels=[figure.label] if figure.label else [], unit=unit)
    for label, value in figure.values.items():
        family.add_metric([label] if figure.label else [], value)
    return family


@contextmanager
def served(exposition: Exposition, port: int) -> Iterator[str]:
    """Serve the counts on this machine while the block runs, at the address that is yielded; port 0 takes a free one.

    Raises `ConfigError` where the port cannot be had.
    """
    try:
        server, thread = start_http_server(port, HOST, exposition.registry)
    except (OSError, OverflowError) as error:
        raise ConfigError(f"--prometheus {port}: {error}; choose another port, or 0 for a free one") from None
    try:
        yield f"http://{HOST}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
