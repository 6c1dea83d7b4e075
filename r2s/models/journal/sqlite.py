"""The journal in one SQLite file, which several processes may share."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from r2s.errors import JournalError
from r2s.models.journal.lock import JournalLock
from r2s.models.journal.opening import prepare
from r2s.models.journal.packing import DamagedRecordError, pack, unpack
from r2s.models.journal.record import CallRecord
from r2s.models.journal.store import SELECT_RECORD, ReadErrors, connect, connect_to_read, read_texts
from r2s.models.journal.writer import GroupWriter

log = logging.getLogger(__name__)

# Shared texts held in memory: rules and documents of the dialogues under way, a few megabytes.
TEXTS_HELD = 1000
# Numbers of texts that this process has written or queued, to be committed no later than what is queued after them.
TEXTS_KNOWN = 20_000


class SqliteJournal:
    """Finished calls by their key. A put returns once it is durable; a get reads what any process has committed.

    `recovered` says what was mended when the journal was opened, `commits` counts transactions, and `damaged` the
    records that could not be read.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.recovered: str | None = None
        self._damaged: set[str] = set()
        self._texts: dict[int, str] = {}
        self._known: dict[int, None] = {}
        self._lock = JournalLock(self.path)
        # For the reader and what is held in memory, which callers in several threads share.
        self._turn = threading.Lock()
        self._reader: sqlite3.Connection | None = None
        self._writer: GroupWriter | None = None
        self._commits = 0

    @property
    def commits(self) -> int:
        return self._commits if self._writer is None else self._writer.commits

    @property
    def damaged(self) -> int:
        return len(self._damaged)

    async def open(self) -> Self:
        """Open the file, make it where there is none, and mend it where it was cut off or damaged."""
        await asyncio.to_thread(self._open)
        return self

    async def close(self) -> None:
        """Wait for what is queued and leave the file whole; closing twice is closing once."""
        await asyncio.to_thread(self._close)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def put(self, record: CallRecord, *, replaces: bool = False) -> None:
        """Keep a record; of two with one key the first stays, unless it was found damaged or is to be replaced."""
        if self._writer is None:
            raise JournalError(f"{self.path}: the journal is not open")
        with self._turn:
            packed = pack(record, self._known)
            self._known.update((number, None) for number, _ in packed.texts)
            _forget_oldest(self._known, TEXTS_KNOWN)
        try:
            await self._writer.put(packed, replaces or record.key in self._damaged)
        except JournalError:
            self._known.clear()
            raise
        self._damaged.discard(record.key)

    def get(self, key: str) -> CallRecord | None:
        """The record of a call; None where there is none that can be read."""
        with self._turn:
            if self._reader is None:
                raise JournalError(f"{self.path}: the journal is not open")
            try:
                # All rows are fetched, for a cursor left open would hold the reader at what it saw.
                found = self._reader.execute(SELECT_RECORD, (bytes.fromhex(key),)).fetchall()
                return unpack(found[0], self._read_texts) if found else None
            except (DamagedRecordError, *ReadErrors) as error:
                return self._report(key, error)

    def _read_texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        missing = [number for number in numbers if number not in self._texts]
        if missing and self._reader is not None:
            self._texts.update(read_texts(self._reader, missing))
        texts = {number: self._texts[number] for number in numbers if number in self._texts}
        _forget_oldest(self._texts, TEXTS_HELD)
        return texts

    def _report(self, key: str, error: Exception) -> None:
        if isinstance(error, sqlite3.OperationalError):
            raise JournalError(f"{self.path} cannot be read: {error}") from error
        if not self._damaged:
            log.warning(
                "%s: record %s is damaged and counts as absent; `r2s journal verify` lists all such", self.path, key
            )
        self._damaged.add(key)

    def _open(self) -> None:
        if self._writer is not None:
            return
        self.recovered = prepare(self.path, self._lock)
        try:
            writer = connect(self.path)
            self._reader = connect_to_read(self.path)
        except sqlite3.Error as error:
            self._lock.release()
            raise JournalError(f"{self.path} cannot be opened: {error}") from None
        self._writer = GroupWriter(writer)

    def _close(self) -> None:
        if self._writer is None or self._reader is None:
            return
        self._writer.finish()
        self._commits = self._writer.commits
        # The last connection takes the log into the file and removes it, which a reading one cannot.
        self._reader.close()
        self._writer.connection.close()
        self._reader = self._writer = None
        self._lock.release()


def _forget_oldest(held: dict[int, Any], most: int) -> None:
    while len(held) > most:
        del held[next(iter(held))]
