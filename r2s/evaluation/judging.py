"""The engine of all judges: a question put to a model about each of many things, the verdicts in their order.

The judge is a role like any other: a question goes through `agents/ask.py`, its reply is kept in a journal, by default
that of the run that is judged, so that a repeated evaluation pays nothing. A reply that cannot be used is asked for
again with its fault named; what stays without a verdict is unjudged, and never a score.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from r2s.config import RunConfig
from r2s.errors import AnswerError, WaitingError
from r2s.models.journal import Journal
from r2s.models.journal.address import Where
from r2s.models.request import Answer, Model, Reply
from r2s.runs.back_ends import BackEnds
from r2s.runs.conveyor import IN_PLAY, WINDOW, in_order
from r2s.runs.meter import Meter
from r2s.runs.waiting import Waiting, wait_for
from r2s.usage import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Item = TypeVar("Item")


@dataclass(frozen=True)
class Verdict(Generic[Item, Answer]):
    """What a judge said of an item: the answer, or null and the `fault` because of which there is none.

    One that `is_waiting` waits for a reply that comes from outside (a batch).
    """

    item: Item
    answer: Answer | None
    usage: Usage = field(default_factory=Usage)
    fault: str = ""
    is_waiting: bool = False


@dataclass
class Judging:
    """One sitting of a judge; to be entered by `async with`.

    The model is what the configuration names for `role`. `journal` keeps the replies; without one nothing is kept.
    `models` stands in for all names where a caller brings a model of its own, and `budget` is a meter that several
    sittings share.
    """

    config: RunConfig
    role: str = "judge"
    journal: Where | None = field(default=None, repr=False)
    models: Callable[[str], Model | BaseChatModel] | None = None
    tell: Callable[[str, dict[str, Any]], None] = lambda name, facts: None
    budget: Meter | None = None
    meter: Meter = field(init=False)
    waiting: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.meter = self.budget or Meter(self.config.limits)
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        journal = await self._open.enter_async_context(Journal(self.journal)) if self.journal else None
        self._back_ends = BackEnds(self.config, self.meter, journal=journal, given=self.models, tell=self.tell)
        self._open.push_async_callback(self._back_ends.close)
        self._model = self._back_ends.of(self.role)
        self._room = asyncio.Semaphore(IN_PLAY * self.config.limits.concurrency)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._open.aclose()

    @property
    def name(self) -> str:
        """What judges, as results tell it."""
        return self._model.name

    def stop(self) -> None:
        """Let no call begin any more; the sitting ends once those under way have ended."""
        self.meter.stop()

    async def about(
        self, items: Iterable[Item], question: Callable[[Model, Item], Awaitable[Reply[Answer]]]
    ) -> AsyncIterator[Verdict[Item, Answer]]:
        """Put the question about every item, many at once, and give each verdict in the order of the items.

        A spent budget, a lost endpoint or a request to stop is raised after all verdicts before it.
        """
        jobs = (self._verdict(item, question) for item in items)
        window = WINDOW * self.config.limits.concurrency
        async for verdict in in_order(jobs, window=window, meter=self.meter):
            yield verdict

    async def _verdict(
        self, item: Item, question: Callable[[Model, Item], Awaitable[Reply[Answer]]]
    ) -> Verdict[Item, Answer]:
        async with self._room:
            try:
                reply = await question(self._model, item)
            except WaitingError as error:
                self.waiting += 1
                return Verdict(item, None, fault=str(error), is_waiting=True)
            except AnswerError as error:
                return Verdict(item, None, error.usage, str(error))
        return Verdict(item, reply.answer, reply.usage)

    def awaited(self) -> Waiting | None:
        """Write the requests that questions wait for; None where none waits."""
        return wait_for(self._back_ends.wanted.values(), self.waiting, self.journal or Path())
