"""The tables of a journal in PostgreSQL, in a schema of their own, and how they are made and brought up to date."""

from typing import Any

import psycopg

from r2s.errors import JournalError
from r2s.models.journal.address import DatabaseAddress
from r2s.models.journal.postgres.link import Connection
from r2s.models.journal.store import COLUMNS
from r2s.models.journal.versions import check_not_earlier, check_not_later

SCHEMA = "r2s_journal"
# What makes a journal of each version from one of the version before; version 0 is none.
STEPS: list[tuple[str, ...]] = [
    (
        "CREATE TABLE records (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key BYTEA NOT NULL UNIQUE, "
        "model TEXT NOT NULL, role TEXT NOT NULL, created DOUBLE PRECISION NOT NULL, prompt_tokens BIGINT, "
        "completion_tokens BIGINT, body BYTEA NOT NULL, checksum BYTEA NOT NULL)",
        # What is packed already is not to be packed again.
        "ALTER TABLE records ALTER COLUMN body SET STORAGE EXTERNAL",
        "CREATE TABLE texts (id BIGINT PRIMARY KEY, body BYTEA NOT NULL)",
        "ALTER TABLE texts ALTER COLUMN body SET STORAGE EXTERNAL",
        # Who is at work: alive until `expires`, which each puts off for himself.
        "CREATE TABLE workers (id UUID PRIMARY KEY, expires TIMESTAMPTZ NOT NULL)",
        "CREATE TABLE leases (key BYTEA PRIMARY KEY, worker UUID NOT NULL)",
    ),
]
# Names of locks, within the database: who makes or changes the tables, and who uses them.
MAKING, USING = 0x5232534A01, 0x5232534A02

SELECT_RECORDS = f"SELECT {COLUMNS} FROM records WHERE key = ANY(%b)".encode()
SELECT_TEXTS = b"SELECT id, body FROM texts WHERE id = ANY(%b)"
_INTO_RECORDS = f"INSERT INTO records ({COLUMNS}) VALUES (%b, %s, %s, %b, %b, %b, %b, %b) ON CONFLICT (key) DO "
_REPLACED = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS.split(", ")[1:])
KEEP_FIRST = f"{_INTO_RECORDS} NOTHING".encode()
KEEP_LAST = f"{_INTO_RECORDS} UPDATE SET {_REPLACED}".encode()
# A text that is there is written again only where it was damaged.
INSERT_TEXT = (
    b"INSERT INTO texts VALUES (%b, %b) "
    b"ON CONFLICT (id) DO UPDATE SET body = excluded.body WHERE texts.body <> excluded.body"
)


def enter(connection: Connection) -> None:
    """Let names mean the tables of the journal."""
    connection.execute(f"SET search_path = {SCHEMA}".encode())


def version_of(connection: Connection) -> int:
    """The version of the tables; 0 where there are none."""
    if one(connection, f"SELECT to_regclass('{SCHEMA}.version')") is None:
        return 0
    return one(connection, f"SELECT number FROM {SCHEMA}.version")


def upgrade(connection: Connection, address: DatabaseAddress) -> None:
    """Make the tables, or bring them up to date; raises `JournalError` where that is not possible."""
    version = version_of(connection)
    check_not_later(address, version, len(STEPS))
    if version == len(STEPS):
        return
    try:
        # Not within the transaction, which would not see what another made while it waited.
        connection.execute(f"SELECT pg_advisory_lock({MAKING})".encode())
        with connection.transaction():
            _take_steps(connection, address)
        connection.execute(f"SELECT pg_advisory_unlock({MAKING})".encode())
    except psycopg.errors.InsufficientPrivilege as error:
        raise JournalError(
            f"{address}: the journal's tables cannot be made ({address.clean(error)}); its owner allows it with:"
            " GRANT CREATE ON DATABASE ... TO ..."
        ) from None


def _take_steps(connection: Connection, address: DatabaseAddress) -> None:
    """What is left to do, now that nobody else does it."""
    version = version_of(connection)
    if version and not one(connection, f"SELECT pg_try_advisory_xact_lock({USING})"):
        check_not_earlier(address, version, len(STEPS))
    if one(connection, f"SELECT to_regnamespace('{SCHEMA}')") is None:
        connection.execute(f"CREATE SCHEMA {SCHEMA}".encode())
    enter(connection)
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement.encode())
    connection.execute(b"CREATE TABLE IF NOT EXISTS version (number INTEGER NOT NULL)")
    connection.execute(b"DELETE FROM version")
    connection.execute(b"INSERT INTO version VALUES (%s)", (len(STEPS),))


def one(connection: Connection, sql: str) -> Any:
    """The one value that a query gives."""
    row = connection.execute(sql.encode()).fetchone()
    return row[0] if row else None
