"""A comparison as data, for pages that show it: what its report says, its measures, and where its runs lie."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from r2s.errors import ConfigError
from r2s.evaluation.collectors import Measure
from r2s.experiments.analysis import Analysis
from r2s.experiments.directory import CellRun
from r2s.experiments.reports.blocks import Block
from r2s.experiments.reports.story import Story
from r2s.runs.directory import write_json

SCHEMA = "r2s.comparison/1"
NAME = "report.json"
AGAIN = "r2s collect works the results out anew"


def write_record(
    folder: Path, story: Story, analysis: Analysis, blocks: Iterable[Block], runs: Sequence[CellRun]
) -> None:
    """Write `report.json` into the folder of the results; runs are named by their way from there."""
    write_json(
        folder / NAME,
        {
            "schema": SCHEMA,
            "title": story.title,
            "models": story.models,
            "measures": [_measure(measure) for measure in _in_order(analysis)],
            "runs": [
                {"cell": run.name, "seed": run.seed, "path": os.path.relpath(run.directory.path, folder)}
                for run in runs
            ],
            "blocks": [{"kind": type(block).__name__.lower(), **asdict(block)} for block in blocks],
        },
    )


def read_record(folder: Path) -> dict[str, Any]:
    """What `write_record` wrote; raises `ConfigError` where it is missing or something else."""
    path = folder / NAME
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{folder} has no {NAME}; {AGAIN}") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}; {AGAIN}") from None
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise ConfigError(f"{path}: this is not the record of a comparison ({SCHEMA}); {AGAIN}")
    return record


def has_record(folder: Path) -> bool:
    """Whether results of a comparison lie in a folder."""
    return (folder / NAME).is_file()


def _in_order(analysis: Analysis) -> list[Measure]:
    """Outcomes as the report has them, then whatever else has numbers."""
    outcomes = (*analysis.moved, *analysis.unmoved)
    return [*outcomes, *(measure for measure in analysis.cube.measures if measure not in outcomes)]


def _measure(measure: Measure) -> dict[str, Any]:
    return {**asdict(measure), "is_share": measure.is_share}
