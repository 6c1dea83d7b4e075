"""Runs in several processes, against a real server: the bytes of one process, whoever is killed."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

from benchmarks.processes import result_files, run_command
from r2s.models.journal.tools import info

OPTIONS = ("--turns", "3", "--reviewers", "2", "--concurrency", "8")
WORKERS = ("--workers", "2")


def begin(docs: Path, out: Path, url: str, *more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        run_command(docs, out, url, *OPTIONS, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end(running: "subprocess.Popen[str]", code: int = 0) -> str:
    """What a run has said beside its figures."""
    _, complained = running.communicate(timeout=120)
    assert running.returncode == code, complained
    return complained


def events(out: Path, name: str) -> list[dict[str, object]]:
    lines = (out / "events.jsonl").read_text(encoding="utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == name]


def calls(out: Path) -> int:
    path = out / "events.jsonl"
    return path.read_text(encoding="utf-8").count('"event":"call"') if path.exists() else 0


def wait_for_calls(out: Path, count: int) -> None:
    while calls(out) < count:
        time.sleep(0.02)


def children(process: int) -> list[int]:
    """The workers of a driver."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True).stdout
    return [int(number) for number in found.split()]


def test_workers_make_the_bytes_of_one_process_though_they_are_killed_again_and_again(docs, tmp_path, mock):
    out, chance, killed = tmp_path / "killed", random.Random(2), 0
    running = begin(docs, out, mock.url, *WORKERS)
    for kill in range(1, 5):
        wait_for_calls(out, 60 * kill)
        os.kill(chance.choice(children(running.pid)), signal.SIGKILL)
        killed += 1
    said = end(running)
    seen = mock.stats()

    end(begin(docs, tmp_path / "whole", mock.url))

    assert result_files(out) == result_files(tmp_path / "whole")
    assert len(events(out, "worker_lost")) == said.count("killed by SIGKILL") == killed
    # In flight at a kill are at most the calls of one worker, which has half of them.
    assert seen["requests"] - seen["distinct"] <= killed * 4
    assert info(out / "journal.sqlite").records == seen["distinct"]
