"""`r2s compare` as a user runs it: a table, ratings, results kept, exit codes."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import lines, r2s
from tests.evaluation.runs import played


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("compared")
    return [played(folder, "one"), played(folder, "two", seed=5), played(folder, "three", method="direct", turns=3)]


def test_two_runs_are_compared_and_every_battle_is_kept(runs):
    done = r2s("compare", *runs[:2], "--json")

    assert done.returncode == 0, done.stderr
    (match,) = json.loads(done.stdout)["matches"]
    assert match["wins"] + match["ties"] + match["losses"] == match["contests"] == 3
    assert match["judges"][0]["flips"] == 0
    kept = lines(runs[0] / "eval" / "battles-two.jsonl")
    assert [row["key"] for row in kept] == ["d0/0", "d1/0", "d2/0"]
    assert {row["judge"] for row in kept} == {"extractive"}


def test_three_runs_are_rated_and_the_table_says_what_judged(runs):
    done = r2s("compare", *runs, "--rule", "agree")

    assert done.returncode == 0, done.stderr
    assert "Bradley-Terry ratings" in done.stdout
    assert "which is no language model" in done.stdout
    assert "agree rule, both orders" in done.stdout


def test_the_judge_is_whom_the_flag_names(runs):
    server = ("--base-url", "http://127.0.0.1:9/v1", "--set", "limits.patience=0.2")

    assert r2s("compare", *runs[:2], "--judge", "openai:mock", *server).returncode == 6


def test_one_side_or_the_same_one_twice_is_a_usage_error(runs):
    for sides in (runs[:1], [runs[0], runs[0]]):
        done = r2s("compare", *sides)
        assert done.returncode == 2
        assert "two or more different sides" in done.stderr


def test_answers_to_mt_bench_are_compared_without_any_run(tmp_path):
    (tmp_path / "questions.jsonl").write_text('{"question_id": 1, "category": "x", "turns": ["Why?", "And how?"]}\n')
    for name, word in (("a", "Rain rain rain"), ("b", "Rain falls softly")):
        row = {"question_id": 1, "choices": [{"turns": [word, word]}]}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n")

    sides = (tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    done = r2s("compare", *sides, "--questions", tmp_path / "questions.jsonl", "--json")

    (match,) = json.loads(done.stdout)["matches"]
    assert (match["wins"], match["losses"], match["contests"]) == (0, 2, 2)
