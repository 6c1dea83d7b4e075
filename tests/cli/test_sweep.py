"""`r2s sweep` and `r2s collect` as a user runs them: killed and resumed, refused, and judged."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from r2s.cli.sweep import sweep
from r2s.errors import ConfigError
from tests.cli.test_commands import r2s
from tests.evaluation.runs import documents

SHORT = ("--turns", "3", "--set", "min_turns=1", "--concurrency", "1")


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return documents(tmp_path_factory.mktemp("documents") / "docs.jsonl", 12)


@pytest.fixture(scope="module")
def unbroken(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sweeps") / "unbroken"
    done = r2s("sweep", docs, "--reviewers", "0,1,3", *SHORT, "-o", out)
    assert done.returncode == 0, done.stderr
    return out


def files(out: Path) -> dict[str, bytes]:
    """All results; cells and journal aside."""
    found = [*out.glob("*.csv"), *out.glob("report.*"), *out.glob("figures/*")]
    return {str(path.relative_to(out)): path.read_bytes() for path in found}


def manifest(out: Path) -> dict[str, Any]:
    return json.loads((out / "sweep.json").read_text(encoding="utf-8"))


def kill_in(cell: Path, command: list[str]) -> None:
    """Begin, and kill the process once a dialogue of this cell is there."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    give_up = time.monotonic() + 120
    while not (cell / "trees.jsonl").exists() or not (cell / "trees.jsonl").read_bytes():
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < give_up
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_a_sweep_that_is_killed_and_resumed_ends_in_the_same_bytes(docs, unbroken, tmp_path):
    out = tmp_path / "sweep"
    command = ("sweep", docs, "--reviewers", "0,1,3", *SHORT, "-o", out)

    kill_in(out / "cells" / "reviewers-1_seed-0", [sys.executable, "-m", "r2s", *map(str, command)])
    assert manifest(out)["status"] == "running"
    assert not (out / "table.csv").exists()
    resumed = r2s(*command)

    assert resumed.returncode == 0, resumed.stderr
    assert files(out) == files(unbroken)
    assert len(files(out)) > 15


def test_the_result_as_json_names_differences_and_files(docs, unbroken):
    done = r2s("sweep", docs, "--reviewers", "0,1,3", *SHORT, "-o", unbroken, "--json")

    told = json.loads(done.stdout)
    assert told["baseline"] == "reviewers=0"
    assert [cell["cell"] for cell in told["cells"]] == ["reviewers=0", "reviewers=1", "reviewers=3"]
    assert all(Path(path).exists() for path in told["files"])


def test_another_sweep_in_the_same_place_is_refused(docs, unbroken):
    done = r2s("sweep", docs, "--reviewers", "0,2", *SHORT, "-o", unbroken)

    assert done.returncode == 5
    assert "factors was {'reviewers': [0, 1, 3]}, now {'reviewers': [0, 2]}" in done.stderr
    assert "--journal" in done.stderr


def test_a_budget_that_is_used_up_leaves_with_4_and_says_how_to_go_on(docs, tmp_path):
    done = r2s("sweep", docs, "--reviewers", "0,1", *SHORT, "--max-calls", "20", "-o", tmp_path / "sweep")

    assert done.returncode == 4
    assert "the same command goes on" in done.stderr
    assert not (tmp_path / "sweep" / "report.md").exists()


def test_documents_that_fail_leave_with_3_and_are_in_the_table(tmp_path):
    path = documents(tmp_path / "docs.jsonl", 3)
    path.write_text(path.read_text(encoding="utf-8") + '{"id": "bad", "text": ""}\n', encoding="utf-8")

    done = r2s("sweep", path, "--reviewers", "0,1", *SHORT, "-o", tmp_path / "sweep")

    assert done.returncode == 3, done.stderr
    assert (tmp_path / "sweep" / "table.csv").read_text(encoding="utf-8").count(",failed,") == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "nothing to compare"),
        ({"reviewers": "0"}, "nothing to compare"),
        ({"reviewers": "0,many"}, "whole numbers"),
        ({"grid": ["documents.limit=1,2"]}, "same documents"),
        ({"grid": ["candidates=1,2"], "candidates": 3}, "both given"),
        ({"grid": ["candidats=1,2"]}, "did you mean candidates"),
        ({"reviewers": "0,1", "baseline": "reviewers=4"}, "no such cell"),
        ({"reviewers": "0,1", "judge": "extractive"}, "--same-judge"),
        ({"reviewers": "0,1", "collectors": ["nowhere.py"]}, "cannot be loaded"),
        ({"reviewers": "0,1", "filter": ["beauty"]}, "beauty"),
    ],
)
def test_mistakes_are_told_before_anything_is_played(docs, tmp_path, options, told):
    with pytest.raises(ConfigError, match=told):
        sweep([docs], tmp_path / "sweep", **options)

    assert not (tmp_path / "sweep").exists()


def test_old_runs_are_compared_with_a_measure_of_the_users_own(docs, tmp_path):
    own = tmp_path / "own.py"
    own.write_text(
        "from r2s.evaluation.collectors import Measure, per_tree\n\n"
        "@per_tree(Measure('shouts', 'exclamation marks', better='lower'))\n"
        "def shouts(tree):\n"
        "    return {'shouts': sum(node.text.count('!') for node in tree.nodes)}\n",
        encoding="utf-8",
    )
    for reviewers in ("0", "1"):
        r2s("run", docs, "--reviewers", reviewers, *SHORT, "-o", tmp_path / f"run-{reviewers}")

    done = r2s("collect", tmp_path / "run-0", tmp_path / "run-1", "--collectors", own, "-o", tmp_path / "compared")

    assert done.returncode == 0, done.stderr
    head = (tmp_path / "compared" / "table.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "shouts" in head.split(",")
    assert (tmp_path / "compared" / "report.html").exists()


def test_runs_without_a_place_for_the_results_are_refused(unbroken):
    done = r2s("collect", unbroken / "cells" / "reviewers-0_seed-0")

    assert done.returncode == 2
    assert "-o" in done.stderr


def test_a_single_sweep_is_worked_out_anew_in_its_place(unbroken):
    before = files(unbroken)

    done = r2s("collect", unbroken)

    assert done.returncode == 0, done.stderr
    assert files(unbroken) == before
