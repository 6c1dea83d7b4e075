"""Whole runs against a real server: faults, kills, and no call paid for twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import ServerProcess, result_files, run_command
from tests.conftest import LIGHTHOUSE

FAULTS = "429=0.05,500=0.03,reset=0.02,broken=0.05,empty=0.02,cut=0.02"


@pytest.fixture
def mock(request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    server = ServerProcess(*getattr(request, "param", []))
    yield server
    server.close()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Twenty documents; every text is another, so that no two prompts are the same."""
    path = tmp_path / "docs.jsonl"
    rows = [
        {"id": f"d{number}", "title": f"Lighthouse {number}", "text": f"This is light {number} of all. {LIGHTHOUSE}"}
        for number in range(20)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def command(docs: Path, out: Path, url: str, *options: str) -> list[str]:
    return run_command(docs, out, url, "--turns", "3", "--reviewers", "2", *options)


def run(docs: Path, out: Path, url: str, *options: str) -> dict[str, Any]:
    done = subprocess.run(command(docs, out, url, *options), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_full_journal_makes_the_same_bytes_with_the_server_switched_off(docs, tmp_path, mock):
    run(docs, tmp_path / "first", mock.url)
    mock.close()

    run(docs, tmp_path / "second", mock.url, "--journal", str(tmp_path / "first" / "journal.sqlite"))

    assert result_files(tmp_path / "first") == result_files(tmp_path / "second")


@pytest.mark.parametrize("mock", [["--faults", FAULTS, "--latency", "0.01"]], indirect=True)
def test_faults_cost_retries_and_no_dialogue(docs, tmp_path, mock):
    figures = run(docs, tmp_path / "run", mock.url)

    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    (endpoint,) = metrics["endpoints"].values()
    done = mock.stats()["by_status"]
    assert figures["documents"] == {"trees": 20, "failed": 0, "by_kind": {}}
    assert endpoint["retries_429"] == done["429"] > 0
    assert endpoint["retries_5xx"] == done["500"] > 0
    assert endpoint["resets"] == done["reset"] > 0
    assert endpoint["unreadable"] == done["broken"] + done["empty"] + done["cut"] > 0


@pytest.mark.parametrize("mock", [["--faults", "broken=0.3"]], indirect=True)
def test_a_model_that_breaks_three_replies_in_ten_still_gives_every_dialogue_to_its_end(docs, tmp_path, mock):
    figures = run(docs, tmp_path / "run", mock.url)

    assert mock.stats()["by_status"]["broken"] > 100
    assert figures["documents"]["trees"] == 20
    assert figures["stops"] == {"max_turns": 20}


@pytest.mark.parametrize("mock", [["--down-after", "120", "--down-for", "4"]], indirect=True)
def test_a_server_that_is_gone_for_a_while_is_waited_for(docs, tmp_path, mock):
    figures = run(docs, tmp_path / "run", mock.url)

    assert figures["documents"]["trees"] == 20


def test_a_server_that_does_not_come_back_ends_the_run_with_six_and_nothing_lost(docs, tmp_path, mock):
    run(docs, tmp_path / "whole", mock.url)
    options = ("--set", "limits.patience=2", "--concurrency", "2")

    with subprocess.Popen(command(docs, tmp_path / "cut", mock.url, *options), stdout=subprocess.PIPE) as process:
        _wait_for(tmp_path / "cut" / "trees.jsonl")
        mock.close()
        process.communicate(timeout=120)

    assert process.returncode == 6
    second = ServerProcess()
    try:
        run(docs, tmp_path / "cut", second.url)
    finally:
        second.close()
    assert result_files(tmp_path / "cut") == result_files(tmp_path / "whole")


@pytest.mark.parametrize("mock", [["--latency", "0.02"]], indirect=True)
def test_a_run_that_is_killed_again_and_again_ends_in_the_same_bytes_and_pays_no_finished_call_twice(
    docs, tmp_path, mock
):
    chance, in_flight, kills = random.Random(1), 8, 0
    options = ("--concurrency", str(in_flight))
    for _ in range(6):
        with subprocess.Popen(
            command(docs, tmp_path / "killed", mock.url, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            _wait_for(tmp_path / "killed" / "events.jsonl")
            time.sleep(chance.uniform(0.1, 0.6))
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += process.returncode == -signal.SIGKILL
    run(docs, tmp_path / "killed", mock.url, *options)
    twice = sum(count - 1 for count in mock.stats()["answered"].values())

    run(docs, tmp_path / "whole", mock.url)

    assert kills >= 3
    assert twice <= kills * in_flight
    assert result_files(tmp_path / "killed") == result_files(tmp_path / "whole")


def test_a_call_can_be_looked_at_and_a_run_stays_under_its_plan(docs, tmp_path, mock):
    figures = run(docs, tmp_path / "run", mock.url)
    planned = _r2s("plan", docs, "--turns", "3", "--reviewers", "2", "--model", "openai:mock", "--json")
    tree = json.loads((tmp_path / "run" / "trees.jsonl").read_text(encoding="utf-8").splitlines()[0])
    key = tree["nodes"][0]["usage"]["calls"][0]

    shown = _r2s("show", tmp_path / "run", "--call", key)
    status = json.loads(_r2s("status", tmp_path / "run", "--json"))

    assert "[system]" in shown
    assert tree["nodes"][0]["text"] in shown
    assert 0 < figures["usage"]["calls"] <= json.loads(planned)["at_most"]["calls"]
    assert figures["usage"]["prompt_tokens"] <= json.loads(planned)["at_most"]["prompt_tokens"]
    assert 0.3 < status["prefix_share"] < 1


def test_a_fork_pays_only_for_what_is_new(docs, tmp_path, mock):
    run(docs, tmp_path / "run", mock.url, "--limit", "2")
    before = sum(mock.stats()["answered"].values())
    tree = json.loads((tmp_path / "run" / "trees.jsonl").read_text(encoding="utf-8").splitlines()[1])
    reply = next(node["id"] for node in tree["nodes"] if node["chair"] and node["turn"] == 1)
    command = ("fork", tmp_path / "run", "--doc", tree["document"]["id"], "--node", reply, "--reviewers", "3", "--json")

    planned = json.loads(_r2s(*command, "--dry-run"))
    forked = json.loads(_r2s(*command))
    asked = mock.stats()["answered"]
    again = json.loads(_r2s(*command))

    # Of two turns, planner, user, candidates and two reviewers are known at the first; the third reviewer is new.
    assert forked["calls"] == sum(asked.values()) - before
    assert 0 < forked["calls"] < planned["calls_at_most"]
    assert max(asked.values()) == 1
    assert (again["is_new"], again["calls"], mock.stats()["answered"]) == (False, 0, asked)


def _r2s(*arguments: str | Path) -> str:
    done = subprocess.run([sys.executable, "-m", "r2s", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_key_is_written_nowhere(docs, tmp_path, mock):
    os.environ["OPENAI_API_KEY"] = "sk-planted-secret"
    try:
        run(docs, tmp_path / "run", mock.url, "--limit", "2")
    finally:
        del os.environ["OPENAI_API_KEY"]

    written = b"".join(path.read_bytes() for path in (tmp_path / "run").iterdir())
    assert b"sk-planted-secret" not in written


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)
