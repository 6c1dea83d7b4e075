"""A worker's way to its driver: what is told is not waited for, what is asked waits for its answer."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from r2s.errors import R2SError
from r2s.runs.workers.wire import encode


class Link:
    """Sends messages; belongs to the event loop that it is made in."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send, self._loop = send, asyncio.get_running_loop()
        self._numbers = itertools.count()
        self._asked: dict[int, asyncio.Future[Any]] = {}

    def tell(self, kind: str, *facts: Any) -> None:
        """Send a message."""
        self._send(encode(kind, *facts))

    async def ask(self, what: str, given: Any) -> Any:
        """The driver's answer; raises the error that it answers with."""
        number, answer = next(self._numbers), self._loop.create_future()
        self._asked[number] = answer
        self.tell("ask", number, what, given)
        try:
            return await answer
        finally:
            del self._asked[number]

    def ask_from_thread(self, what: str, given: Any) -> Any:
        """The same for a thread that is not the loop's own, which waits."""
        return asyncio.run_coroutine_threadsafe(self.ask(what, given), self._loop).result()

    def answer(self, number: int, value: Any) -> None:
        """The driver has answered."""
        asked = self._asked.get(number)
        if asked is not None and not asked.done():
            asked.set_result(value)

    def refuse(self, number: int, error: R2SError) -> None:
        """The driver has answered with an error."""
        asked = self._asked.get(number)
        if asked is not None and not asked.done():
            asked.set_exception(error)
