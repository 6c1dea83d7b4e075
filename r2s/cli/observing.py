"""The options by which somebody outside watches a run: a log file, OpenTelemetry, Prometheus."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from r2s.errors import ConfigError

if TYPE_CHECKING:
    from r2s.runs.events import Tell
    from r2s.runs.meter import Meter

PANEL = "Watching from outside"
ENDPOINTS = tuple(f"OTEL_EXPORTER_OTLP_{signal}ENDPOINT" for signal in ("", "TRACES_", "METRICS_"))

LogFile = Annotated[
    Path | None,
    typer.Option(
        help="Add the run's events and all warnings to this file; no key is ever in it.", rich_help_panel=PANEL
    ),
]
LogFormat = Annotated[
    Literal["json", "text"], typer.Option(help="A JSON object a line, or text.", rich_help_panel=PANEL)
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    typer.Option(help="debug has every call and turn.", rich_help_panel=PANEL),
]
Otel = Annotated[
    bool | None,
    typer.Option(
        "--otel/--no-otel",
        help="Send traces and metrics by OTLP over HTTP, without anything that was asked or said; on where"
        " OTEL_EXPORTER_OTLP_ENDPOINT is set. Needs r2s-dialogues\\[otel].",
        rich_help_panel=PANEL,
    ),
]
Prometheus = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=65535,
        help="Serve the counts at http://127.0.0.1:PORT/metrics while the run is played; 0 takes a free port."
        " Needs r2s-dialogues\\[prometheus].",
        rich_help_panel=PANEL,
        metavar="PORT",
    ),
]


@dataclass(frozen=True)
class Observing:
    """What was asked for; null for `otel` leaves it to the environment."""

    log_file: Path | None = None
    log_format: Literal["json", "text"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otel: bool | None = None
    prometheus: int | None = None

    @contextmanager
    def watchers(self, meter: Meter) -> Iterator[list[Tell]]:
        """Those who watch while the block runs; nothing is imported for what was not asked for."""
        found: list[Tell] = []
        with ExitStack() as open_observers:
            if self.log_file is not None:
                from r2s.observers.logs import logged

                found.append(open_observers.enter_context(logged(self.log_file, self.log_format, self.log_level)))
            if is_traced(self.otel):
                found += open_observers.enter_context(_exported(meter))
            if self.prometheus is not None:
                found.append(open_observers.enter_context(_served(meter, self.prometheus)))
            yield found


def is_traced(asked: bool | None) -> bool:
    """Whether OpenTelemetry is on: where it is asked for, or where the environment names a collector."""
    if asked is not None:
        return asked
    is_disabled = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not is_disabled and any(os.environ.get(name) for name in ENDPOINTS)


@contextmanager
def _exported(meter: Meter) -> Iterator[list[Tell]]:
    try:
        from r2s.observers.otel import exported
    except ImportError as error:
        raise ConfigError(f"--otel needs {error.name}; install it with: pip install 'r2s-dialogues[otel]'") from None
    where = next(filter(None, map(os.environ.get, ENDPOINTS)), "http://localhost:4318")
    print(f"r2s: traces and metrics go to {_bare(where)} (--no-otel sends none)", file=sys.stderr)
    with exported(meter.pulse) as watchers:
        yield watchers


@contextmanager
def _served(meter: Meter, port: int) -> Iterator[Tell]:
    try:
        from r2s.observers.prometheus import Exposition, served
    except ImportError as error:
        told = f"--prometheus needs {error.name}; install it with: pip install 'r2s-dialogues[prometheus]'"
        raise ConfigError(told) from None
    exposition = Exposition(meter.pulse)
    with served(exposition, port) as address:
        print(f"r2s: counts are served at {address}", file=sys.stderr)
        yield exposition.tell


def _bare(url: str) -> str:
    """An address without the user and password that it may carry."""
    head, sign, rest = url.partition("://")
    return f"{head}{sign}{rest.rpartition('@')[2]}"
