"""Those who watch a run: what they are told, what they count, and that they cannot harm it."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from r2s.config import Limits, load_config
from r2s.models.limiter import RateLimiter
from r2s.runs.meter import Meter
from r2s.runs.moment import Gauge, pulse_now
from r2s.runs.runner import Run
from r2s.runs.speed import Speed
from r2s.runs.tally import LATEST, Tally
from r2s.runs.watchers import Watchers
from r2s.usage import Usage
from r2s.views.moments import duration, moment_line
from tests.conftest import LIGHTHOUSE, Scripted
from tests.runs.events import ENDED, STARTED, call, failed, finished, turn


def tally(*events: tuple[str, dict[str, Any]]) -> Tally:
    counted = Tally()
    for name, facts in events:
        counted.tell(name, facts)
    return counted


def test_a_watcher_hears_what_the_file_keeps(tmp_path: Path) -> None:
    docs, heard = tmp_path / "docs", []
    docs.mkdir()
    (docs / "one.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    config = load_config(flags={"turns": 2, "reviewers": 1})
    run = Run([docs], config, tmp_path / "run", models=lambda role: Scripted({}))
    run.watchers = [lambda name, facts: heard.append((name, facts))]

    asyncio.run(run.play())

    kept = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text("utf-8").splitlines()]
    assert [(event.pop("event"), event) for event in kept if event.pop("time")] == heard
    assert [name for name, _ in heard] == ["started", "turn", "turn", "dialogue_finished", "ended"]
    turns = [facts for name, facts in heard if name == "turn"]
    assert [turn["turn"] for turn in turns] == [1, 2]
    assert all({*turn["decision"]} == {"kept", "mode", "scores", "dissent"} for turn in turns)
    assert heard[0][1]["dialogues"] == 1
    assert heard[-1][1]["status"] == "finished"


def test_a_watcher_that_fails_is_left_out_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    def fails(name: str, facts: dict[str, Any]) -> None:
        raise ValueError("no room")

    watchers = Watchers([fails, lambda name, facts: heard.append(name)])
    with caplog.at_level(logging.ERROR):
        watchers.tell("started", {})
        watchers.tell("ended", {})

    assert heard == ["started", "ended"]
    assert len(caplog.records) == 1


def test_a_tally_counts_dialogues_turns_calls_and_troubles() -> None:
    counted = tally(
        ("started", STARTED),
        ("call", call("d1")),
        ("call", call("d1", prompt_tokens=None)),
        ("turn", turn("d1", 1)),
        ("turn", turn("d1", 2)),
        ("turn", turn("d2", 1)),
        ("retry", {"kind": "retries_429", "group": "d2/7", "wait": 1}),
        ("unreadable", {"key": "k", "speaker": "user", "fault": "no JSON"}),
        ("dialogue_finished", finished("d1", 2)),
        ("document_failed", failed("d3")),
        ("something new", {}),
        ("ended", ENDED),
    )

    assert (counted.done, counted.total, counted.turns) == (4, 10, 3)
    assert (counted.calls, counted.prompt_tokens, counted.completion_tokens) == (2, 100, 20)
    assert counted.retries == {"retries_429": 1}
    assert counted.last_error == "d3: nobody spoke"
    assert counted.in_play == {"d2/7": 1}
    assert counted.status == "finished"


def test_turns_left_follow_from_the_dialogues_that_ended() -> None:
    begun = [("started", STARTED), ("turn", turn("d1", 1)), ("turn", turn("d2", 1)), ("turn", turn("d2", 2))]

    before = tally(*begun)
    after = tally(*begun, ("turn", turn("d1", 2)), ("turn", turn("d1", 3)), ("dialogue_finished", finished("d1", 3)))

    assert before.turns_left(8) == 7 + 6 + 6 * 8
    assert after.turns_left(7) == 1 + 6 * 3


def test_a_resumed_run_counts_what_is_recorded_once() -> None:
    counted = tally(
        ("started", {**STARTED, "trees": 0, "failed": 0}),
        ("dialogue_finished", finished("d1", 3)),
        ("ended", {"status": "stopped", "message": "stopped"}),
        ("started", {**STARTED, "trees": 1, "failed": 0}),
        ("dialogue_finished", finished("d2", 3)),
    )

    assert counted.done == 2
    assert counted.status is None


def test_the_latest_turns_are_one_a_dialogue() -> None:
    counted = tally(*(("turn", turn(f"d{number % 6}", number)) for number in range(40)))

    assert [kept["turn"] for kept in counted.latest] == [36, 37, 38, 39]
    assert len(counted.latest) == LATEST


def test_unknown_cost_stays_unknown() -> None:
    assert tally(("dialogue_finished", finished("a", 1)), ("dialogue_finished", finished("b", 1))).cost == 1.0
    assert tally(("dialogue_finished", finished("a", 1, None)), ("dialogue_finished", finished("b", 1))).cost is None


def test_speed_is_that_of_the_last_seconds() -> None:
    clock = [0.0]
    speed = Speed(10, now=lambda: clock[0])
    seen = []

    for second in range(31):
        clock[0] = second
        seen.append(speed.see(100 * second if second <= 20 else 2000))

    assert seen[0] == 0
    assert seen[5] == seen[20] == 100
    assert seen[25] == 50
    assert seen[30] == 0


def test_the_pulse_adds_up_endpoints() -> None:
    meter = Meter(Limits())
    for name, running in (("a", 3), ("b", 2)):
        limiter = meter.limiters[name] = RateLimiter(name, 8)
        limiter.in_flight, limiter.stats.retries_429, limiter.stats.unreadable = running, running, 1
    meter.count(Usage())
    meter.pay(Usage(), Usage(prompt_tokens=5, completion_tokens=1, cost_usd=0.25, replies=1))

    known = meter.pulse()
    meter.pay(Usage(), Usage(prompt_tokens=5, completion_tokens=1, cost_usd=None, replies=1))

    assert (known.calls, known.tokens, known.dollars) == (1, 6, 0.25)
    assert (known.in_flight, known.limit, known.retries, known.unreadable) == (5, 16, {"retries_429": 5}, 2)
    assert meter.pulse().dollars is None


def test_what_befell_calls_of_other_processes_is_told_by_events() -> None:
    meter = Meter(Limits())
    meter.add(Usage(prompt_tokens=5, completion_tokens=1, cost_usd=0.25, replies=1))
    troubles = tally(("retry", {"kind": "timeouts"}), ("circuit_opened", {"failure": "gone"}))

    seen = pulse_now(troubles, meter.pulse)

    assert (seen.calls, seen.tokens, seen.dollars) == (1, 6, 0.25)
    assert (seen.limit, seen.retries, seen.is_cut_off) == (None, {"timeouts": 1}, True)


def test_a_moment_says_in_one_line_all_that_counts() -> None:
    meter = Meter(Limits())
    limiter = meter.limiters["a"] = RateLimiter("a", 8)
    limiter.in_flight, limiter.stats.timeouts, limiter.circuit.is_open = 3, 2, True
    meter.calls, meter.spent.tokens, meter.spent.has_unpriced = 7, 5000, True
    gauge = Gauge(tally(("started", STARTED), ("document_failed", failed("d9"))), meter.pulse)
    gauge.part = "reviewers=3"

    line = moment_line(gauge.read())

    assert line.startswith("reviewers=3, 3/10 dialogues, 1 failed, 0 turns, 7 calls")
    for part in ("3 of 8 at once", "5,000 tokens", "cost unknown", "the server is gone", "2 retries (time-outs 2)"):
        assert part in line
    assert "left" not in line


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0 s"), (89, "89 s"), (600, "10 min"), (9000, "2 h 30 min"), (200_000, "2 d 7 h")]
)
def test_durations_are_told_as_people_say_them(seconds: float, told: str) -> None:
    assert duration(seconds) == told
