"""The notebooks with their outputs: `python docs/notebooks.py` runs notebooks/*.py and writes the .ipynb beside each.

What is written is for readers of a code host: no times, no paths of this machine, and of a tree its outline in place of
its page, which no code host runs.
"""

import os
import re
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
# What a notebook needs beside what the development environment has.
NEEDS = {"04_train_a_gllm": "trl"}
# Seconds that a cell may take on a machine that has other things to do as well.
PATIENCE = 600

_FRAME = re.compile(r"<iframe .*?</iframe>", re.DOTALL)
# Bold and colours of the terminal.
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def sources() -> list[Path]:
    """The notebooks, as scripts."""
    return sorted(NOTEBOOKS.glob("*.py"))


def missing(source: Path) -> str | None:
    """The package that a notebook needs and that is not installed."""
    needed = NEEDS.get(source.stem)
    return needed if needed and not find_spec(needed) else None


def read_source(source: Path) -> NotebookNode:
    """The notebook of a script, its cells numbered so that the same script makes the same file."""
    notebook = jupytext.read(source, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"], cell["metadata"] = f"cell-{number:02}", NotebookNode()
    notebook.metadata = NotebookNode(kernelspec=_KERNEL, language_info={"name": "python"})
    return notebook


def executed(source: Path) -> NotebookNode:
    """The notebook with its outputs, run in an empty folder; raises `CellExecutionError` where a cell fails."""
    notebook = read_source(source)
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=PATIENCE,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            startup_timeout=PATIENCE,
        )
        client.execute(cwd=folder, env=_environment())
    return tidied(notebook)


def tidied(notebook: NotebookNode) -> NotebookNode:
    """The notebook as it is kept: the pages of trees left out, their outlines unfolded."""
    notebook.metadata = NotebookNode(kernelspec=_KERNEL, language_info={"name": "python"})
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        if "text" in output:
            output["text"] = _STYLE.sub("", output["text"])
        if "<iframe " in (shown := output.get("data", {}).get("text/html", "")):
            output["data"]["text/html"] = _FRAME.sub("", shown).replace("<details>", "<details open>")
    return notebook


def _environment() -> dict[str, str]:
    """That of this process, where `r2s` is this checkout's and does as if nobody watched."""
    paths = {"PATH": Path(sys.executable).parent, "PYTHONPATH": ROOT}
    before = {name: os.pathsep.join(filter(None, [str(path), os.environ.get(name)])) for name, path in paths.items()}
    # One thread: a model this small loses more by waiting for each other than it wins.
    return {**os.environ, **before, "NO_COLOR": "1", "COLUMNS": "100", "OMP_NUM_THREADS": "1"}


def main(names: Sequence[str]) -> None:
    """Run the notebooks of these names, all where none is given, and write them."""
    for source in sources():
        if names and source.stem not in names:
            continue
        if package := missing(source):
            print(f"{source.stem}: left as it is, {package} is not installed")
            continue
        nbformat.write(executed(source), source.with_suffix(".ipynb"))
        print(f"{source.stem}: {source.with_suffix('.ipynb').stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(sys.argv[1:])
