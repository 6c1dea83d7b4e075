"""Row files: dear figures of talks, a line each in the order of the talks, kept as they come and taken up again."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson

from r2s.evaluation.statistics.talks import Talk

Measure = Callable[[Sequence[Talk]], Sequence[Mapping[str, Any]]]


class RowFile:
    """A first line that says how was measured, then a row a talk, each with the talk's key and digest."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def settings(self) -> dict[str, Any] | None:
        """How the rows were measured; null where nothing has been."""
        with self._open() as file:
            return _next(file)

    def extend(self, talks: Iterable[Talk], settings: Mapping[str, Any], measure: Measure, window: int = 32) -> int:
        """Measure the talks that have no row yet, `window` at a time, and return how many those were.

        Rows that were measured in the same way hold, wherever their talks are now. Rows are on the disk before the next
        are measured; at the end they are in the order of the talks, without those of talks that are gone.
        """
        order, count = list[str](), 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("r+b" if self.path.exists() else "w+b") as file:
            places = _resume(file, settings)
            missing = (talk for talk in _noted(talks, order) if talk.digest not in places)
            while several := [*islice(missing, window)]:
                for talk, row in zip(several, measure(several), strict=True):
                    places[talk.digest] = file.tell()
                    _write_row(file, talk, row)
                _sync(file)
                count += len(several)
            if [*places] != order:
                self._put_in_order(file, [places[digest] for digest in order])
        return count

    def _put_in_order(self, file: IO[bytes], places: Iterable[int]) -> None:
        """Only the rows at these places, in this order."""
        with self._beside() as fresh:
            for place in (0, *places):
                file.seek(place)
                fresh.write(file.readline())

    @contextmanager
    def anew(self, settings: Mapping[str, Any]) -> Iterator[Callable[[Talk, Mapping[str, Any]], None]]:
        """Write all rows anew; they take the place of those that are there once all of them are written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._beside() as file:
            _write(file, settings)
            yield lambda talk, row: _write_row(file, talk, row)

    @contextmanager
    def _beside(self) -> Iterator[IO[bytes]]:
        fresh = self.path.with_name(self.path.name + ".tmp")
        try:
            with fresh.open("wb") as file:
                yield file
                _sync(file)
            os.replace(fresh, self.path)
        finally:
            fresh.unlink(missing_ok=True)

    def reader(self) -> Callable[[Talk], dict[str, Any] | None]:
        """To be asked for the row of every talk in turn; null where one has none (any more)."""
        rows = self._rows()
        next(rows)
        return rows.send

    def _rows(self) -> Generator[dict[str, Any] | None, Talk, None]:
        """Gives the row of each talk it is sent.

        That is the next one while the talks are as they were when measured; from the first that is not, rows are looked
        up, and only then memory grows with them.
        """
        with self._open() as file:
            _next(file)
            place, talk = file.tell(), (yield None)
            while (row := _next(file)) and row.get("digest") == talk.digest:
                place, talk = file.tell(), (yield row)
            file.seek(place)
            places = _places(file)
            end = file.tell()
            while True:
                file.seek(places.get(talk.digest, end))
                talk = yield _next(file)

    def _open(self) -> IO[bytes]:
        return self.path.open("rb") if self.path.exists() else BytesIO()


def _noted(talks: Iterable[Talk], order: list[str]) -> Iterator[Talk]:
    for talk in talks:
        order.append(talk.digest)
        yield talk


def _resume(file: IO[bytes], settings: Mapping[str, Any]) -> dict[str | None, int]:
    """Cut off what does not hold; where the rows are that do."""
    if _next(file) != settings:
        _cut(file, 0)
        _write(file, settings)
        return {}
    places = _places(file)
    _cut(file, file.tell())
    return places


def _places(file: IO[bytes]) -> dict[str | None, int]:
    """Where each row begins, by digest and in their order, null standing for what is damaged.

    The file is left where its last whole line ends.
    """
    places, place = dict[str | None, int](), file.tell()
    while (line := file.readline()).endswith(b"\n"):
        places[(_parsed(line) or {}).get("digest")] = place
        place += len(line)
    file.seek(place)
    return places


def _next(file: IO[bytes]) -> dict[str, Any] | None:
    """The next line; null at the end, or where a line is damaged or was not written to its end."""
    return _parsed(file.readline())


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        row = orjson.loads(line) if line.endswith(b"\n") else None
    except orjson.JSONDecodeError:
        return None
    return row if isinstance(row, dict) else None


def _cut(file: IO[bytes], position: int) -> None:
    file.seek(position)
    file.truncate()


def _write_row(file: IO[bytes], talk: Talk, row: Mapping[str, Any]) -> None:
    _write(file, {**talk.key, "digest": talk.digest, **row})


def _write(file: IO[bytes], row: Mapping[str, Any]) -> None:
    file.write(orjson.dumps(row) + b"\n")


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
