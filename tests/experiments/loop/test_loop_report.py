"""The report of a loop: each of its rows is there, and what nobody measured is left open and said."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from r2s.experiments.loop.figures import LoopFigures
from r2s.experiments.loop.settings import load_loop_settings
from tests.experiments.loop.conftest import SHORT, Looped

Finished = Callable[[Path], Looped]
JUDGED = ("info", "us", "uf", "fd", "fl", "cs", "co", "ia")


@pytest.fixture
def report(finished: Finished, tmp_path: Path) -> tuple[dict[str, Any], str]:
    """The report of a loop without a judge, in both its forms."""
    out = finished(tmp_path).out
    return json.loads((out / "report.json").read_text("utf-8")), (out / "report.md").read_text("utf-8")


def test_teacher_gllm_and_direct_stand_side_by_side(report: tuple[dict[str, Any], str]):
    figures, told = report

    assert [*figures["generators"]] == [*figures["dialogue_models"]] == ["teacher", "gllm", "direct"]
    for row in figures["generators"].values():
        assert row["dialogues"] == row["distinct"] == 1
        assert 0 < row["coverage"] <= 1
        assert float(row["kbench"]["columns"]["cr"]) > 0
    assert "| teacher |" in told
    assert "| GLLM (learnt with logic) |" in told
    assert "| CoD | GLLM (learnt with logic) | tiny |" in told


def test_without_a_judge_its_columns_are_left_out_and_this_is_said(report: tuple[dict[str, Any], str]):
    figures, told = report

    for row in figures["generators"].values():
        assert row["kbench"]["avg"] is None
        assert all(row["kbench"]["columns"][name] is None for name in JUDGED)
    assert "Nobody judged" in told
    (line,) = (line for line in told.splitlines() if line.startswith("| teacher |") and line.count("|") == 13)
    assert [cell.strip() for cell in line.split("|")][2:10] == ["–"] * 8


def test_the_papers_rows_stand_beside_ours(report: tuple[dict[str, Any], str]):
    _, told = report

    assert "| paper: CoD, Artifacts | GLLM | Qwen-2-7B |" in told
    assert told.count("| paper: ") == 18


def test_trainings_are_told_with_the_tokens_that_were_read(report: tuple[dict[str, Any], str]):
    figures, _ = report

    gllm, direct = (figures["trainings"][f"train/{name}"] for name in ("gllm", "direct"))
    assert gllm["tokens_read"] == direct["tokens_read"] == 4 * 300
    assert (gllm["first_loss"], gllm["last_loss"]) == (2.0, 1.0)
    assert figures["trainings"].keys() >= {"dialogue/teacher", "dialogue/gllm", "dialogue/direct"}


def test_what_the_figures_are_worth_is_said(report: tuple[dict[str, Any], str]):
    _, told = report

    assert "which is no language model" in told
    assert "show that the loop closes" in told
    assert "CR is lexical" in told


def test_a_loop_that_is_not_finished_tells_what_there_is(looped: Looped):
    looped.run(until="evaluate")

    figures = LoopFigures(looped.directory, load_loop_settings(None, SHORT)).as_json()

    assert figures["dialogue_models"] == {}
    assert [*figures["generators"]] == ["teacher", "gllm", "direct"]
