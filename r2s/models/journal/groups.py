"""One thread that works: what waits together is done together, and each one who waits gets his own result."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from r2s.errors import JournalError

# A transaction is kept short, for other processes may wait for it.
MOST_TOGETHER = 512
# The first of a group waits longer the more came together last time, up to so many times as long: where many call at
# once, waking up for each of them costs more than the wait, and where one calls after the other nobody would come.
MOST_LINGER = 5

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    done: asyncio.Future[Result] | None = None


class GroupThread(Generic[Item, Result]):
    """Calls `work` with group after group of items, from one thread; it returns a result for each of them.

    The first of a group waits `linger` seconds for others, up to `MOST_LINGER` times as long. `after` is called with
    what is done, where it was waited for and not in the thread: there, each call that lets other threads run may wait
    for the busy loop. The thread is a daemon, so that a program that ends without closing its journal does end.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[list[Item]], Sequence[Result]],
        *,
        linger: float = 0.0,
        after: Callable[[list[Item]], None] = lambda items: None,
    ) -> None:
        self._work, self._linger, self._after = work, linger, after
        self._queue: SimpleQueue[_Waiting[Item, Result] | None] = SimpleQueue()
        # Nothing may be queued behind the end, where nobody would do it.
        self._door = threading.Lock()
        self._closed = False
        self._closing = False
        self._came = 1
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def do(self, item: Item) -> Result:
        """The result, once the group of the item is done; raises what `work` raises."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._put(_Waiting(item, done))
        return await done

    def tell(self, item: Item) -> None:
        """Have it done without waiting for it."""
        self._put(_Waiting(item))

    def finish(self) -> None:
        """Do what is queued, then end the thread."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _put(self, waiting: _Waiting[Item, Result]) -> None:
        with self._door:
            if self._closed:
                raise JournalError("a call came after the journal was closed")
            self._queue.put(waiting)

    def _run(self) -> None:
        while group := self._next_group():
            results, error = self._results(group)
            waited = [(one.item, one.done, result) for one, result in zip(group, results, strict=True) if one.done]
            for loop, members in groupby(waited, key=lambda one: one[1].get_loop()):
                # A loop that is gone has nobody left who waits.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(self._settle, list(members), error)

    def _settle(self, waited: list[tuple[Item, asyncio.Future[Result], Result]], error: Exception | None) -> None:
        if error is None:
            self._after([item for item, _, _ in waited])
        for _, done, result in waited:
            if done.done():
                continue
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

    def _results(self, group: list[_Waiting[Item, Result]]) -> tuple[Sequence[Any], Exception | None]:
        try:
            return self._work([waiting.item for waiting in group]), None
        except Exception as error:  # whatever it is, those who wait must hear of it
            return [None] * len(group), error

    def _next_group(self) -> list[_Waiting[Item, Result]]:
        """Everything that waits; nothing means that the thread is to end."""
        group: list[_Waiting[Item, Result]] = []
        with suppress(Empty):
            while not self._closing and len(group) < MOST_TOGETHER:
                waiting = self._queue.get(block=not group)
                if waiting is None:
                    self._closing = True
                    break
                if not group and self._linger:
                    time.sleep(self._linger * min(self._came, MOST_LINGER))
                group.append(waiting)
        self._came = len(group)
        return group
