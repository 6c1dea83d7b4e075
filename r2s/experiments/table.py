"""The tidy table of a comparison: a row for every document, cell, seed and replicate, also where it failed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from r2s.evaluation.collectors import Measure
from r2s.evaluation.spreadsheets import as_cell
from r2s.experiments.cells import told

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)

Status = Literal["finished", "failed", "missing"]


@dataclass(frozen=True)
class Key:
    """Which dialogue a row is about."""

    document: str
    seed: int
    replicate: int


@dataclass(frozen=True)
class Row:
    """One dialogue of one cell. One that failed gave no accepted sample, and has no other number."""

    key: Key
    cell: str
    status: Status
    language: str = ""
    error: str = ""
    tree: str = ""
    figures: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """All rows, by document, cell, seed and replicate; `settings` are the factors' values by cell."""

    cells: tuple[str, ...]
    settings: Mapping[str, Mapping[str, Any]]
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]

    @property
    def factors(self) -> list[str]:
        return list(dict.fromkeys(path for settings in self.settings.values() for path in settings))

    def columns(self) -> list[str]:
        about = ("document", "language", "cell", *self.factors, "seed", "replicate", "status", "error", "tree")
        return [*about, *(measure.name for measure in self.measures)]

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows as columns hold them."""
        for row in self.rows:
            yield {
                "document": row.key.document,
                "language": row.language,
                "cell": row.cell,
                **{path: told(value) for path, value in self.settings[row.cell].items()},
                "seed": row.key.seed,
                "replicate": row.key.replicate,
                "status": row.status,
                "error": row.error,
                "tree": row.tree,
                **{measure.name: row.figures.get(measure.name) for measure in self.measures},
            }


class CsvFile:
    """A CSV file written row by row: UTF-8, the same bytes for the same rows; an unknown number is empty."""

    def __init__(self, file: IO[str], columns: Iterable[str]) -> None:
        self._writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        self._writer.writeheader()

    def write(self, row: Mapping[str, Any]) -> None:
        self._writer.writerow({name: plain(value) for name, value in row.items()})


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a whole CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = CsvFile(file, columns)
        for row in rows:
            out.write(row)


def plain(value: Any) -> Any:
    """A number to six places, a whole one without any; a text as no formula."""
    if isinstance(value, str):
        return value if _NUMBER.fullmatch(value) else as_cell(value)
    if not isinstance(value, float):
        return "" if value is None else value
    return int(value) if value.is_integer() else round(value, 6)


def write_parquet(table: Table, path: Path) -> bool:
    """The table in Parquet, where pyarrow is installed; tells whether it is."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        return False
    measures = {measure.name for measure in table.measures}
    kinds = {"seed": pyarrow.int64(), "replicate": pyarrow.int64()}
    fields = [
        (name, pyarrow.float64() if name in measures else kinds.get(name, pyarrow.string())) for name in table.columns()
    ]
    parquet.write_table(pyarrow.Table.from_pylist(list(table.records()), pyarrow.schema(fields)), path)
    return True
