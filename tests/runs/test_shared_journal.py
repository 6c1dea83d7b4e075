"""Runs that share a journal: no call is paid for twice, whoever is killed and whatever is restarted."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks.processes import ServerProcess, result_files, run_command
from r2s.cli import fork, run, show, status
from r2s.cli import journal as journal_commands
from tests.conftest import LIGHTHOUSE
from tests.postgres import Cluster, postgres_group

DOCUMENTS = 6


@pytest.fixture
def mock() -> Iterator[ServerProcess]:
    with ServerProcess("--latency", "0.04", "--jitter", "0.5") as server:
        yield server


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Documents whose every text is another, so that no two prompts are the same."""
    path = tmp_path / "docs.jsonl"
    rows = [{"id": f"d{number}", "text": f"This is light {number} of all. {LIGHTHOUSE}"} for number in range(DOCUMENTS)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres_group)])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "shared.sqlite") if request.param == "sqlite" else request.getfixturevalue("database")


def begin(docs: Path, out: Path, url: str, journal: str, *more: str) -> subprocess.Popen[str]:
    options = ("--turns", "2", "--reviewers", "2", "--concurrency", "8", "--journal", journal)
    return subprocess.Popen(
        run_command(docs, out, url, *options, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end(running: subprocess.Popen[str]) -> str:
    """What a run that must go well has said beside its figures."""
    _, complained = running.communicate(timeout=120)
    assert running.returncode == 0, complained
    return complained


def wait_for_calls(server: ServerProcess, count: int) -> None:
    while sum(server.stats()["answered"].values()) < count:
        time.sleep(0.02)


def test_two_runs_of_the_same_documents_at_once_pay_for_each_call_once(docs, tmp_path, mock, journal):
    outs = [tmp_path / "one", tmp_path / "other"]
    running = [begin(docs, out, mock.url, journal) for out in outs]
    complained = "".join(end(run) for run in running)
    asked = mock.stats()
    mock.close()

    end(begin(docs, tmp_path / "again", mock.url, journal))

    assert "locked" not in complained
    assert asked["requests"] == asked["distinct"] > DOCUMENTS * 8
    assert result_files(outs[0]) == result_files(outs[1]) == result_files(tmp_path / "again")
    assert len((outs[0] / "trees.jsonl").read_bytes().splitlines()) == DOCUMENTS


def test_the_work_of_a_run_that_is_killed_is_taken_over_and_only_calls_in_flight_are_repeated(
    docs, tmp_path, mock, journal, request
):
    if journal.startswith("postgresql:"):
        request.getfixturevalue("postgres").set_lease(journal, 2)
    killed, other = (begin(docs, tmp_path / name, mock.url, journal) for name in ("killed", "other"))

    wait_for_calls(mock, 30)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    end(other)
    again = mock.stats()["requests"] - mock.stats()["distinct"]
    end(begin(docs, tmp_path / "killed", mock.url, journal))

    assert killed.returncode == -signal.SIGKILL
    # Eight were with the server, and some replies had come that were not kept yet.
    assert again <= 16
    assert mock.stats()["requests"] - mock.stats()["distinct"] == again
    assert result_files(tmp_path / "killed") == result_files(tmp_path / "other")


@postgres_group
def test_a_database_that_is_restarted_in_the_middle_costs_no_call(
    docs, tmp_path, mock, postgres: Cluster, database: str
):
    running = begin(docs, tmp_path / "run", mock.url, database)
    for calls in (20, 50):
        wait_for_calls(mock, calls)
        postgres.stop("immediate" if calls == 20 else "fast")
        postgres.start()

    complained = end(running)

    asked = mock.stats()
    assert asked["requests"] == asked["distinct"]
    assert "it is tried again for 60 seconds" in complained


@postgres_group
def test_a_database_that_is_gone_ends_a_run_with_six_and_the_next_goes_on(
    docs, tmp_path, mock, postgres: Cluster, database: str
):
    postgres.set_lease(database, 1)
    program = (
        "from r2s.models.journal.postgres import store\n"
        "store.PostgresStore.__init__.__defaults__ = (1.0,)\n"
        "from r2s.cli.app import main\n"
        "main()\n"
    )
    command = run_command(docs, tmp_path / "run", mock.url, "--turns", "2", "--reviewers", "2", "--journal", database)
    with subprocess.Popen([sys.executable, "-c", program, *command[3:]], stderr=subprocess.PIPE, text=True) as running:
        wait_for_calls(mock, 30)
        postgres.stop("immediate")
        try:
            _, complained = running.communicate(timeout=120)
        finally:
            postgres.start()
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    before = sum(mock.stats()["answered"].values())

    end(begin(docs, tmp_path / "run", mock.url, database))

    assert running.returncode == 6
    assert "journal's database" in complained
    assert "Traceback" not in complained
    assert manifest["status"] == "endpoint"
    asked = mock.stats()
    assert before < asked["distinct"]
    # Only replies that came while there was nowhere to keep them are asked for again.
    assert asked["requests"] - asked["distinct"] <= 64


@postgres_group
def test_every_command_takes_the_address_and_none_tells_the_password(docs, tmp_path, mock, postgres: Cluster):
    postgres.require_password("berta", "s3cret")
    postgres.sql("CREATE DATABASE bertas OWNER berta")
    journal, out, batch = postgres.url("bertas", "berta:s3cret"), tmp_path / "run", tmp_path / "batch"
    said = end(begin(docs, out, mock.url, journal, "--limit", "1"))
    tree = json.loads((out / "trees.jsonl").read_text(encoding="utf-8"))
    key, reply = tree["nodes"][0]["usage"]["calls"][0], tree["nodes"][-1]["id"]
    replies = tmp_path / "replies.jsonl"
    replies.write_text(json.dumps({"key": "f" * 32, "content": "by hand"}) + "\n", encoding="utf-8")

    for command in ("info", "verify", "vacuum"):
        said += r2s("journal", command, journal)
    said += r2s("journal", "import", journal, replies)
    shown = r2s("show", out, "--call", key, "--journal", journal)
    status = json.loads(r2s("status", out, "--journal", journal, "--json"))
    forked = json.loads(r2s("fork", out, "--node", reply, "--turns", "3", "--journal", journal, "--json"))
    said += r2s("run", docs, "-o", tmp_path / "waits", "--model", f"batch:{batch}", "--journal", journal)

    assert "[system]" in shown
    assert status["prefix_share"] > 0.3
    assert forked["is_new"]
    assert "--journal postgresql://berta@/bertas?host=" in said
    files = [path for folder in (out, tmp_path / "waits", batch) for path in folder.iterdir() if path.is_file()]
    assert b"s3cret" not in said.encode() + b"".join(path.read_bytes() for path in files)


def r2s(*arguments: str | Path) -> str:
    """What a command says, in this process: starting one takes longer than most commands do."""
    app = typer.Typer()
    for module in (fork, journal_commands, run, show, status):
        module.register(app)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output
