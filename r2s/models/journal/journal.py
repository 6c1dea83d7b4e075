"""The journal of calls: packed, grouped into transactions, checked when read, and each call made by one worker only."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import groupby
from types import TracebackType
from typing import Any, NamedTuple, Self

from r2s.errors import JournalError
from r2s.models.journal.address import Where
from r2s.models.journal.groups import GroupThread
from r2s.models.journal.packing import DamagedRecordError, Packed, pack, unpack
from r2s.models.journal.record import CallRecord
from r2s.models.journal.store import Keeper
from r2s.models.journal.stores import store_at

log = logging.getLogger(__name__)

# Shared texts held in memory: rules and documents of the dialogues under way, a few megabytes.
TEXTS_HELD = 1000
# Numbers of texts that this process has written or queued, to be committed no later than what is queued after them.
TEXTS_KNOWN = 20_000
# Seconds that the first put of a group waits for others, at the least. A transaction costs as much as writing eight
# records, and a call has waited for its model a hundred times longer.
LINGER = 0.002
# Seconds between looks for a reply that another worker is to bring: at first, and at most after doubling.
FIRST_LOOK, LAST_LOOK = 0.02, 0.5
# Seconds after which whoever watches is told what is waited for.
LONG = 10.0


class _Put(NamedTuple):
    packed: Packed
    replaces: bool


class _Ask(NamedTuple):
    """A call whose record or turn is wanted; or, with `ends`, whose turn is given back."""

    key: str
    ends: bool = False


class _Look(NamedTuple):
    """What there is of a call: its record, or the turn to make it, or neither while another worker has the turn."""

    record: CallRecord | None
    is_ours: bool


class Journal:
    """Finished calls by their key. A put returns once it is durable; a get reads what any process has committed.

    `where` is a file, a run directory or the URL of a PostgreSQL database, or what keeps the rows. `recovered` says
    what was mended when the journal was opened, `commits` counts transactions, and `damaged` the records that could not
    be read.
    """

    def __init__(self, where: Where | Keeper) -> None:
        self._at_hand = store_at(where) if isinstance(where, Where) else None
        self.store: Keeper = self._at_hand or where  # type: ignore[assignment]
        self.recovered: str | None = None
        self.commits = 0
        self._damaged: set[str] = set()
        self._texts: dict[int, str] = {}
        self._known: dict[int, None] = {}
        self._told = False
        # The calls whose turn we have and have no reply to yet.
        self._turns: set[str] = set()
        # For what is known to be written, and for what reads: callers in several threads share both.
        self._packing, self._reading = threading.Lock(), threading.Lock()
        self._writer: GroupThread[_Put, None] | None = None
        self._asker: GroupThread[_Ask, _Look] | None = None

    def __str__(self) -> str:
        return str(self.store)

    @property
    def damaged(self) -> int:
        return len(self._damaged)

    async def open(self) -> Self:
        """Open it, make it where there is none, and mend it where it was cut off or damaged."""
        await asyncio.to_thread(self._open)
        return self

    async def close(self) -> None:
        """Wait for what is queued and leave the journal whole; closing twice is closing once."""
        await asyncio.to_thread(self._close)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def put(self, record: CallRecord, *, replaces: bool = False) -> None:
        """Keep a record; of two with one key the first stays, unless it was found damaged or is to be replaced."""
        writer = self._opened(self._writer)
        with self._packing:
            packed = pack(record, self._known)
            self._known.update((number, None) for number, _ in packed.texts)
            _forget_oldest(self._known, TEXTS_KNOWN)
        is_ours = record.key in self._turns
        # From here on the turn ends with the transaction, even if nobody waits for it any more.
        self._turns.discard(record.key)
        try:
            await writer.do(_Put(packed, replaces or record.key in self._damaged))
        except JournalError:
            self._known.clear()
            self._turns |= {record.key} if is_ours else set()
            raise
        self._damaged.discard(record.key)

    def get(self, key: str) -> CallRecord | None:
        """The record of a call; None where there is none that can be read."""
        self._opened(self._writer)
        with self._reading:
            return self._read([key]).get(key)

    def is_empty(self) -> bool:
        """Whether no call is kept yet; raises `JournalError` where it is kept far away."""
        if self._at_hand is None:
            raise JournalError(f"{self}: a journal that another process keeps cannot be looked through")
        with self._at_hand.look() as look:
            return next(look.select("SELECT 1 FROM records LIMIT 1"), None) is None

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[CallRecord | None]:
        """The record of a call; None where it is ours to make: nobody else does until its record is put or we give up.

        While another worker makes it this waits for his reply. A worker that is gone loses his turn to the next.
        """
        look = await self._ask(key)
        if not any(look):
            look = await self._wait(key)
        try:
            yield look.record
        finally:
            if look.is_ours:
                self._give_back(key)

    async def _wait(self, key: str) -> _Look:
        """Look again and again until the other worker has put the record, or has no turn any more."""
        wait, tells_at = FIRST_LOOK, time.monotonic() + LONG
        while not any(look := await self._ask(key)):
            if time.monotonic() > tells_at and not self._told:
                self._told = True
                log.warning("%s: waiting for calls that another worker makes, or made until it was killed", self)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LAST_LOOK)
        return look

    async def _ask(self, key: str) -> _Look:
        if self.store.is_near:
            self._opened(self._writer)
            return self._look([key])[0]
        asking = asyncio.ensure_future(self._opened(self._asker).do(_Ask(key)))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            asking.add_done_callback(lambda asked: self._decline(key, asked))
            raise

    def _decline(self, key: str, asked: "asyncio.Future[_Look]") -> None:
        """Nobody waits any more for what was asked; the turn may have come to us all the same."""
        if not asked.cancelled() and asked.exception() is None and asked.result().is_ours:
            self._give_back(key)

    def _give_back(self, key: str) -> None:
        """End a turn, if it has not ended with its record; a journal that is being closed gives back all."""
        if key not in self._turns:
            return
        self._turns.discard(key)
        if self.store.is_near:
            self.store.release([key])
        elif self._asker is not None:
            with suppress(JournalError):
                self._asker.tell(_Ask(key, ends=True))

    def _serve(self, asks: Sequence[_Ask]) -> list[_Look]:
        """What a group wants to know; turns are given back before others are taken."""
        self.store.release([ask.key for ask in asks if ask.ends])
        looks = iter(self._look([ask.key for ask in asks if not ask.ends]))
        return [_Look(None, False) if ask.ends else next(looks) for ask in asks]

    def _look(self, keys: Sequence[str]) -> list[_Look]:
        """The records of calls, and the turns of those that have none."""
        with self._reading:
            # Near, a turn costs less than a look and is taken first.
            known = {} if self.store.is_near else self._read(keys)
            taken = self.store.lease([key for key in dict.fromkeys(keys) if key not in known])
            # Whoever had a turn may have ended it between the look and the lease.
            late = self._read(taken) if taken else {}
            if late:
                self.store.release(late)
        ours = taken - late.keys()
        self._turns |= ours
        known |= late
        looks = []
        for key in keys:
            looks.append(_Look(known.get(key), key in ours))
            ours.discard(key)
        return looks

    def _read(self, keys: Collection[str]) -> dict[str, CallRecord]:
        found: dict[str, CallRecord] = {}
        for key, row in self.store.find(keys).items():
            try:
                if row is None:
                    raise DamagedRecordError
                found[key] = unpack(row, self._read_texts)
            except DamagedRecordError:
                self._report(key)
        return found

    def _read_texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        missing = [number for number in numbers if number not in self._texts]
        if missing:
            self._texts.update(self.store.texts(missing))
        texts = {number: self._texts[number] for number in numbers if number in self._texts}
        _forget_oldest(self._texts, TEXTS_HELD)
        return texts

    def _report(self, key: str) -> None:
        if not self._damaged:
            log.warning("%s: record %s is damaged and counts as absent; `r2s journal verify` lists all such", self, key)
        self._damaged.add(key)

    def _commit(self, puts: Sequence[_Put]) -> list[None]:
        try:
            for replaces, members in groupby(puts, key=lambda put: put.replaces):
                self.store.insert([put.packed for put in members], replace=replaces)
                self.commits += 1
        except JournalError:
            raise
        except Exception as error:
            raise JournalError(f"a call could not be written to the journal: {error}") from error
        return [None] * len(puts)

    def _end_turns(self, puts: Sequence[_Put]) -> None:
        """What is far has ended the turns with the transaction."""
        if self.store.is_near:
            self.store.release([put.packed.row[0].hex() for put in puts if put.packed.row])

    def _opened(self, thread: "GroupThread[Any, Any] | None") -> "GroupThread[Any, Any]":
        if thread is None:
            raise JournalError(f"{self}: the journal is not open")
        return thread

    def _open(self) -> None:
        if self._writer is not None:
            return
        self.recovered, self.commits = self.store.open(), 0
        self._writer = GroupThread("r2s-journal", self._commit, linger=LINGER, after=self._end_turns)
        self._asker = None if self.store.is_near else GroupThread("r2s-journal-turns", self._serve)

    def _close(self) -> None:
        for thread in (self._writer, self._asker):
            if thread is not None:
                thread.finish()
        if self._writer is not None:
            self.store.close()
        self._writer = self._asker = None
        self._turns.clear()


def _forget_oldest(held: dict[int, Any], most: int) -> None:
    while len(held) > most:
        del held[next(iter(held))]
