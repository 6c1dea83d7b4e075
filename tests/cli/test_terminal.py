"""The command line on a terminal: what is drawn while it works, and the screen that it leaves."""

import json
import re
import signal
from pathlib import Path

import pytest

from tests.conftest import LIGHTHOUSE
from tests.terminal import Session, play
from tests.trees.forest import make_tree

DRAWN = re.compile(r"\d+/\d+ dialogues")


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs") / "docs.jsonl"
    rows = [{"id": f"d{number}", "title": f"Lighthouse {number}", "text": LIGHTHOUSE} for number in range(60)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs") / "run.log"


@pytest.fixture(scope="module")
def watched(docs: Path, log: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    return play("run", docs, "-o", tmp_path_factory.mktemp("runs") / "run", "--log-file", log, "--prometheus", "0")


def test_a_run_draws_its_bar_its_counts_and_what_is_talked_about(watched: Session) -> None:
    assert watched.code == 0
    assert DRAWN.search(watched.written)
    assert re.search(r"\d+ turns  [\d,]+ calls \(\d+/s\)", watched.written)
    assert re.search(r"d\d+ turn \d+ (question|statement|opinion)-", watched.written)


def test_the_screen_is_left_with_the_summary_alone(watched: Session) -> None:
    left = "\n".join(watched.screen)

    assert "60 dialogues, 60 samples" in left
    assert not DRAWN.search(left)
    assert " turn " not in left
    assert watched.has_cursor


def test_a_run_can_be_watched_from_outside(watched: Session, log: Path) -> None:
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]

    assert (lines[0]["message"], lines[-1]["message"]) == ("started", "ended")
    assert lines[-1]["facts"]["status"] == "finished"
    assert "counts are served at http://127.0.0.1:" in watched.written


def test_an_interrupted_run_leaves_a_clean_screen_and_says_what_happened(docs: Path, tmp_path: Path) -> None:
    pressed: list[signal.Signals] = []

    def interrupt(written: str) -> signal.Signals | None:
        if pressed or not re.search(r"[1-9]\d* turns", written):
            return None
        pressed.append(signal.SIGINT)
        return signal.SIGINT

    stopped = play("run", docs, "-o", tmp_path / "run", "--concurrency", "2", when=interrupt)

    left = "\n".join(stopped.screen)
    assert stopped.code == 130
    assert "once more stops at once" in left
    assert "the same command goes on from here" in left
    assert not DRAWN.search(left)
    assert stopped.has_cursor


@pytest.fixture
def hostile_run(tmp_path: Path) -> Path:
    """A run whose only tree tries to steer the terminal."""
    tree = make_tree()
    asked, *others = tree.nodes
    evil = asked.model_copy(update={"text": "\x1b]0;owned\x07\x1b[2J\x9b31mhello"})
    long = [asked.model_copy(update={"id": f"x{number}", "text": f"draft {number}"}) for number in range(40)]
    tree = tree.model_copy(update={"nodes": (evil, *others, *long)})
    (tmp_path / "trees.jsonl").write_text(tree.to_json() + "\n", encoding="utf-8")
    (tmp_path / "manifest.json").write_text('{"run": "r", "status": "finished"}', encoding="utf-8")
    return tmp_path


def test_a_hostile_tree_cannot_steer_the_terminal(hostile_run: Path) -> None:
    shown = play("show", hostile_run, "--no-pager")

    rest = re.sub(r"\x1b\[[0-9;]*m", "", shown.written)
    assert shown.code == 0
    assert "hello" in rest
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", rest)


def test_what_is_longer_than_the_screen_goes_through_the_pager(hostile_run: Path, tmp_path: Path) -> None:
    paged = play("show", hostile_run, rows=20, PAGER=f"cat > {tmp_path / 'paged'}")

    assert "draft 39" in (tmp_path / "paged").read_text(encoding="utf-8")
    assert "draft 39" not in paged.written


def test_what_fits_the_screen_needs_no_pager(hostile_run: Path, tmp_path: Path) -> None:
    shown = play("show", hostile_run, "--dialogue", rows=40, PAGER=f"cat > {tmp_path / 'paged'}")

    assert "second reply" in shown.written
    assert not (tmp_path / "paged").exists()
