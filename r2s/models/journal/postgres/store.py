"""The store in a PostgreSQL database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from r2s.errors import JournalError
from r2s.models.journal.address import DatabaseAddress
from r2s.models.journal.packing import Packed, Row, open_text
from r2s.models.journal.postgres.link import PATIENCE, Connection, Link, connect
from r2s.models.journal.postgres.tables import (
    INSERT_TEXT,
    KEEP_FIRST,
    KEEP_LAST,
    SCHEMA,
    SELECT_RECORDS,
    SELECT_TEXTS,
    STEPS,
    USING,
    enter,
    one,
    upgrade,
    version_of,
)
from r2s.models.journal.postgres.turns import Turns
from r2s.models.journal.store import COLUMNS
from r2s.models.journal.versions import check_not_later

# Rows that come at once where all are gone through.
TOGETHER = 500


class PostgresLook:
    """Looks into the tables through a connection."""

    recovered: str | None = None

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def find(self, keys: Collection[str]) -> Mapping[str, Row | None]:
        """The rows of these keys."""
        return find(self.connection, keys)

    def texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The shared texts that are whole."""
        return texts(self.connection, numbers)

    def select(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, some at a time."""
        with self.connection.transaction(), self.connection.cursor("r2s", binary=True) as cursor:
            cursor.itersize = TOGETHER
            yield from cursor.execute(sql.encode())

    def rows(self, *, in_time: bool = False) -> Iterator[tuple[int, Row]]:
        """Every row with its number."""
        order = "created, id" if in_time else "id"
        for number, *row in self.select(f"SELECT id, {COLUMNS} FROM records ORDER BY {order}"):
            key, model, role, created, prompt_tokens, completion_tokens, body, checksum = row
            yield number, (key, model, role, created, prompt_tokens, completion_tokens, body, checksum)

    def fault(self) -> str | None:
        """Whether files are whole is the server's business; a row says for itself whether it is."""

    def drop(self, records: Collection[int], texts: Collection[int]) -> None:
        """Delete rows by their numbers."""
        with self.connection.transaction():
            self.connection.execute(b"DELETE FROM records WHERE id = ANY(%s)", (list(records),))
            self.connection.execute(b"DELETE FROM texts WHERE id = ANY(%s)", (list(texts),))

    def shrink(self) -> None:
        """Give the room back."""
        self.connection.execute(b"VACUUM FULL records, texts")


class PostgresStore:
    """One database; of its two connections one writes and one looks, so that no look waits for a commit."""

    is_near = False

    def __init__(self, address: DatabaseAddress, patience: float = PATIENCE) -> None:
        self.address = address
        self._writing = Link(address, _prepare_to_write, patience)
        self._looking = Link(address, _prepare_to_look, patience)
        self._turns = Turns(self._looking)

    def __str__(self) -> str:
        return str(self.address)

    def open(self) -> str | None:
        """Make or upgrade the tables and enter as a worker; a database that is not there is not waited for."""
        try:
            self._writing.do(lambda connection: upgrade(connection, self.address), patience=0)
            self._turns.open()
        except BaseException:
            self._shut()
            raise

    def close(self) -> None:
        """Give back all turns and both connections."""
        self._turns.close()
        self._shut()
        self._turns = Turns(self._looking)

    def _shut(self) -> None:
        self._writing.close()
        self._looking.close()

    def find(self, keys: Collection[str]) -> Mapping[str, Row | None]:
        """The rows of these keys."""
        return self._looking.do(lambda connection: find(connection, keys)) if keys else {}

    def texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The shared texts of these numbers."""
        return self._looking.do(lambda connection: texts(connection, numbers))

    def insert(self, packed: Sequence[Packed], *, replace: bool = False) -> int:
        """One transaction; done again where nobody knows whether it was, which changes nothing."""
        return self._writing.do(
            lambda connection: self._insert(connection, packed, KEEP_LAST if replace else KEEP_FIRST)
        )

    def _insert(self, connection: Connection, packed: Sequence[Packed], statement: bytes) -> int:
        # In one order for all, so that no two transactions wait for each other.
        shared = sorted({text[0]: text for one in packed for text in one.texts}.values())
        rows = [one.row for one in packed if one.row is not None]
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(INSERT_TEXT, shared)
            cursor.executemany(statement, rows)
            added = cursor.rowcount
            self._turns.end(connection, [row[0].hex() for row in rows])
        return max(added, 0)

    def lease(self, keys: Collection[str]) -> set[str]:
        """Turns last as long as we say that we live, unless they are given back."""
        return self._turns.take(keys)

    def release(self, keys: Collection[str]) -> None:
        """Give turns back."""
        self._turns.release(keys)

    @contextmanager
    def look(self) -> Iterator[PostgresLook]:
        """Read the tables as they are."""
        with self._connected() as connection:
            connection.execute(b"SET default_transaction_read_only = on")
            yield PostgresLook(connection)

    @contextmanager
    def tidy(self) -> Iterator[PostgresLook]:
        """Have the tables alone."""
        with self._connected() as connection:
            if not one(connection, f"SELECT pg_try_advisory_lock({USING})"):
                raise JournalError(f"{self} is in use; tidy it when the runs that use it have ended")
            upgrade(connection, self.address)
            yield PostgresLook(connection)

    def bytes(self) -> int:
        """The size of the tables with their indexes."""
        with self._connected() as connection:
            sizes = (f"pg_total_relation_size('{SCHEMA}.{table}')" for table in ("records", "texts"))
            return one(connection, f"SELECT {' + '.join(sizes)}")

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection of its own; what the database says is a clear error."""
        try:
            with closing(connect(self.address)) as connection:
                version = version_of(connection)
                if not version:
                    raise JournalError(f"{self}: there is no journal here")
                check_not_later(self, version, len(STEPS))
                enter(connection)
                yield connection
        except psycopg.Error as error:
            raise JournalError(f"{self} cannot be read: {self.address.clean(error)}") from None


def find(connection: Connection, keys: Collection[str]) -> dict[str, Row | None]:
    """The rows of these keys."""
    found = connection.execute(SELECT_RECORDS, ([bytes.fromhex(key) for key in keys],), binary=True)
    return {row[0].hex(): row for row in found}


def texts(connection: Connection, numbers: Collection[int]) -> dict[int, str]:
    """The shared texts of these numbers, without those that are damaged."""
    found = connection.execute(SELECT_TEXTS, (list(numbers),), binary=True)
    read = ((number, open_text(number, body)) for number, body in found)
    return {number: text for number, text in read if text is not None}


def _prepare_to_write(connection: Connection) -> None:
    """What is committed is on the server's disk, whatever its default is."""
    enter(connection)
    connection.execute(b"SET synchronous_commit = on")


def _prepare_to_look(connection: Connection) -> None:
    """Turns need not outlive a crash of the server; that the tables are in use must be known to who would tidy them."""
    enter(connection)
    connection.execute(b"SET synchronous_commit = off")
    connection.execute(f"SELECT pg_advisory_lock_shared({USING})".encode())
