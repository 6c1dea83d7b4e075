"""A run that another process plays, followed by its files."""

import json
from pathlib import Path
from typing import Any

import pytest

from r2s.runs import event_file
from r2s.runs.directory import RunDirectory
from r2s.runs.event_file import EventFile, Following
from r2s.runs.ledger import event_line
from tests.runs.events import ENDED, STARTED, call, finished, turn


def add(path: Path, *events: tuple[str, dict[str, Any]], end: str = "\n") -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(event_line(name, facts) for name, facts in events) + end)


def names(events: EventFile) -> list[str]:
    return [event["event"] for event in events.new()]


def test_only_what_is_new_is_read_and_half_a_line_waits(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    events = EventFile(path)
    assert names(events) == []

    add(path, ("started", STARTED), ("turn", turn("d1", 1)))
    assert names(events) == ["started", "turn"]
    assert names(events) == []

    add(path, ("call", call("d1")), end="")
    assert names(events) == []

    add(path, end="\n")
    assert names(events) == ["call"]


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"event":"started"}\n\xff\xfe{\n[1]\n{"no":"event"}\n{"event":"ended"}\n')

    assert names(EventFile(path)) == ["started", "ended"]


@pytest.mark.parametrize("block", [64, 200, 1 << 20])
def test_reading_begins_with_the_last_sitting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(event_file, "BLOCK", block)
    path = tmp_path / "events.jsonl"
    sitting = [("started", STARTED), ("turn", turn("d1", 1)), ("ended", ENDED)]
    add(path, *sitting, *sitting, ("started", STARTED), ("call", call("d2")))

    assert names(EventFile(path)) == ["started", "call"]


def test_a_file_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    events = EventFile(path)
    add(path, ("started", STARTED), ("turn", turn("d1", 1)))
    names(events)

    path.unlink()
    add(path, ("started", STARTED))

    assert names(events) == ["started"]


@pytest.fixture
def directory(tmp_path: Path) -> RunDirectory:
    directory = RunDirectory(tmp_path)
    manifest(directory, "running")
    return directory


def manifest(directory: RunDirectory, status: str) -> None:
    directory.manifest.write_text(json.dumps({"run": "r1", "status": status, "message": "so it is"}), encoding="utf-8")


def test_a_running_run_is_counted_from_its_events(directory: RunDirectory) -> None:
    with directory.locked():
        run = Following(directory.path)
        add(directory.events, ("started", STARTED), ("call", call("d1")), ("turn", turn("d1", 1)))
        first = run.look()
        add(directory.events, ("dialogue_finished", finished("d1", 1)))
        second = run.look()
        idle = run.look()

    assert (first.moment.done, first.moment.total, first.moment.turns, first.moment.tokens) == (2, 10, 1, 110)
    assert (second.moment.done, second.moment.dollars) == (3, 0.5)
    assert [look.is_over for look in (first, second, idle)] == [False, False, False]


def test_a_run_is_over_by_its_manifest_or_when_its_process_is_gone(directory: RunDirectory) -> None:
    run = Following(directory.path)
    gone = run.look()
    manifest(directory, "budget")
    ended = run.look()

    assert (gone.is_over, gone.status) == (True, "running")
    assert (ended.is_over, ended.status, ended.message) == (True, "budget", "so it is")
