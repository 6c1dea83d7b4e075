"""The counts of a run in Prometheus' format, read by its own parser."""

import json
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from r2s.config import Limits
from r2s.errors import ConfigError
from r2s.models.limiter import RateLimiter
from r2s.observers.prometheus import Exposition, RunExposition, served
from r2s.runs.ledger import event_line
from r2s.runs.meter import Meter
from tests.runs.events import ENDED, STARTED, call, failed, finished, turn

EVENTS = [
    ("started", STARTED),
    ("call", call("d1", seconds=0.3)),
    ("call", call("d1", seconds=None)),
    ("turn", turn("d1", 1)),
    ("retry", {"kind": "retries_429", "group": "d1/7", "wait": 1.0}),
    ("dialogue_finished", finished("d1", 1)),
    ("document_failed", failed("d2")),
]


def samples(text: bytes) -> dict[str, float]:
    """Values by name and labels."""
    found = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_a_run_in_this_process_shows_its_meter_as_well() -> None:
    meter = Meter(Limits())
    limiter = meter.limiters["a"] = RateLimiter("a", 8)
    limiter.in_flight, limiter.stats.timeouts = 3, 2
    meter.calls, meter.spent.dollars = 12, 0.75
    exposition = Exposition(meter.pulse)
    for name, facts in EVENTS:
        exposition.tell(name, facts)

    shown = samples(exposition.text())

    assert shown["r2s_dialogues_total{outcome=finished}"] == 1
    assert shown["r2s_dialogues_total{outcome=failed}"] == 1
    assert shown["r2s_dialogues_expected{}"] == 10
    assert shown["r2s_turns_total{}"] == 1
    assert shown["r2s_calls_total{}"] == 12
    assert shown["r2s_tokens_total{type=input}"] == 200
    assert shown["r2s_retries_total{kind=timeouts}"] == 2
    assert shown["r2s_calls_in_flight{}"] == 3
    assert shown["r2s_cost_usd_total{}"] == 0.75
    assert shown["r2s_running{}"] == 1
    assert shown["r2s_call_seconds_bucket{le=0.32,model=openai:mock}"] == 1
    assert shown["r2s_call_seconds_count{model=openai:mock}"] == 1


def test_unknown_money_is_no_figure() -> None:
    meter = Meter(Limits())
    meter.spent.has_unpriced = True

    assert not [name for name in samples(Exposition(meter.pulse).text()) if "cost" in name]


def test_a_run_of_another_process_is_counted_from_its_files(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"run": "r1", "status": "running"}), encoding="utf-8")
    lines = [event_line(name, facts) + "\n" for name, facts in EVENTS]
    (tmp_path / "events.jsonl").write_text("".join(lines), encoding="utf-8")
    exposition = RunExposition(tmp_path)
    first = samples(exposition.text())

    with (tmp_path / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(event_line("ended", ENDED) + "\n")
    second = samples(exposition.text())

    assert first["r2s_calls_total{}"] == second["r2s_calls_total{}"] == 2
    assert first["r2s_retries_total{kind=retries_429}"] == 1
    assert (first["r2s_running{}"], second["r2s_running{}"]) == (1, 0)
    assert "r2s_calls_in_flight{}" not in first


def test_counts_are_served_on_this_machine_until_the_end() -> None:
    exposition = Exposition(Meter(Limits()).pulse)

    with served(exposition, 0) as address:
        with urllib.request.urlopen(address) as reply:
            shown = samples(reply.read())
        with pytest.raises(ConfigError, match="--prometheus"), served(exposition, int(address.split(":")[2][:-8])):
            pass

    assert address.startswith("http://127.0.0.1:")
    assert shown["r2s_turns_total{}"] == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address)
