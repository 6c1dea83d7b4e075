"""`r2s export` as a user runs it: runs that are missing, unfinished or damaged, and what is said of it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.test_commands import docs, finished, lines, r2s

__all__ = ["docs", "finished"]


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A finished run of two documents that a test may spoil."""
    return Path(shutil.copytree(finished, tmp_path / "spoilt"))


def test_several_runs_make_one_export_in_which_nothing_is_twice(finished: Path, run: Path, tmp_path: Path) -> None:
    done = r2s("export", finished, run, "--to", "sharegpt", "-o", tmp_path / "rows.jsonl")

    assert done.returncode == 0, done.stderr
    assert len(lines(tmp_path / "rows.jsonl")) == 2
    assert "seen before 2" in done.stdout


def test_a_damaged_line_is_named_and_left_out(run: Path, tmp_path: Path) -> None:
    first, second = (run / "trees.jsonl").read_bytes().splitlines(keepends=True)
    (run / "trees.jsonl").write_bytes(first[:200] + b"\xff\n" + second)

    done = r2s("export", run, "-o", tmp_path / "rows.jsonl")

    assert done.returncode == 3
    assert "trees.jsonl:1" in done.stderr
    assert len(lines(tmp_path / "rows.jsonl")) == 1


def test_a_tree_that_is_gone_is_told(run: Path, tmp_path: Path) -> None:
    first, _ = (run / "trees.jsonl").read_bytes().splitlines(keepends=True)
    (run / "trees.jsonl").write_bytes(first)

    done = r2s("export", run, "-o", tmp_path / "rows.jsonl", "--json")

    assert done.returncode == 3
    assert "2 trees were written, 1 are there" in json.loads(done.stdout)["damaged"][0]


def test_an_unfinished_run_is_only_taken_on_demand(run: Path, tmp_path: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (run / "manifest.json").write_text(json.dumps({**manifest, "status": "budget"}), encoding="utf-8")

    refused = r2s("export", run, "-o", tmp_path / "rows.jsonl")
    taken = r2s("export", run, "-o", tmp_path / "rows.jsonl", "--partial")

    assert refused.returncode == 2
    assert "not finished (status: budget)" in refused.stderr
    assert taken.returncode == 0


def test_what_is_no_run_is_named(tmp_path: Path) -> None:
    done = r2s("export", tmp_path, "-o", tmp_path / "rows.jsonl")

    assert done.returncode == 2
    assert "is no run directory" in done.stderr


def test_settings_come_from_a_file_and_from_flags(finished: Path, tmp_path: Path) -> None:
    config = tmp_path / "export.yaml"
    config.write_text("target: {kind: alpaca}\nfilters: [{kind: turns, least: 1}]\n", encoding="utf-8")
    filters = ("--filter", "turns.most=40", "--filter", "language.only=[zh]")

    done = r2s("export", finished, "-c", config, *filters, "-o", tmp_path / "rows.jsonl")

    assert done.returncode == 0, done.stderr
    assert "1 dialogues dropped: language 1" in done.stdout
    (row,) = lines(tmp_path / "rows.jsonl")
    assert "instruction" in row
    report = json.loads((tmp_path / "rows.jsonl.report.json").read_text(encoding="utf-8"))
    assert report["settings"]["filters"][0] == {"kind": "turns", "least": 1, "most": 40}


def test_pushing_without_a_token_fails_before_anything_is_written(finished: Path, tmp_path: Path) -> None:
    home = {"HF_HOME": str(tmp_path / "home"), "HF_TOKEN": ""}

    done = r2s("export", finished, "--push", "people/dialogues", "-o", tmp_path / "data", **home)

    assert done.returncode == 2
    assert "hf auth login" in done.stderr
    assert not (tmp_path / "data").exists()
