"""Table 1 of the R2S paper, and the same figures of an export beside it.

An instruction is the document with the whole dialogue made of it; the paper held out a tenth of them as its test set,
and leaves open whether on top of the others or out of them. Ours are out of them, by document.
"""

from collections.abc import Mapping
from typing import Any

from r2s.samples.markdown import table

ROWS = (
    "documents",
    "instructions to train on",
    "held out for the test",
    "longest document, characters",
    "mean document, characters",
    "longest instruction, characters",
    "mean instruction, characters",
)
PAPER = {
    "Wikipedia, en": (10989, 10428, 1041, 4001, 1265, 14009, 7878),
    "Science, zh": (10000, 9540, 955, 1526, 272, 4866, 3656),
    "Artifacts, zh": (6817, 6152, 615, 1307, 584, 5445, 3922),
}


def table1(figures: Mapping[str, Any]) -> str:
    """The table as Markdown, from the figures of an export report."""
    columns = (ROWS, _ours(figures), *PAPER.values())
    return table(("", "here", *(f"paper: {name}" for name in PAPER)), zip(*columns, strict=True))


def _ours(figures: Mapping[str, Any]) -> tuple[int, ...]:
    document, row = figures["characters"]["document"], figures["characters"]["row"]
    spreads = (document["max"], document["mean"], row["max"], row["mean"])
    counts = (sum(figures["documents"].values()), figures["rows"].get("train", 0), figures["rows"].get("test", 0))
    return (*counts, *(round(value) for value in spreads))
