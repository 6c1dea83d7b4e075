"""One thread that writes: calls that wait together share a transaction, and each returns once it is durable."""

import asyncio
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue

from r2s.errors import JournalError
from r2s.models.journal.packing import Packed
from r2s.models.journal.store import KEEP_FIRST, KEEP_LAST, insert

# A transaction is kept short, for other processes may wait for it.
MOST_TOGETHER = 512
# Seconds that the first of a group waits for others. A transaction costs as much as writing eight records, and a call
# has waited for its model a hundred times longer.
LINGER = 0.002


@dataclass(frozen=True, slots=True)
class _Waiting:
    packed: Packed
    replace: bool
    done: asyncio.Future[None]
    loop: asyncio.AbstractEventLoop


class GroupWriter:
    """Commits what is put, group by group; `commits` counts the transactions.

    The thread is a daemon, so that a program that ends without closing its journal does end.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.commits = 0
        self.connection = connection
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        # Nothing may be queued behind the end, where nobody would write it.
        self._door = threading.Lock()
        self._closed = False
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="r2s-journal", daemon=True)
        self._thread.start()

    async def put(self, packed: Packed, replace: bool) -> None:
        """Return when the row is durable; raises `JournalError` where it cannot be."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(packed, replace, loop.create_future(), loop)
        with self._door:
            if self._closed:
                raise JournalError("a call came after the journal was closed")
            self._queue.put(waiting)
        await waiting.done

    def finish(self) -> None:
        """Write what is queued, then end the thread; the connection stays open."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while group := self._next_group():
            error = self._commit(group)
            for loop, members in groupby(group, key=lambda waiting: waiting.loop):
                # A loop that is gone has nobody left who waits.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(_settle, [waiting.done for waiting in members], error)

    def _next_group(self) -> list[_Waiting]:
        """Everything that waits; nothing means that the journal is being closed."""
        group: list[_Waiting] = []
        with suppress(Empty):
            while not self._closing and len(group) < MOST_TOGETHER:
                waiting = self._queue.get(block=not group)
                if waiting is None:
                    self._closing = True
                    break
                if not group:
                    time.sleep(LINGER)
                group.append(waiting)
        return group

    def _commit(self, group: list[_Waiting]) -> JournalError | None:
        try:
            for replace, members in groupby(group, key=lambda waiting: waiting.replace):
                statement = KEEP_LAST if replace else KEEP_FIRST
                insert(self.connection, [waiting.packed for waiting in members], statement)
                self.commits += 1
        except Exception as error:  # whatever it is, those who wait must hear of it
            return JournalError(f"a call could not be written to the journal: {error}")
        return None


def _settle(waiting: list[asyncio.Future[None]], error: JournalError | None) -> None:
    for done in waiting:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
