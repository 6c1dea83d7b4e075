"""`r2s eval` as a user runs it: tables, JSON, sheets, people's scores, exit codes."""

import asyncio
import csv
import json
from pathlib import Path

import pytest

from r2s.errors import ConfigError
from r2s.evaluation.kbench.sheets import as_text, read_sheet
from tests.cli.test_commands import r2s
from tests.evaluation.runs import played
from tests.servers import serve as serve


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("evaluated"))


def test_the_table_has_the_paper_s_columns_and_says_what_judged(run):
    done = r2s("eval", run, "--paper", "science")

    assert done.returncode == 0, done.stderr
    header = done.stdout.splitlines()[0].split()
    assert header == ["Method", "LLM", "Info", "US", "UF", "FD", "FL", "CS", "CO", "IA", "CR", "Avg.", "Evidence"]
    assert "paper: CoD, Science" in done.stdout
    assert "which is no language model" in done.stdout


def test_the_figures_are_printed_as_json_and_nothing_else(run):
    figures = json.loads(r2s("eval", run, "--json").stdout)

    (row,) = figures["runs"]
    assert row["judge"] == "extractive"
    assert not row["judge_is_language_model"]
    assert (row["dialogues"], row["judged"], row["unjudged"]) == (3, 3, [])
    low, high = row["intervals"]["us"]
    assert low <= float(row["columns"]["us"]) + 0.005
    assert float(row["columns"]["us"]) - 0.005 <= high


def test_without_a_judge_the_table_has_coverage_and_says_that_nobody_judged(run):
    done, two = r2s("eval", run, "--judge", "none"), r2s("eval", run, "--judge", "none", "--judge", "extractive")

    assert done.returncode == 0, done.stderr
    assert "No judge was asked" in done.stdout
    assert done.stdout.splitlines()[1].split()[2:10] == ["-"] * 8
    assert two.returncode == 2
    assert "no other judge can stand beside it" in two.stderr


def test_a_sheet_is_filled_in_by_people_and_read_back(run, tmp_path):
    sheet = tmp_path / "sheet.csv"
    assert r2s("eval", run, "--sheet", sheet).returncode == 0
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    turns = [row for row in rows if row["turn"] != "all"]
    for row in rows:
        for name in ("us", "uf", "cs"):
            row[name] = row[name] or ("3,5" if row["turn"] == "1" else "4")
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)

    (pair,) = json.loads(r2s("eval", run, "--human", sheet, "--json").stdout)["agreement"]

    assert (pair["first"], pair["second"]) == ("extractive", "people")
    assert pair["by_metric"]["us"]["count"] == len(turns) == 6
    assert pair["by_metric"]["cs"]["count"] == 3
    assert pair["by_metric"]["info"]["count"] == 0
    assert pair["only_second"] == 0


async def test_two_judges_are_compared(serve, run, tmp_path):
    server = await serve()
    judges = ("--judge", "openai:one", "--judge", "openai:other", "--journal", tmp_path / "journal.sqlite")

    done = await asyncio.to_thread(r2s, "eval", run, *judges, "--base-url", server.url, "--json", OPENAI_API_KEY="none")

    figures = json.loads(done.stdout)
    (pair,) = figures["agreement"]
    assert done.returncode == 0, done.stderr
    assert (
        [row["judge"] for row in figures["runs"]] == [pair["first"], pair["second"]] == ["openai:one", "openai:other"]
    )
    assert pair["overall"]["count"] == 3 * (2 * 5 + 3)
    assert pair["overall"]["alpha_interval"] is not None
    assert len(server.bodies) == 6


async def test_judging_that_is_spread_over_two_calls_of_the_command_ends_the_same(serve, run, tmp_path):
    server = await serve()
    same = ("--judge", "openai:one", "--journal", tmp_path / "journal.sqlite", "--base-url", server.url, "--json")

    def evaluate(*more):
        return r2s("eval", run, *same, *more, OPENAI_API_KEY="none")

    cut = await asyncio.to_thread(evaluate, "--max-calls", "2", "--concurrency", "1")
    whole = await asyncio.to_thread(evaluate)

    assert (cut.returncode, whole.returncode) == (4, 0)
    assert "used up" in cut.stderr
    assert json.loads(cut.stdout)["runs"][0]["judged"] == 2
    assert json.loads(whole.stdout)["runs"][0]["judged"] == 3
    assert len(server.bodies) == 3


def test_a_judge_named_twice_is_refused(run):
    done = r2s("eval", run, "--judge", "extractive", "--judge", "extractive")

    assert done.returncode == 2
    assert "agree with itself" in done.stderr


@pytest.mark.parametrize(("cell", "fault"), [("6", "scores go from 0 to 5"), ("good", "no number")])
def test_a_cell_that_is_no_score_is_named_by_its_line(cell: str, fault: str, run, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"dialogue,turn,us\na,1,4\na,2,{cell}\n", encoding="utf-8")

    done = r2s("eval", run, "--human", sheet)

    assert done.returncode == 2
    assert "sheet.csv:3: us is" in done.stderr
    assert fault in done.stderr


def test_a_file_that_is_no_sheet_is_refused(run, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("name,score\na,1\n", encoding="utf-8")

    done = r2s("eval", run, "--human", sheet)

    assert done.returncode == 2
    assert "--sheet sheet.csv writes a sheet" in done.stderr


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_no_cell_of_a_sheet_is_a_formula(text: str):
    assert as_text(text).startswith("'")
    assert as_text("a=1") == "a=1"


def test_open_cells_are_no_scores(tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("dialogue,turn,us,fd,cs\na,1,4,N/A,x\na,all,,,3.5\n", encoding="utf-8")

    assert read_sheet(sheet) == {("a", "1", "us"): 4.0, ("a", "all", "cs"): 3.5}


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\n"])
def test_a_text_of_any_signs_stays_in_its_cell(sign: str, tmp_path):
    sheet = tmp_path / "sheet.csv"
    rows = [("dialogue", "turn", "user", "us"), ("a", "1", f"One{sign}two", "4"), ("a", "2", "Three", "5"), [""] * 4]
    with sheet.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)

    assert read_sheet(sheet) == {("a", "1", "us"): 4.0, ("a", "2", "us"): 5.0}


@pytest.mark.parametrize("turn", ["", "1.0", "whole"])
def test_a_row_that_names_no_turn_is_told_by_its_line(turn: str, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"dialogue,turn,us\na,1,4\na,{turn},5\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"sheet\.csv:3: turn is .* neither a number nor 'all'"):
        read_sheet(sheet)


def test_a_run_that_is_not_there_and_a_table_that_is_not_there_are_usage_errors(run, tmp_path):
    assert r2s("eval", tmp_path / "nothing").returncode == 2
    unknown = r2s("eval", run, "--paper", "sports")
    assert unknown.returncode == 2
    assert "artifacts, science, wikipedia, finetuned" in unknown.stderr


def test_a_judge_that_cannot_be_reached_ends_with_its_exit_code(run):
    done = r2s(
        "eval", run, "--judge", "openai:mock", "--base-url", "http://127.0.0.1:9/v1", "--set", "limits.patience=0.2"
    )

    assert done.returncode == 6
    assert "r2s: " in done.stderr
