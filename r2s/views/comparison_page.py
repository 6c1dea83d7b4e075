"""The page of a comparison: every dialogue as a point in its cell, with a link to its tree, and the report below."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r2s.views.inlining import Look, data_element, fill_page, generator

LOOK = Look(
    "index.html",
    ("tokens.css", "layout.css", "index.css", "comparison.css"),
    ("elements.js", "text.js", "memory.js", "data.js", "table.js", "points.js", "report.js", "comparison.js"),
)


@dataclass(frozen=True)
class Point:
    """One dialogue of a comparison: its page, null where it failed, and its values in the order of the measures."""

    document: str
    seed: int
    replicate: int
    cell: str
    status: str
    address: str | None
    values: Sequence[float | None]


def comparison_page(
    record: Mapping[str, Any], points: Iterable[Point], runs: Iterable[Mapping[str, Any]], figures: Path
) -> str:
    """The page; `record` is a comparison's `report.json`, `runs` have the addresses of their pages."""
    data = {
        "generator": generator(),
        "title": record["title"],
        "models": record["models"],
        "measures": record["measures"],
        "cells": list(dict.fromkeys(run["cell"] for run in record["runs"])),
        "runs": list(runs),
        "points": [vars(point) for point in points],
        "blocks": [_with_figure(block, figures) for block in record["blocks"]],
    }
    title = f"{record['title']} · R2S"
    return fill_page(LOOK, title=title, lang="en", data=data_element(data))


def _with_figure(block: Mapping[str, Any], figures: Path) -> Mapping[str, Any]:
    """A block with its drawing in it, for the page is to be one file."""
    if block["kind"] != "picture":
        return block
    drawing = base64.b64encode((figures / f"{block['name']}.svg").read_bytes()).decode()
    return {**block, "source": f"data:image/svg+xml;base64,{drawing}"}
