"""Notebooks run from top to bottom, and what is kept of them is what their scripts say and make."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from docs.notebooks import NOTEBOOKS, ROOT, executed, missing, read_source, sources, tidied

LARGEST = 500 * 1024
each = pytest.mark.parametrize("source", sources(), ids=lambda path: path.stem)


def kept(source: Path) -> Any:
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def shown(notebook: Any) -> list[tuple[int, list[tuple[str, ...]]]]:
    """What each cell shows, by kind: words and pictures differ from machine to machine."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [(cell.execution_count, [_kind(output) for output in cell.outputs]) for cell in cells]


def _kind(output: Any) -> tuple[str, ...]:
    return (output.output_type, *sorted(output.get("data", ())))


def texts(notebook: Any) -> Iterator[str]:
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        yield from filter(None, [output.get("text"), *map(str, output.get("data", {}).values())])


@each
def test_a_notebook_runs_and_shows_what_is_kept_of_it(source: Path) -> None:
    if package := missing(source):
        pytest.skip(f"{package} is not installed")

    notebook = executed(source)

    nbformat.validate(notebook)
    assert shown(notebook) == shown(kept(source))
    assert "stderr" not in [output.get("name") for cell in notebook.cells for output in cell.get("outputs", ())]


@each
def test_the_script_and_the_notebook_say_the_same(source: Path) -> None:
    cells = [
        [(cell.id, cell.cell_type, cell.source) for cell in one.cells] for one in (read_source(source), kept(source))
    ]

    assert cells[0] == cells[1], "run make notebooks"


@each
def test_what_is_kept_names_no_place_and_no_time_of_a_machine(source: Path) -> None:
    notebook = kept(source)

    for text in texts(notebook):
        assert not re.search(r"/(tmp|home|root|work|Users|var)/|site-packages|\x1b", text)
        assert str(ROOT) not in text
        assert sys.prefix not in text
    assert not any(cell.metadata for cell in notebook.cells)


@each
def test_what_is_kept_is_small_and_runs_nothing(source: Path) -> None:
    assert source.with_suffix(".ipynb").stat().st_size < LARGEST
    assert not any("<iframe" in text or "<script" in text for text in texts(kept(source)))


def test_every_notebook_has_its_script() -> None:
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == {source.stem for source in sources()}


def test_of_a_tree_the_outline_is_kept_unfolded() -> None:
    shown = '<iframe srcdoc="&lt;p&gt;\n&lt;/p&gt;"></iframe><details><summary>It</summary><table></table></details>'
    output = nbformat.v4.new_output("display_data", {"text/html": shown})
    cell = nbformat.v4.new_code_cell("tree", outputs=[output])

    (tidy,) = tidied(nbformat.v4.new_notebook(cells=[cell])).cells

    assert tidy.outputs[0].data["text/html"] == "<details open><summary>It</summary><table></table></details>"
