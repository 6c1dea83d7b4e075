"""What is done before a journal is used: made where there is none, looked through, mended where it is damaged."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from r2s.errors import JournalError
from r2s.models.journal.sqlite.lock import JournalLock
from r2s.models.journal.sqlite.salvage import beside, is_ours, readable_in_log, rebuild
from r2s.models.journal.sqlite.tables import (
    STEPS,
    ReadErrors,
    connect,
    connect_to_read,
    insert,
    tables_at,
    tables_of,
    upgrade,
    version_of,
)
from r2s.models.journal.versions import check_not_earlier, check_not_later

log = logging.getLogger(__name__)

HEADER = b"SQLite format 3\0"
# The file may well be whole: it is busy, or not ours to read.
OUT_OF_REACH = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_AUTH,
}


def prepare(path: Path, lock: JournalLock) -> str | None:
    """Make a journal fit for use and share its lock; returns what had to be mended, if anything.

    Whoever comes first looks the whole file through (two seconds for a gigabyte); who comes later need not.
    """
    message = None
    if lock.take_alone():
        try:
            message = prepare_alone(path)
        except BaseException:
            lock.release()
            raise
    lock.share()
    try:
        _check_up_to_date(path)
    except BaseException:
        lock.release()
        raise
    if message:
        log.warning("%s", message)
    return message


def _check_up_to_date(path: Path) -> None:
    """Those who have it open already may be of another version."""
    try:
        with closing(connect_to_read(path)) as connection:
            version = version_of(connection)
    except ReadErrors as error:
        raise JournalError(f"{path} cannot be opened: {error}") from None
    check_not_later(path, version, len(STEPS))
    check_not_earlier(path, version, len(STEPS))


def prepare_alone(path: Path) -> str | None:
    """The same for one who has the lock alone."""
    fault = find_fault(path)
    if fault:
        return _mend(path, fault)
    left = readable_in_log(path) if _size(beside(path, "-wal")) else None
    with closing(_connected(path)) as connection:
        upgrade(connection)
        if left is None:
            return None
        insert(connection, left)
        count = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    return f"{path} was not closed by the process before; the {count} records committed are there"


@contextmanager
def looking_into(path: Path) -> Iterator[None]:
    """Share a journal for reading only; the empty log and index that SQLite makes for readers are removed after.

    Where nothing can be written, there is nobody to share it with.
    """
    lock, is_writable = JournalLock(path), os.access(path.parent, os.W_OK)
    if is_writable:
        lock.share()
    try:
        yield
    finally:
        if is_writable and lock.take_alone() and not _size(beside(path, "-wal")):
            for ending in ("-wal", "-shm"):
                beside(path, ending).unlink(missing_ok=True)
        lock.release()


def find_fault(path: Path) -> str | None:
    """What is wrong with the file as a whole; refuses what is no journal, or one of a later version.

    It is only read, so that what is damaged can be salvaged as it was found.
    """
    if not _size(path):
        return "the file is empty" if _size(beside(path, "-wal")) else None
    if _size(path) < len(HEADER):
        return "file is not a database"  # To SQLite, a file of one byte is an empty one.
    try:
        with closing(connect_to_read(path)) as connection:
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
            if faults:
                return faults[0].replace("\n", " ")
            tables = tables_of(connection)
            version = version_of(connection)
    except ReadErrors as error:
        if isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF in OUT_OF_REACH:
            raise JournalError(f"{path} cannot be opened: {error}") from None
        return str(error)
    check_not_later(path, version, len(STEPS))
    return _wrong_tables(path, tables, version)


def _wrong_tables(path: Path, tables: set[str], version: int) -> str | None:
    if not tables or (version and tables >= tables_at(version)):
        return None
    if not is_ours(path):
        raise JournalError(f"{path} is another program's database; name another file with --journal")
    return "its tables are not what they were"


def _mend(path: Path, fault: str) -> str:
    saved = rebuild(path)
    if saved is None:
        raise JournalError(f"{path} is no journal ({fault}); nothing was changed; name another file with --journal")
    return f"{path} was damaged ({fault}); {saved.records} records are saved, the damaged file is kept as {saved.kept}"


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return connect(path)
    except sqlite3.OperationalError as error:
        raise JournalError(f"{path} cannot be opened: {error}") from None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
