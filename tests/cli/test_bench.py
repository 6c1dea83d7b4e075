"""`r2s bench` as a user runs it: cells that are ordinary runs, tables, and a second time for nothing."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import r2s
from tests.evaluation.runs import documents

SHORT = ("--turns", "2", "--set", "min_turns=1", "--limit", "2")


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return documents(tmp_path_factory.mktemp("bench") / "docs.jsonl", 2)


def test_methods_are_played_and_judged_and_each_cell_is_a_run(docs, tmp_path):
    out = tmp_path / "bench"
    done = r2s("bench", "kbench", docs, "-o", out, "--methods", "direct,cod_review", *SHORT, "--json")

    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["runs"]
    assert [(row["method"], row["generator"], row["judged"]) for row in rows] == [
        ("direct", "extractive", 2),
        ("cod_review", "extractive", 2),
    ]
    assert r2s("status", out / "direct-extractive").returncode == 0
    assert (out / "cod_review-extractive" / "eval" / "kbench-extractive.jsonl").exists()


def test_the_table_of_fine_tuned_models_has_a_row_for_each(docs, tmp_path):
    done = r2s("bench", "gllm", docs, "-o", tmp_path, "--models", "extractive", "--paper", "finetuned", *SHORT)

    assert done.returncode == 0, done.stderr
    assert "fine-tuned" in done.stdout
    assert "GLLM > Qwen-2-7B" in done.stdout


def test_a_method_that_is_none_or_plays_on_pairs_is_a_usage_error(docs, tmp_path):
    for method in ("magic", "reflection"):
        done = r2s("bench", "kbench", docs, "-o", tmp_path, "--methods", method)
        assert done.returncode == 2
        assert "methods are" in done.stderr
