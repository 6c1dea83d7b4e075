"""The SQLite file of a journal: its tables, its connections, and the few statements that touch them."""

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

from r2s.models.journal.packing import Packed, Row, open_text
from r2s.models.journal.store import COLUMNS

# What makes a journal of each version from one of the version before; version 0 is an empty file.
STEPS: list[tuple[str, ...]] = [
    (
        "CREATE TABLE records (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, model TEXT NOT NULL, "
        "role TEXT NOT NULL, created REAL NOT NULL, prompt_tokens INTEGER, completion_tokens INTEGER, "
        "body BLOB NOT NULL, checksum BLOB NOT NULL)",
        "CREATE TABLE texts (id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    ),
]
# "R2SJ", in the header of the file: whose it is can be seen even where the rest is damaged.
APPLICATION = 0x5232534A
PAGE_BYTES = 4096
# Another process commits within milliseconds; a minute means that it hangs.
BUSY_MILLISECONDS = 60_000

SELECT_RECORD = f"SELECT {COLUMNS} FROM records WHERE key = ?"
_SELECT_RECORDS = f"SELECT id, {COLUMNS} FROM records ORDER BY id"
_SELECT_ROW = f"SELECT {COLUMNS} FROM records WHERE id = ?"
_SELECT_IN_TIME = "SELECT id FROM records ORDER BY created, id"
_INTO_RECORDS = f"INTO records ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
KEEP_FIRST, KEEP_LAST = f"INSERT OR IGNORE {_INTO_RECORDS}", f"INSERT OR REPLACE {_INTO_RECORDS}"
# A text that is there is written again only where it was damaged.
INSERT_TEXT = (
    "INSERT INTO texts VALUES (?, ?) "
    "ON CONFLICT (id) DO UPDATE SET body = excluded.body WHERE body IS NOT excluded.body"
)
# What comes of reading a damaged file; SQLite's messages may quote letters of it that are none.
ReadErrors = (sqlite3.DatabaseError, UnicodeDecodeError)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that reads and writes; what it commits is on the disk when the commit returns."""
    connection = _open(path.absolute().as_uri())
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, not even a write-ahead log left behind by a process that was killed."""
    # Readers make an index beside the file, which they need not, and cannot, where nobody writes.
    is_fixed = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()
    return _open(f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if is_fixed else ''}")


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 in an empty file."""
    return connection.execute("PRAGMA user_version").fetchone()[0]


def upgrade(connection: sqlite3.Connection) -> None:
    """Make an empty database a journal, and one of an earlier version one of the newest."""
    version = version_of(connection)
    if version == len(STEPS):
        return
    if version == 0:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    _take_steps(connection, version)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    connection.execute("COMMIT")
    # The header must tell whose file this is before the first record is in it.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def tables_at(version: int) -> set[str]:
    """The statements that make the tables of a version, as SQLite keeps them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        _take_steps(connection, 0, version)
        return tables_of(connection)


def _take_steps(connection: sqlite3.Connection, version: int, newest: int | None = None) -> None:
    for step in STEPS[version:newest]:
        for statement in step:
            connection.execute(statement)


def insert(connection: sqlite3.Connection, packed: Iterable[Packed], statement: str = KEEP_FIRST) -> int:
    """Add rows and their texts in one transaction, which is durable on return; returns how many rows were new."""
    rows = list(packed)
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(INSERT_TEXT, [text for one in rows for text in one.texts])
        added = connection.executemany(statement, [one.row for one in rows if one.row is not None]).rowcount
        connection.execute("COMMIT")
        return max(added, 0)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def read_texts(connection: sqlite3.Connection, numbers: Collection[int]) -> Iterator[tuple[int, str]]:
    """The shared texts of these numbers, without those that are damaged."""
    marks = ",".join("?" * len(numbers))
    found = connection.execute(f"SELECT id, body FROM texts WHERE id IN ({marks})", tuple(numbers)).fetchall()
    for number, body in found:
        text = open_text(number, body)
        if text is not None:
            yield number, text


def read_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, Row]]:
    """Every row with its number, in the order in which they were written."""
    for number, *row in connection.execute(_SELECT_RECORDS):
        yield number, cast(Row, tuple(row))


def read_rows_in_time(connection: sqlite3.Connection) -> Iterator[tuple[int, Row]]:
    """Every row as the calls ended; SQLite sorts the numbers of the rows and not what is in them."""
    for (number,) in connection.execute(_SELECT_IN_TIME):
        yield number, cast(Row, connection.execute(_SELECT_ROW, (number,)).fetchone())


def tables_of(connection: sqlite3.Connection) -> set[str]:
    """The statements that made the tables."""
    return {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'")}


def _open(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    # Letters that a flipped bit made unreadable must reach the checksum instead of failing on the way to it.
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    return connection
