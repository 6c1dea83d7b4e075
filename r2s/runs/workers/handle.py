"""One worker as its driver sees it: what it plays, what it holds of the budget, what it waits for."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from r2s.errors import R2SError
from r2s.runs.events import Event
from r2s.runs.meter import Spent
from r2s.runs.workers.channel import Channel
from r2s.runs.workers.wire import encode


@dataclass(eq=False)
class Assignment:
    """A dialogue on its way: `deaths` counts the workers in a row that died on it before one call of it ended."""

    number: int
    document: str
    replicate: int
    job: str
    event: asyncio.Future[Event]
    deaths: int = 0
    has_gone_on: bool = False

    def end(self, event: Event | R2SError) -> None:
        """Give what came of it to whoever still waits."""
        if self.event.done():
            return
        if isinstance(event, R2SError):
            self.event.set_exception(event)
        else:
            self.event.set_result(event)


@dataclass(eq=False)
class WorkerHandle:
    """A worker that lives, or is about to; `room` is how many dialogues it may have in play."""

    number: int
    room: int
    channel: Channel
    is_ready: bool = False
    assignments: dict[int, Assignment] = field(default_factory=dict)
    held: Spent = field(default_factory=Spent)
    asks: set[asyncio.Task[None]] = field(default_factory=set)
    figures: asyncio.Future[dict[str, Any]] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def has_room(self) -> bool:
        return self.is_ready and len(self.assignments) < self.room

    def tell(self, kind: str, *facts: Any) -> None:
        """Send the worker a message."""
        self.channel.send(encode(kind, *facts))

    def play(self, assignment: Assignment) -> None:
        """Have it play a dialogue."""
        assignment.has_gone_on = False
        self.assignments[assignment.number] = assignment
        self.tell("play", assignment.number, assignment.job)
