"""What can be done with a journal as a file: look into it, check it, tidy it, read its records, bring replies in."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from r2s.errors import JournalError
from r2s.models.journal.lock import JournalLock
from r2s.models.journal.opening import find_fault, looking_into, prepare_alone
from r2s.models.journal.packing import DamagedRecordError, is_intact, open_text, text_ids, unpack
from r2s.models.journal.record import CallRecord, Messages
from r2s.models.journal.replies import Imported, import_replies
from r2s.models.journal.salvage import beside
from r2s.models.journal.store import (
    SELECT_RECORD,
    ReadErrors,
    connect,
    connect_to_read,
    read_rows,
    read_rows_in_time,
    read_texts,
)

__all__ = [
    "Imported",
    "Info",
    "Tidied",
    "Verdict",
    "existing",
    "import_replies",
    "info",
    "locate",
    "lookup",
    "prompts",
    "records",
    "vacuum",
    "verify",
]

NAME = "journal.sqlite"


@dataclass(frozen=True, slots=True)
class Info:
    """What a journal holds; tokens are those that a server counted."""

    path: str
    records: int
    bytes: int
    models: dict[str, int]
    roles: dict[str, int]
    first: float | None
    last: float | None
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a journal.

    `damaged` are keys whose replies are lost, `incomplete` those whose prompt is lost in part while the reply is good,
    and `fault` is what is wrong with the file as a whole.
    """

    path: str
    records: int
    damaged: list[str]
    incomplete: list[str]
    fault: str | None

    @property
    def passed(self) -> bool:
        return not (self.damaged or self.incomplete or self.fault)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What tidying did: bytes before and after, damaged records and texts dropped, and what had to be mended."""

    path: str
    before: int
    after: int
    records_dropped: int
    texts_dropped: int
    recovered: str | None


def locate(path: Path | str) -> Path:
    """The journal at a path: the file itself, or the one in a run directory."""
    given = Path(path)
    return given / NAME if given.is_dir() else given


def info(path: Path | str) -> Info:
    """Count what is there."""
    file = locate(path)
    models, roles = Counter[str](), Counter[str]()
    with _readable(file) as connection:
        groups = connection.execute("SELECT model, role, count(*) FROM records GROUP BY model, role").fetchall()
        first, last, prompt, completion = connection.execute(
            "SELECT min(created), max(created), sum(prompt_tokens), sum(completion_tokens) FROM records"
        ).fetchone()
    for model, role, count in groups:
        models[model] += count
        roles[role] += count
    return Info(
        path=str(file),
        records=models.total(),
        bytes=_bytes(file),
        models=dict(models.most_common()),
        roles=dict(roles.most_common()),
        first=first,
        last=last,
        prompt_tokens=prompt or 0,
        completion_tokens=completion or 0,
    )


def records(path: Path | str) -> Iterator[CallRecord]:
    """Every record that can be read, in the order in which they were written."""
    with _readable(locate(path)) as connection:
        for _, row in read_rows(connection):
            with suppress(DamagedRecordError):
                yield unpack(row, lambda numbers: dict(read_texts(connection, numbers)))


@contextmanager
def lookup(path: Path | str) -> Iterator[Callable[[Iterable[str]], dict[str, CallRecord]]]:
    """A function that finds records by their keys; keys that are not there, or are damaged, are left out."""
    with _readable(locate(path)) as connection:
        yield lambda keys: {record.key: record for key in keys if (record := _find(connection, key))}


def _find(connection: sqlite3.Connection, key: str) -> CallRecord | None:
    with suppress(DamagedRecordError, ValueError):
        row = connection.execute(SELECT_RECORD, (bytes.fromhex(key),)).fetchone()
        return row and unpack(row, lambda numbers: dict(read_texts(connection, numbers)))
    return None


def prompts(path: Path | str) -> Iterator[Messages]:
    """What was asked in each record that can be read, one after the other as the calls ended."""
    with _readable(locate(path)) as connection:
        for row in read_rows_in_time(connection):
            with suppress(DamagedRecordError):
                yield unpack(row, lambda numbers: dict(read_texts(connection, numbers))).messages


def verify(path: Path | str) -> Verdict:
    """Check the file and every record in it; changes nothing."""
    file = existing(locate(path))
    damaged, incomplete, count = list[str](), list[str](), 0
    with looking_into(file), closing(connect_to_read(file)) as connection:
        fault = find_fault(file)
        try:
            whole = _whole_texts(connection)
            for _, row in read_rows(connection):
                count += 1
                if not is_intact(row):
                    damaged.append(_shown(row[0]))
                elif not text_ids(row) <= whole:
                    incomplete.append(_shown(row[0]))
        except ReadErrors as error:
            fault = fault or str(error)
    return Verdict(str(file), count, damaged, incomplete, fault)


def vacuum(path: Path | str) -> Tidied:
    """Mend the file where it needs it, drop what is damaged or named by nothing, and give the room back."""
    file = existing(locate(path))
    lock, before = JournalLock(file), _bytes(file)
    try:
        if not lock.take_alone():
            raise JournalError(f"{file} is in use; tidy it when the runs that use it have ended")
        recovered = prepare_alone(file)
        with closing(connect(file)) as connection:
            rows, texts = _drop_useless(connection)
            connection.execute("VACUUM")
    finally:
        lock.release()
    return Tidied(str(file), before, _bytes(file), rows, texts, recovered)


def _drop_useless(connection: sqlite3.Connection) -> tuple[int, int]:
    """Drop damaged rows, and texts that are damaged or named by no row; returns how many of each."""
    damaged, named = list[int](), set[int]()
    for number, row in read_rows(connection):
        if is_intact(row):
            named |= text_ids(row)
        else:
            damaged.append(number)
    wanted = named & _whole_texts(connection)
    useless = [number for (number,) in connection.execute("SELECT id FROM texts") if number not in wanted]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("DELETE FROM records WHERE id = ?", [(number,) for number in damaged])
    connection.executemany("DELETE FROM texts WHERE id = ?", [(number,) for number in useless])
    connection.execute("COMMIT")
    return len(damaged), len(useless)


def _whole_texts(connection: sqlite3.Connection) -> set[int]:
    texts = connection.execute("SELECT id, body FROM texts")
    return {number for number, body in texts if open_text(number, body) is not None}


def _shown(key: object) -> str:
    return key.hex() if isinstance(key, bytes) else repr(key)


@contextmanager
def _readable(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection for reading; what SQLite cannot read is a clear error."""
    try:
        with looking_into(existing(file)), closing(connect_to_read(file)) as connection:
            yield connection
    except ReadErrors as error:
        raise JournalError(f"{file} cannot be read ({error}); `r2s journal vacuum` mends a damaged one") from None


def existing(file: Path) -> Path:
    """The file; raises `JournalError` where there is none."""
    if not file.is_file():
        raise JournalError(f"{file}: there is no journal here")
    return file


def _bytes(file: Path) -> int:
    """The size of the file and of its log."""
    return sum(part.stat().st_size for part in (file, beside(file, "-wal")) if part.exists())
