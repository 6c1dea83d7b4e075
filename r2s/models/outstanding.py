"""Calls that are out: a server has them, so they are paid for, and their replies are kept whoever still waits."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class Outstanding:
    """Replies that are waited for, and the keys of those calls that the server has and the journal has not yet."""

    def __init__(self) -> None:
        self._awaited: set[asyncio.Task[Any]] = set()
        self._out: set[str] = set()

    def goes_out(self, key: str) -> None:
        """From here on until it fails, or its reply is kept, the call is out."""
        self._out.add(key)

    def ended(self, key: str) -> None:
        """The call has failed, or its reply is kept."""
        self._out.discard(key)

    async def to_its_end(self, key: str, reply: Coroutine[Any, Any, Result]) -> Result:
        """The reply; where nobody waits for it any more, it is given up only if the call is not out.

        LangGraph cancels what a node has under way as soon as another one raises.
        """
        task = asyncio.create_task(reply)
        self._awaited.add(task)
        task.add_done_callback(self._forget)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if key not in self._out:
                task.cancel()
            raise

    def _forget(self, task: asyncio.Task[Any]) -> None:
        """What became of it is known to whoever waits; where nobody does, its failure is of no interest."""
        self._awaited.discard(task)
        if not task.cancelled():
            task.exception()

    async def settle(self) -> None:
        """Let all come to their end, unless we are cancelled: then none of them goes on."""
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            for awaited in self._awaited:
                awaited.cancel()
        await asyncio.gather(*self._awaited, return_exceptions=True)
