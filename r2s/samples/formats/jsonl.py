"""JSON Lines: one row a line."""

from pathlib import Path

import orjson

from r2s.samples.targets.target import Row


class JsonlFile:
    """A new file of rows."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def write(self, row: Row) -> None:
        self._file.write(orjson.dumps(row) + b"\n")

    def close(self) -> None:
        self._file.close()
