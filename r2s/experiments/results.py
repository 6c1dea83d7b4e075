"""Everything that is made of a comparison: tables, figures, and the report in both its forms."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from r2s.evaluation.collectors import Measure, load_collectors
from r2s.experiments.analysis import Analysis, analyse
from r2s.experiments.directory import CellRun
from r2s.experiments.figures.catalogue import drawings_of
from r2s.experiments.figures.style import write
from r2s.experiments.reading import DEFAULT_FILTERS, TURN_COLUMNS, Judged, Reader
from r2s.experiments.reports.contents import contents
from r2s.experiments.reports.markdown import markdown
from r2s.experiments.reports.page import page
from r2s.experiments.reports.record import NAME as RECORD
from r2s.experiments.reports.record import write_record
from r2s.experiments.reports.story import Story
from r2s.experiments.table import CsvFile, Table, write_csv, write_parquet
from r2s.runs.directory import write_text
from r2s.runs.free_folder import SWEEP
from r2s.samples.filters.catalogue import AnyFilter

# What is written into the folder of a comparison, and what of it tells that it is one.
NAMES = ("report.md", "report.html", RECORD, "table.csv", "table.parquet", "turns.csv", "figures", "cells")
MARKS = (SWEEP, RECORD)


@dataclass(frozen=True)
class Choices:
    """How cells are compared: the user's own collectors, what is accepted, the baseline cell, the outcome that counts.

    `judged` gives a judge's scores of a run's trees, for `judge_measures`.
    """

    collectors: Sequence[str] = ()
    filters: Sequence[AnyFilter] = DEFAULT_FILTERS
    baseline: str | None = None
    primary: str | None = None
    seed: int = 0
    judged: Judged = lambda directory: {}
    judge_measures: Sequence[Measure] = ()


@dataclass(frozen=True)
class Results:
    """What was written where."""

    folder: Path
    analysis: Analysis
    files: list[Path] = field(default_factory=list)


def write_results(runs: Sequence[CellRun], out: Path, story: Story, choices: Choices) -> Results:
    """Collect, compare, draw and tell; raises `ConfigError` where there is nothing to compare."""
    table, ratings = _tables(runs, out, choices)
    analysis = analyse(table, ratings, baseline=choices.baseline, primary=choices.primary, seed=choices.seed)
    drawings = drawings_of(analysis)
    with _replacing(out / "figures") as figures:
        for drawing in drawings:
            write(drawing, figures)
    blocks = list(contents(analysis, story, drawings))
    write_text(out / "report.md", markdown(blocks))
    write_text(out / "report.html", page(story.title, blocks, out / "figures"))
    write_record(out, story, analysis, blocks, runs)
    files = [out / name for name in ("table.csv", "turns.csv", "report.md", "report.html")]
    return Results(out, analysis, files)


def _tables(runs: Sequence[CellRun], out: Path, choices: Choices) -> tuple[Table, Any]:
    collectors = load_collectors(choices.collectors)
    temporary = out / "turns.csv.tmp"
    with temporary.open("w", encoding="utf-8", newline="") as file:
        turns = CsvFile(file, (*TURN_COLUMNS, *(measure.name for measure in collectors.turn_measures)))
        reader = Reader(collectors, choices.filters, choices.judged, choices.judge_measures, turns.write)
        table = reader.table(runs)
    os.replace(temporary, out / "turns.csv")
    write_csv(out / "table.csv.tmp", table.columns(), table.records())
    os.replace(out / "table.csv.tmp", out / "table.csv")
    write_parquet(table, out / "table.parquet")
    return table, reader.ratings


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of an old one once it is whole."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    yield fresh
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(fresh, folder)
