"""A run as OpenTelemetry sees it: a trace of dialogues, turns and calls, and its metrics, at a real collector."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from r2s.config import load_config
from r2s.errors import ConfigError
from r2s.observers.otel import exported
from r2s.observers.spans import Spans
from r2s.runs.runner import Run
from tests.conftest import LIGHTHOUSE
from tests.observers.collector import Collector, collecting
from tests.runs.events import ENDED, STARTED, call, failed, finished, turn
from tests.servers import Serve

RETRY = {"kind": "retries_429", "group": "d1/7", "wait": 1.5}


def traced(*events: tuple[str, dict[str, Any]]) -> dict[str, list[ReadableSpan]]:
    """The spans of these events by name."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    spans = Spans(provider.get_tracer("test"))
    for name, facts in events:
        spans.tell(name, facts)
    found: dict[str, list[ReadableSpan]] = {}
    for span in exporter.get_finished_spans():
        found.setdefault(span.name, []).append(span)
    return found


def parent(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def id_of(span: ReadableSpan) -> int:
    assert span.context
    return span.context.span_id


def trace_of(span: ReadableSpan) -> int:
    assert span.context
    return span.context.trace_id


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_call_hangs_in_its_turn_the_turn_in_its_dialogue_and_that_in_the_run() -> None:
    found = traced(
        ("started", STARTED),
        ("call", call("d1", 0, speaker="caster")),
        ("call", call("d1", 1)),
        ("retry", RETRY),
        ("call", call("d1", 1, prompt_tokens=None, finish=None, seconds=None)),
        ("turn", turn("d1", 1)),
        ("dialogue_finished", finished("d1", 1)),
        ("ended", ENDED),
    )

    (run,), (dialogue,), (played,) = found["invoke_workflow cod_review"], found["dialogue"], found["turn 1"]
    before, asked, bare = found["chat mock"]
    assert parent(run) is None
    assert parent(dialogue) == id_of(run)
    assert parent(played) == parent(before) == id_of(dialogue)
    assert parent(asked) == parent(bare) == id_of(played)
    assert (asked.end_time or 0) - (asked.start_time or 0) == 500_000_000
    assert attributes(asked) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "mock",
        "gen_ai.agent.name": "user",
        "gen_ai.conversation.id": "d1/7",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 10,
        "gen_ai.response.finish_reasons": ("stop",),
        "r2s.call.key": "k",
    }
    assert not {"gen_ai.usage.input_tokens", "gen_ai.response.finish_reasons"} & attributes(bare).keys()
    assert [event.name for event in dialogue.events] == ["retry"]
    assert attributes(played)["r2s.turn.type"] == "question-answer"
    assert attributes(run)["r2s.status"] == "finished"


def test_spans_enclose_their_children() -> None:
    found = traced(
        ("started", STARTED),
        ("call", call("d1", 1)),
        ("turn", turn("d1", 1)),
        ("turn", turn("d1", 2)),
        ("dialogue_finished", finished("d1", 2)),
        ("ended", ENDED),
    )

    (dialogue,), (first,), (second,) = found["dialogue"], found["turn 1"], found["turn 2"]
    (asked,) = found["chat mock"]
    assert (dialogue.start_time, dialogue.end_time) == (asked.start_time, second.end_time)
    assert (first.start_time, second.start_time) == (asked.start_time, first.end_time)


def test_what_is_under_way_when_a_run_is_stopped_is_ended_as_a_failure() -> None:
    found = traced(
        ("started", STARTED),
        ("call", call("d1", 1)),
        ("document_failed", failed("d2")),
        ("ended", {"status": "stopped", "message": "stopped on request"}),
    )

    (run,), (dialogue,) = found["invoke_workflow cod_review"], found["dialogue"]
    assert run.status.status_code == dialogue.status.status_code == StatusCode.ERROR
    assert run.status.description == "stopped on request"
    assert [event.name for event in run.events] == ["document_failed"]
    assert found["turn 1"]


def test_a_dialogue_that_failed_is_over_and_says_why() -> None:
    found = traced(
        ("started", STARTED),
        ("call", call("d1", 1)),
        ("document_failed", failed("d1")),
        ("document_failed", {**failed("d2"), "kind": "document", "dialogue": None}),
    )

    (dialogue,) = found["dialogue"]
    assert (dialogue.status.status_code, dialogue.status.description) == (StatusCode.ERROR, "nobody spoke")
    assert found["turn 1"]
    assert "invoke_workflow cod_review" not in found


def test_two_runs_are_two_traces() -> None:
    found = traced(("started", STARTED), ("ended", ENDED), ("started", STARTED), ("ended", ENDED))

    first, second = found["invoke_workflow cod_review"]
    assert trace_of(first) != trace_of(second)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        yield collector


@pytest.fixture
async def job(serve: Serve, tmp_path: Path) -> Run:
    """Three documents to be played against a server."""
    server, docs = await serve(), tmp_path / "docs.jsonl"
    rows = [{"id": f"d{number}", "title": f"Light {number}", "text": f"{number}. {LIGHTHOUSE}"} for number in range(3)]
    docs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    flags = {"method": "cod_review", "models.default": "openai:mock", "base_url": server.url, "turns": 2}
    return Run([docs], load_config(flags=flags), tmp_path / "run")


async def test_a_collector_gets_the_whole_run_and_nothing_that_was_said(job: Run, collector: Collector) -> None:
    with exported(job.meter.pulse) as job.watchers:
        report = await job.play()

    names, calls = Counter(span.name for span in collector.spans), job.meter.calls
    assert report.status == "finished"
    assert (names["invoke_workflow cod_review"], names["dialogue"]) == (1, 3)
    assert names["chat mock"] == calls > 20
    assert {span.trace_id for span in collector.spans} == {collector.spans[0].trace_id}
    known = {span.span_id for span in collector.spans}
    assert [span.name for span in collector.spans if span.parent_span_id not in known] == ["invoke_workflow cod_review"]
    assert collector.resources[0]["service.name"] == "r2s"
    counted = collector.metrics
    assert counted["r2s.calls"].sum.data_points[0].as_int == calls
    assert counted["gen_ai.client.operation.duration"].histogram.data_points[0].count == calls
    assert {point.attributes[-1].value.string_value for point in counted["r2s.dialogues"].sum.data_points} == {
        "finished",
        "failed",
        "waiting",
    }
    assert b"lighthouse was built" not in collector.raw


async def test_each_signal_can_be_left_out_and_the_service_named(
    job: Run, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "none")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "night-shift")

    with exported(job.meter.pulse) as job.watchers:
        await job.play()

    assert collector.spans
    assert not collector.metrics
    assert collector.resources[0]["service.name"] == "night-shift"


def test_another_protocol_is_refused(monkeypatch: pytest.MonkeyPatch, job: Run) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")

    with pytest.raises(ConfigError, match="http/protobuf only"), exported(job.meter.pulse):
        pass
