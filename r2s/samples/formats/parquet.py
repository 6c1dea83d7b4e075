"""Parquet: rows in columns with explicit types, written in groups so that memory stays flat."""

from pathlib import Path
from typing import Any

from r2s.extras import load
from r2s.samples.targets.target import Row

_GROUP = 1000


class ParquetFile:
    """A new file of rows that follow a schema."""

    def __init__(self, path: Path, schema: Any) -> None:
        self._arrow = load("pyarrow", "Parquet")
        self._schema = schema
        self._rows: list[Row] = []
        self._file = load("pyarrow.parquet", "Parquet").ParquetWriter(path, schema, compression="zstd")

    def write(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) == _GROUP:
            self._flush()

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._file.close()

    def _flush(self) -> None:
        self._file.write_table(self._arrow.Table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()
