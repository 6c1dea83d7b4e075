"""OpenTelemetry for a run: what is traced and counted goes to a collector, by the standard OTEL_* variables."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.metrics import Meter as Instruments
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from r2s.errors import ConfigError
from r2s.observers.conventions import DURATION, TOKEN_TYPE, TOKEN_USAGE, TOKENS, asked
from r2s.observers.figures import SECONDS, Figure, figures_of
from r2s.observers.spans import Spans
from r2s.runs.events import Tell
from r2s.runs.meter import Pulse
from r2s.runs.moment import pulse_now
from r2s.runs.tally import Tally

# Spans that wait to be sent: a fast run makes some hundreds a second, and a slow collector must not lose them.
QUEUE = 32_768
PROTOCOL = "http/protobuf"


@contextmanager
def exported(pulse: Callable[[], Pulse]) -> Iterator[list[Tell]]:
    """Watchers that send spans and metrics while the block runs, and the rest of them at its end."""
    _check_protocol()
    resource, scope, watchers = _resource(), ("r2s", version("r2s-dialogues")), []
    providers: list[TracerProvider | MeterProvider] = []
    if _is_wanted("OTEL_TRACES_EXPORTER"):
        tracing = TracerProvider(resource=resource)
        queue = int(os.environ.get("OTEL_BSP_MAX_QUEUE_SIZE", QUEUE))
        tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), max_queue_size=queue))
        providers.append(tracing)
        watchers.append(Spans(tracing.get_tracer(*scope)).tell)
    if _is_wanted("OTEL_METRICS_EXPORTER"):
        counting = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource=resource)
        providers.append(counting)
        watchers.append(Counts(counting.get_meter(*scope), pulse).tell)
    try:
        yield watchers
    finally:
        for provider in providers:
            provider.shutdown()


def _check_protocol() -> None:
    if (asked_for := os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", PROTOCOL)) != PROTOCOL:
        raise ConfigError(f"OTEL_EXPORTER_OTLP_PROTOCOL={asked_for}: R2S speaks {PROTOCOL} only")


def _is_wanted(variable: str) -> bool:
    return os.environ.get(variable, "otlp") != "none"


def _resource() -> Resource:
    """Who tells: the name may be set by the standard variables."""
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return Resource.create({"service.version": version("r2s-dialogues")} | ({} if named else {"service.name": "r2s"}))


class Counts:
    """A watcher that counts; counters and gauges are read when they are sent, durations and tokens as they come."""

    def __init__(self, instruments: Instruments, pulse: Callable[[], Pulse]) -> None:
        self._tally, self._pulse = Tally(), pulse
        self._seconds = instruments.create_histogram(
            DURATION, "s", "Duration of a call.", explicit_bucket_boundaries_advisory=SECONDS
        )
        self._tokens = instruments.create_histogram(
            TOKEN_USAGE, "{token}", "Tokens of a call.", explicit_bucket_boundaries_advisory=TOKENS
        )
        known = {figure.name: figure for figure in figures_of(self._tally, _EVERYTHING)}
        for figure in known.values():
            create = {
                "counter": instruments.create_observable_counter,
                "gauge": instruments.create_observable_gauge,
            }[figure.kind]
            create(figure.name, [self._reader(figure.name)], figure.unit, figure.meaning)

    def tell(self, name: str, facts: Mapping[str, Any]) -> None:
        """Count one event."""
        self._tally.tell(name, facts)
        if name != "call":
            return
        attributes = asked(facts)
        if facts["seconds"] is not None:
            self._seconds.record(facts["seconds"], attributes)
        for kind, tokens in (("input", facts["prompt_tokens"]), ("output", facts["completion_tokens"])):
            if tokens is not None:
                self._tokens.record(tokens, {**attributes, TOKEN_TYPE: kind})

    def _reader(self, name: str) -> Callable[[CallbackOptions], Iterable[Observation]]:
        def read(options: CallbackOptions) -> Iterable[Observation]:
            figures = figures_of(self._tally, pulse_now(self._tally, self._pulse))
            return [seen for figure in figures if figure.name == name for seen in _observations(figure)]

        return read


def _observations(figure: Figure) -> list[Observation]:
    return [Observation(value, {figure.label: label} if figure.label else {}) for label, value in figure.values.items()]


# A pulse in which nothing is unknown: every figure has its instrument from the beginning.
_EVERYTHING = Pulse(0, 0, 0.0, 0, 0, {}, 0, False)
