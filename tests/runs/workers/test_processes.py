"""Runs in several processes, against a real server: the bytes of one process, whoever is killed."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks.processes import result_files, run_command
from r2s.models.journal.tools import info

OPTIONS = ("--turns", "2", "--reviewers", "2", "--concurrency", "8")
WORKERS = ("--workers", "2")


def begin(docs: Path, out: Path, url: str, *more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        run_command(docs, out, url, *OPTIONS, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end(running: "subprocess.Popen[str]", code: int = 0) -> str:
    """What a run has said beside its figures."""
    _, complained = running.communicate(timeout=300)
    assert running.returncode == code, complained
    return complained


def events(out: Path, name: str) -> list[dict[str, object]]:
    lines = (out / "events.jsonl").read_text(encoding="utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == name]


def calls(out: Path) -> int:
    path = out / "events.jsonl"
    return path.read_text(encoding="utf-8").count('"event":"call"') if path.exists() else 0


def wait_for_calls(running: "subprocess.Popen[str]", out: Path, count: int) -> None:
    while calls(out) < count:
        assert running.poll() is None, "the run has ended before"
        time.sleep(0.02)


def children(process: int) -> list[int]:
    """The workers of a driver."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True).stdout
    return [int(number) for number in found.split()]


def lives(process: int) -> bool:
    """Whether a process runs, and is not one that has ended and waits for its parent to hear of it."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
def test_workers_make_the_bytes_of_one_process_though_they_are_killed_again_and_again(docs, tmp_path, mock):
    out, chance, killed = tmp_path / "killed", random.Random(2), 0
    running = begin(docs, out, mock.url, *WORKERS)
    for kill in range(1, 3):
        wait_for_calls(running, out, 40 * kill)
        os.kill(chance.choice(children(running.pid)), signal.SIGKILL)
        killed += 1
    said = end(running)
    seen = mock.stats()

    end(begin(docs, tmp_path / "whole", mock.url))

    assert result_files(out) == result_files(tmp_path / "whole")
    assert len(events(out, "worker_lost")) == said.count("killed by SIGKILL") == killed
    # In flight at a kill are at most the calls of one worker, which has half of them, and as many replies on their way
    # to the journal.
    assert seen["requests"] - seen["distinct"] <= killed * 2 * 4
    assert info(out / "journal.sqlite").records == seen["distinct"]


@pytest.mark.slow
def test_a_run_that_is_stopped_lets_calls_end_and_goes_on_in_one_process(docs, tmp_path, mock):
    out = tmp_path / "stopped"
    running = begin(docs, out, mock.url, *WORKERS, "--max-calls", "100")
    wait_for_calls(running, out, 30)
    running.send_signal(signal.SIGINT)
    end(running, 130)
    asked = mock.stats()

    end(begin(docs, out, mock.url))
    seen = mock.stats()

    assert 30 <= asked["requests"] == sum(asked["answered"].values()) <= 100
    assert seen["requests"] == seen["distinct"] == info(out / "journal.sqlite").records


@pytest.mark.slow
@pytest.mark.parametrize("mock", [["--latency", "60"]], indirect=True)
def test_a_second_signal_stops_at_once_and_leaves_no_worker_behind(docs, tmp_path, mock):
    out = tmp_path / "stopped"
    running = begin(docs, out, mock.url, *WORKERS)
    while not mock.stats()["requests"]:
        time.sleep(0.1)
    workers = children(running.pid)
    for _ in range(2):
        running.send_signal(signal.SIGTERM)
        time.sleep(0.5)
    end(running, 143)

    assert len(workers) == 2
    assert not any(map(lives, workers))


@pytest.mark.slow
def test_a_driver_that_is_killed_takes_its_workers_with_it_and_loses_nothing(docs, tmp_path, mock):
    out = tmp_path / "killed"
    running = begin(docs, out, mock.url, *WORKERS)
    wait_for_calls(running, out, 60)
    workers = children(running.pid)
    running.kill()
    end(running, -signal.SIGKILL)
    while any(map(lives, workers)):
        time.sleep(0.05)

    end(begin(docs, out, mock.url, *WORKERS))
    seen = mock.stats()

    assert seen["requests"] - seen["distinct"] <= 8
    assert info(out / "journal.sqlite").records == seen["distinct"]
