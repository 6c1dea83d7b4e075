"""Row files: dear figures of talks, a line each in the order of the talks, kept as they come and taken up again."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson

from r2s.evaluation.talks import Talk

Measure = Callable[[Sequence[Talk]], Sequence[Mapping[str, Any]]]


class RowFile:
    """A first line that says how was measured, then a row a talk, each with the talk's key and digest."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def settings(self) -> dict[str, Any] | None:
        """How the rows were measured; null where nothing has been."""
        return next(self._lines(), None)

    def extend(self, talks: Iterable[Talk], settings: Mapping[str, Any], measure: Measure, window: int = 32) -> int:
        """Measure the talks that have no row yet, `window` at a time, and return how many those were.

        Rows hold as far as they were measured in the same way and are those of these talks, in this order; from the
        first that does not, all are measured anew. Rows are on the disk before the next are measured.
        """
        talks, count = iter(talks), 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("r+b" if self.path.exists() else "w+b") as file:
            first = _resume(file, talks, settings)
            while several := [*first, *islice(talks, window - len(first))]:
                for talk, row in zip(several, measure(several), strict=True):
                    _write(file, {**talk.key, "digest": talk.digest, **row})
                _sync(file)
                first, count = [], count + len(several)
        return count

    @contextmanager
    def anew(self, settings: Mapping[str, Any]) -> Iterator[Callable[[Talk, Mapping[str, Any]], None]]:
        """Write all rows anew; they take the place of those that are there once all of them are written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(self.path.name + ".tmp")
        try:
            with fresh.open("wb") as file:
                _write(file, settings)
                yield lambda talk, row: _write(file, {**talk.key, "digest": talk.digest, **row})
                _sync(file)
            os.replace(fresh, self.path)
        finally:
            fresh.unlink(missing_ok=True)

    def reader(self) -> Callable[[Talk], dict[str, Any] | None]:
        """To be asked for the row of every talk in turn; null where one has none (any more)."""
        lines = self._lines()
        next(lines, None)

        def row_of(talk: Talk) -> dict[str, Any] | None:
            row = next(lines, None)
            return row if row and row.get("digest") == talk.digest else None

        return row_of

    def _lines(self) -> Iterator[dict[str, Any]]:
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            while (line := _next(file)) is not None:
                yield line


def _resume(file: IO[bytes], talks: Iterator[Talk], settings: Mapping[str, Any]) -> list[Talk]:
    """Cut off what does not hold; the first talk that has no row, if one was seen."""
    if _next(file) != settings:
        _cut(file, 0)
        _write(file, settings)
        return []
    for talk in talks:
        position = file.tell()
        row = _next(file)
        if row is None or row.get("digest") != talk.digest:
            _cut(file, position)
            return [talk]
    return []


def _next(file: IO[bytes]) -> dict[str, Any] | None:
    """The next line; null at the end, or where a line is damaged or was not written to its end."""
    line = file.readline()
    try:
        row = orjson.loads(line) if line.endswith(b"\n") else None
    except orjson.JSONDecodeError:
        return None
    return row if isinstance(row, dict) else None


def _cut(file: IO[bytes], position: int) -> None:
    file.seek(position)
    file.truncate()


def _write(file: IO[bytes], row: Mapping[str, Any]) -> None:
    file.write(orjson.dumps(row) + b"\n")


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
