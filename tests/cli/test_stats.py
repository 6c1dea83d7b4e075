"""`r2s stats` as a user runs it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.test_commands import docs, finished, lines, r2s

__all__ = ["docs", "finished"]


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


def test_tables_are_readable_and_say_who_judged(run: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("granite\n", encoding="utf-8")

    done = r2s("stats", run, "--encoder", "lexical", "--judge", "extractive", "--words", words, "--paper")

    assert done.returncode == 0, done.stderr
    for text in (
        "Recycled Alpaca 7B",
        "10 every turn adds, the end is natural",
        "Persona checks",
        "distance from the target",
        "self-BLEU",
        "new tags by judge",
        "Listed words: granite",
        "looks at words",
    ):
        assert text in done.stdout, text
    assert len(lines(run / "stats" / "dialogues.jsonl")) == 2


def test_json_is_json_and_nothing_else(run: Path) -> None:
    done = r2s("stats", run, "--encoder", "lexical", "--json")

    assert json.loads(done.stdout)["talks"] == 2
    assert json.loads(done.stdout) == json.loads((run / "stats" / "stats.json").read_text("utf-8"))


def test_statistics_and_then_an_export_that_uses_them(run: Path, tmp_path: Path) -> None:
    refused = r2s("export", run, "--filter", "measured.most.foreknowledge=0", "-o", tmp_path / "a.jsonl")
    measured = r2s("stats", run, "--encoder", "lexical")
    done = r2s("export", run, "--filter", "measured.least.questions=2", "-o", tmp_path / "b.jsonl")

    assert refused.returncode == 2
    assert "run r2s stats RUN first" in refused.stderr
    assert measured.returncode == 0
    assert done.returncode == 2
    assert "dropped were measured 2" in done.stderr


def test_mistakes_are_named_before_anything_is_measured(run: Path) -> None:
    for arguments, said in (
        (("--ask", "reeder"), "there is no role 'reeder'"),
        (("--words", run / "none.txt"), "cannot be read"),
        (("--judge", "nobody"), "no model is called 'nobody'"),
    ):
        done = r2s("stats", run, "--encoder", "lexical", *arguments)
        assert done.returncode == 2
        assert said in done.stderr
