"""The store in one SQLite file."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from r2s.errors import JournalError
from r2s.models.journal.packing import DamagedRecordError, Packed, Row
from r2s.models.journal.sqlite.call_locks import CallLocks
from r2s.models.journal.sqlite.lock import JournalLock
from r2s.models.journal.sqlite.opening import find_fault, looking_into, prepare, prepare_alone
from r2s.models.journal.sqlite.salvage import beside
from r2s.models.journal.sqlite.tables import (
    KEEP_FIRST,
    KEEP_LAST,
    SELECT_RECORD,
    STEPS,
    ReadErrors,
    connect,
    connect_to_read,
    insert,
    read_rows,
    read_rows_in_time,
    read_texts,
    version_of,
)
from r2s.models.journal.versions import check_not_later


class SqliteLook:
    """Looks into the file through a connection; `recovered` is what had to be mended before."""

    def __init__(self, path: Path, connection: sqlite3.Connection, recovered: str | None = None) -> None:
        self.path, self.connection, self.recovered = path, connection, recovered

    def find(self, keys: Collection[str]) -> Mapping[str, Row | None]:
        """The rows of these keys; None is one on a page that cannot be read."""
        found = {key: self._rows_of(key) for key in keys}
        return {key: rows[0] if rows else None for key, rows in found.items() if rows != []}

    def _rows_of(self, key: str) -> list[Row] | None:
        try:
            # All rows are fetched, for a cursor left open would hold the reader at what it saw.
            return self.connection.execute(SELECT_RECORD, (bytes.fromhex(key),)).fetchall()
        except ReadErrors as error:
            self._refuse_operational(error)
            return None

    def texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The shared texts that are whole; raises `DamagedRecordError` where their pages cannot be read."""
        try:
            return dict(read_texts(self.connection, numbers))
        except ReadErrors as error:
            self._refuse_operational(error)
            raise DamagedRecordError from None

    def select(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(sql)

    def rows(self, *, in_time: bool = False) -> Iterator[tuple[int, Row]]:
        """Every row with its number."""
        return read_rows_in_time(self.connection) if in_time else read_rows(self.connection)

    def fault(self) -> str | None:
        """What is wrong with the file as a whole."""
        return find_fault(self.path)

    def drop(self, records: Collection[int], texts: Collection[int]) -> None:
        """Delete rows by their numbers."""
        self.connection.execute("BEGIN IMMEDIATE")
        for table, numbers in (("records", records), ("texts", texts)):
            self.connection.executemany(f"DELETE FROM {table} WHERE id = ?", [(number,) for number in numbers])
        self.connection.execute("COMMIT")

    def shrink(self) -> None:
        """Give the room back."""
        self.connection.execute("VACUUM")

    def _refuse_operational(self, error: Exception) -> None:
        if isinstance(error, sqlite3.OperationalError):
            raise JournalError(f"{self.path} cannot be read: {error}") from error


class SqliteStore:
    """One file; a reader sees what any process has committed."""

    is_near = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock, self._calls = JournalLock(path), CallLocks(path)
        self._writer: sqlite3.Connection | None = None
        self._look: SqliteLook | None = None

    def __str__(self) -> str:
        return str(self.path)

    def open(self) -> str | None:
        """Open the file, make it where there is none, and mend it where it was cut off or damaged."""
        recovered = prepare(self.path, self._lock)
        try:
            self._writer = connect(self.path)
            self._look = SqliteLook(self.path, connect_to_read(self.path))
        except sqlite3.Error as error:
            self._lock.release()
            raise JournalError(f"{self.path} cannot be opened: {error}") from None
        return recovered

    def close(self) -> None:
        """Leave one whole file; the last connection takes the log into it, which a reading one cannot."""
        for connection in (self._look and self._look.connection, self._writer):
            if connection is not None:
                connection.close()
        self._look = self._writer = None
        self._calls.close()
        self._lock.release()

    def find(self, keys: Collection[str]) -> Mapping[str, Row | None]:
        """The rows of these keys."""
        return self._reader.find(keys)

    def texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The shared texts of these numbers."""
        return self._reader.texts(numbers)

    def insert(self, packed: Sequence[Packed], *, replace: bool = False) -> int:
        """One transaction, on the disk when it returns."""
        return insert(cast(sqlite3.Connection, self._writer), packed, KEEP_LAST if replace else KEEP_FIRST)

    def lease(self, keys: Collection[str]) -> set[str]:
        """Turns last as long as the process, unless they are given back."""
        return self._calls.take(keys)

    def release(self, keys: Collection[str]) -> None:
        """Give turns back."""
        self._calls.release(keys)

    @contextmanager
    def look(self) -> Iterator[SqliteLook]:
        """Read the file as it is; what SQLite cannot read is a clear error."""
        self._check_there()
        try:
            with looking_into(self.path), closing(connect_to_read(self.path)) as connection:
                # A damaged file may not tell its version, and is to be looked into all the same.
                with suppress(*ReadErrors):
                    check_not_later(self.path, version_of(connection), len(STEPS))
                yield SqliteLook(self.path, connection)
        except ReadErrors as error:
            raise JournalError(
                f"{self.path} cannot be read ({error}); `r2s journal vacuum` mends a damaged one"
            ) from None

    @contextmanager
    def tidy(self) -> Iterator[SqliteLook]:
        """Have the file alone, mended."""
        self._check_there()
        lock = JournalLock(self.path)
        try:
            if not lock.take_alone():
                raise JournalError(f"{self.path} is in use; tidy it when the runs that use it have ended")
            recovered = prepare_alone(self.path)
            with closing(connect(self.path)) as connection:
                yield SqliteLook(self.path, connection, recovered)
        finally:
            lock.release()

    def bytes(self) -> int:
        """The size of the file and of its log."""
        return sum(part.stat().st_size for part in (self.path, beside(self.path, "-wal")) if part.exists())

    @property
    def _reader(self) -> SqliteLook:
        return cast(SqliteLook, self._look)

    def _check_there(self) -> None:
        if not self.path.is_file():
            raise JournalError(f"{self.path}: there is no journal here")
