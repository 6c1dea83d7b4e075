"""People at the desk of a run: real processes, a real terminal, and files between them."""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

import r2s as package
from benchmarks.processes import result_files
from r2s.cli import desk
from r2s.config import load_config
from r2s.errors import ConfigError
from r2s.models.desk.question import Question
from r2s.runs.desk_client import DeskClient
from r2s.runs.runner import Run
from tests.cli.terminals import PATIENCE, Terminal
from tests.cli.test_commands import r2s
from tests.conftest import LIGHTHOUSE

pytestmark = pytest.mark.slow

USER = ("--turns", "2", "--reviewers", "0", "--candidates", "1", "--model", "user=human")
FIRST, SECOND = "What is so special about the Skerry lighthouse?", "And who looks after the lamp in these days?"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "light.txt"
    path.write_text(f"Skerry lighthouse\n\n{LIGHTHOUSE}\n", encoding="utf-8")
    return path


@contextmanager
def playing(docs: Path, out: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A run under way, without a terminal."""
    command = [sys.executable, "-m", "r2s", "run", str(docs), "-o", str(out), *options]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def desk_of(run: Path) -> DeskClient:
    """The desk of a run, once there is one."""
    until = time.monotonic() + PATIENCE
    while not (run / "config.yaml").exists() or not (run / "manifest.json").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    return DeskClient(run)


def question(run: Path, known: str = "") -> Question:
    """The question that is open, other than a known one."""
    until = time.monotonic() + PATIENCE
    while not (found := [one for one in desk_of(run).questions() if one.key != known]):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found[0]


def answer(run: Path, asked: Question, **reply: Any) -> subprocess.CompletedProcess[str]:
    return r2s("desk", run, "--as", "ann", "--key", asked.key[:12], "--reply", json.dumps(reply))


def play(docs: Path, out: Path, journal: Path | None = None, **settings: Any) -> None:
    """Play a run in this process; a person who is asked would be waited for in vain."""
    config = load_config(flags={"turns": 2, "reviewers": 0, "candidates": 1, **settings})
    asyncio.run(asyncio.wait_for(Run([docs], config, out, journal=journal).play(), PATIENCE))


def said(run: Path) -> list[dict[str, Any]]:
    (tree,) = map(json.loads, (run / "trees.jsonl").read_text(encoding="utf-8").splitlines())
    return tree["nodes"]


def test_a_person_plays_the_user_by_the_command_and_a_second_run_asks_nobody(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with playing(docs, out, *USER) as run:
        first = question(out)
        refused = answer(out, first, closes="perhaps")
        taken = answer(out, first, text=FIRST)
        answer(out, question(out, first.key), text=SECOND)
        _, complaints = run.communicate(timeout=PATIENCE)

    play(docs, tmp_path / "again", out / "journal.sqlite", models={"user": "human"})

    assert run.returncode == 0
    assert "a person is asked" in complaints
    assert (refused.returncode, taken.returncode) == (2, 0)
    assert "text: Field required" in refused.stderr
    assert [node["text"] for node in said(out) if node["role"] == "user"] == [FIRST, SECOND]
    assert [node["usage"].get("people") for node in said(out)] == [["human:ann"], None] * 2
    assert result_files(out) == result_files(tmp_path / "again")
    assert not (out / "desk").exists()


def test_the_terminal_that_plays_asks_and_ctrl_c_leaves_the_question_for_the_next_time(
    docs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    with Terminal("run", docs, "-o", out, *USER) as terminal:
        asked = terminal.wait_for("Text (what the user says):")
        terminal.type(FIRST)
        terminal.wait_for("[y/N]")
        terminal.type("n")
        terminal.wait_for("turn 2")
        terminal.wait_for("Text (what the user says):")
        terminal.interrupt()
        stopped = terminal.end()
    with Terminal("run", docs, "-o", out, *USER) as terminal:
        resumed = terminal.wait_for("Text (what the user says):")
        terminal.type(SECOND)
        terminal.wait_for("[y/N]")
        terminal.type("y")
        ended = terminal.end()

    assert "Skerry lighthouse" in asked
    assert (stopped, ended) == (130, 0)
    assert "turn 2" in resumed
    assert f"User: {FIRST}" in resumed
    assert [node["text"] for node in said(out) if node["role"] == "user"] == [FIRST, SECOND]


def test_another_terminal_answers_one_question_after_the_other_and_leaves_with_the_run(
    docs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    with playing(docs, out, *USER) as run:
        question(out)
        with Terminal("desk", out, "--as", "bo") as terminal:
            for line in (FIRST, SECOND):
                terminal.wait_for("Text (what the user says):")
                terminal.type(line)
                terminal.wait_for("[y/N]")
                terminal.type("")
                terminal.wait_for("the run has taken the answer")
            left = terminal.end()
        run.communicate(timeout=PATIENCE)

    assert (left, run.returncode) == (0, 0)
    assert [node["usage"].get("people") for node in said(out) if node["role"] == "user"] == [["human:bo"]] * 2


def test_a_role_is_taken_over_in_a_paused_run_and_what_was_said_is_replayed(docs: Path, tmp_path: Path) -> None:
    out, options = tmp_path / "run", ("--turns", "2", "--reviewers", "1", "--candidates", "1")
    with playing(docs, out, *options, "--paused") as run:
        before = desk_of(out)
        shown = json.loads(r2s("desk", out, "--json").stdout)
        taken = r2s("desk", out, "--take", "chairman", "--as", "ann")
        before.step()
        asked = question(out)
        before.answer(asked.key, {"reason": "It is true.", "advice": "the lamp"}, "human:ann")
        given = r2s("desk", out, "--give-back", "chairman")
        before.resume()
        run.communicate(timeout=PATIENCE)

    play(docs, tmp_path / "again", out / "journal.sqlite", reviewers=1)
    play(docs, tmp_path / "without", reviewers=1)

    events = [json.loads(line) for line in (out / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    chairs = [node["chair"]["reason"] for node in said(out) if node["chair"]]
    assert (shown["paused"], shown["played"], shown["questions"]) == (True, True, [])
    assert [done.returncode for done in (taken, given)] == [0, 0]
    assert (asked.model, asked.turn, asked.to) == ("extractive", 1, "human:ann")
    assert chairs[0] == "It is true."
    assert "It is true." not in chairs[1:]
    assert result_files(out) == result_files(tmp_path / "again")
    assert result_files(out) != result_files(tmp_path / "without")
    told = [event["event"] for event in events]
    assert [name for name in told if name in ("stepped", "taken_over", "given_back", "resumed")] == [
        "taken_over",
        "stepped",
        "given_back",
        "resumed",
    ]


def test_a_person_scores_each_draft(docs: Path, tmp_path: Path) -> None:
    out, options = tmp_path / "run", ("--turns", "1", "--reviewers", "1", "--model", "reviewer=human:cy")
    scores = dict.fromkeys(("usefulness", "relevance", "accuracy", "depth", "creativity", "spoken"), 4)
    with playing(docs, out, *options) as run:
        asked = question(out)
        drafts: Any = asked.offered["reviews"]
        reviews = [{**begun, **scores, "vote": "positive", "weaknesses": ["too dry"]} for begun in drafts]
        desk_of(out).answer(asked.key, {"reviews": reviews, "ranking": asked.offered["ranking"]}, "human:cy")
        run.communicate(timeout=PATIENCE)

    reviews = [review for node in said(out) for review in node["reviews"]]
    assert drafts == [{"draft": "A"}, {"draft": "B"}]
    assert {review["model"] for review in reviews} == {"human:cy"}
    assert {review["vote"] for review in reviews} == {"positive"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--take", "poet"), "nobody plays 'poet' in this run; roles are planner, user"),
        (("--give-back", "user"), "nobody has taken over 'user'"),
        (("--pause", "--step"), "decide one thing at a time"),
        (("--key", "00", "--reply", "{}"), "no one open question has a key that begins with 00"),
        (("--as", "a b"), "'a b' is no name for a person"),
    ],
)
def test_what_cannot_be_is_said_with_what_can(finished: Path, options: tuple[str, ...], words: str) -> None:
    app = typer.Typer()
    desk.register(app)

    with pytest.raises(ConfigError, match=re.escape(words)):
        app([str(finished), *options], standalone_mode=False)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    (folder / "light.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    play(folder / "light.txt", folder / "run")
    return folder / "run"


def test_nobody_is_asked_where_there_is_no_desk(docs: Path) -> None:
    with pytest.raises(ConfigError, match="play it with r2s run"):
        package.run(docs, model="human")
