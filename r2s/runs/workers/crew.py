"""The crew: workers that are kept alive, and what they play put together again.

A worker that dies is replaced, and its dialogues are played again over the journal: of their calls only those that
were under way are repeated.
"""

import asyncio
import contextlib
import functools
import itertools
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from r2s.documents import Document, DocumentFailure
from r2s.errors import R2SError, RunError
from r2s.models.journal import Journal
from r2s.runs.casts import Casts
from r2s.runs.conveyor import IN_PLAY
from r2s.runs.endpoints import added
from r2s.runs.engine import unread
from r2s.runs.events import DialogueFinished, DialogueWaiting, DocumentFailed, Event, Tell
from r2s.runs.meter import Meter
from r2s.runs.workers.job import Job, Task, share
from r2s.runs.workers.journal_desk import JournalDesk
from r2s.runs.workers.line import LostWorkerError, Site
from r2s.runs.workers.member import Member, Part
from r2s.runs.workers.rota import Rota
from r2s.runs.workers.wire import decode, heard, told
from r2s.trees.tree import read_tree
from r2s.usage import Usage

log = logging.getLogger(__name__)

# Workers that die before they can begin, one after the other while nobody plays, are no accident. Beside workers that
# play they are tried on and on, in case a node that is lost has not been missed yet: after so many seconds, and more.
STILLBORN = 3
PAUSE, LONGEST_PAUSE = 1.0, 30.0
# Seconds to wait for a new worker before whoever watches is told, and for one to say good-bye.
LONG, FAREWELL = 60.0, 10.0


class Crew:
    """Plays in other processes: a `Table` of the engine. Raises what the run ends by, as a table in this process does.

    `casts` are asked for where they come of the whole run, and follow from each document else.
    """

    def __init__(
        self, site: Site, task: Task, meter: Meter, *, journal: Journal | None, casts: Casts | None, tell: Tell
    ) -> None:
        self._site, self._task, self._meter, self._casts, self._tell = site, task, meter, casts, tell
        self._journal = journal
        self._desk: JournalDesk | None = None
        self._rota = Rota()
        self._numbers, self._workers = itertools.count(), itertools.count()
        self._places: list[asyncio.Task[None]] = []
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stillborn, self._is_ending = 0, False
        self._said: dict[str, Callable[..., None]] = {
            "ready": self._ready,
            "unfit": lambda member, error: self._give_up(heard(error)),
            "played": self._played,
            "stopped": self._stopped,
            "note": self._note,
            "ask": self._ask,
            "pay": self._pay,
            "paid": lambda member, paid: self._meter.add(Usage(*paid)),
            "ended": lambda member, figures: member.figures.set_result(figures),
            "broken": self._broken,
        }

    async def begin(self) -> None:
        """Bring the workers to life; returns once the first can play, and raises what keeps them from it."""
        self._desk = JournalDesk(self._journal.store) if self._journal else None
        self._meter.watchers.append(self._close)
        await self._site.open()
        count = min(self._site.count, self._meter.limits.concurrency)
        self._places = [asyncio.create_task(self._keep(number, count)) for number in range(count)]
        for place in self._places:
            place.add_done_callback(self._check)
        await self._first

    async def event(self, document: Document | DocumentFailure, replicate: int) -> Event:
        """What comes of one dialogue."""
        if isinstance(document, DocumentFailure):
            return unread(document, replicate)
        self._meter.check_open()
        cast = self._casts.cast(document, replicate) if self._casts else None
        job = Job(document=document, replicate=replicate, cast=cast).model_dump_json()
        event: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._rota.add(Part(next(self._numbers), document.id, replicate, job, event))
        return await event

    async def end(self) -> dict[str, Any]:
        """Let the workers go and return what they counted by endpoint; those who still play are not waited for."""
        self._is_ending = True
        with contextlib.suppress(ValueError):
            self._meter.watchers.remove(self._close)
        figures = await self._farewell()
        for place in self._places:
            place.cancel()
        await asyncio.gather(*self._places, return_exceptions=True)
        if self._desk:
            self._desk.close()
        await self._site.close()
        self._first.cancel()
        return figures

    async def _farewell(self) -> dict[str, Any]:
        """What the workers that play nothing have counted."""
        members = [member for member in self._rota.members if member.is_ready and not member.parts]
        for member in members:
            member.tell("end")
        if members:
            await asyncio.wait([member.figures for member in members], timeout=FAREWELL)
        told = (member.figures.result() for member in members if member.figures.done())
        return functools.reduce(partial(added, at_once=True), told, {})

    async def _keep(self, number: int, count: int) -> None:
        """Keep one place in the crew filled, as long as the run is open."""
        limits = share(self._meter.limits, number, count)
        while self._meter.closed is None and not self._is_ending:
            member = Member(next(self._workers), IN_PLAY * limits.concurrency, self._site.line())
            late = asyncio.get_running_loop().call_later(LONG, self._say_late, member)
            try:
                await self._employ(member, limits.model_dump(mode="json"))
            except LostWorkerError as error:
                await self._bury(member, str(error))
            finally:
                late.cancel()
                await member.line.close()
            if self._stillborn:
                await asyncio.sleep(min(PAUSE * self._stillborn, LONGEST_PAUSE))

    async def _employ(self, member: Member, limits: dict[str, Any]) -> None:
        self._rota.join(member)
        await member.line.open()
        member.tell("begin", self._task.model_dump(mode="json"), limits)
        while True:
            kind, facts = decode(await member.line.receive())
            try:
                self._said[kind](member, *facts)
            except R2SError as error:
                # What it says cannot be written down, on a full disk for one: it is heard on, to let its calls end.
                self._give_up(error)

    async def _bury(self, member: Member, reason: str) -> None:
        """A worker is gone: give back its turns, count as spent what it may have spent, have its dialogues played."""
        is_stillborn, member.is_ready = not member.is_ready, False
        await asyncio.gather(*member.asks, return_exceptions=True)
        if self._desk:
            await self._desk.dismiss(member.number)
        lost = Usage(prompt_tokens=member.held.tokens, cost_usd=member.held.dollars)
        self._meter.pay(lost, lost)
        if not self._is_ending:
            self._tell("worker_lost", {"worker": member.number, "reason": reason, "dialogues": len(member.parts)})
            log.warning("worker %d is gone (%s); another takes its place", member.number, reason)
        self._rota.leave(member, reason)
        if not member.figures.done():
            member.figures.set_result({})
        self._stillborn = self._stillborn + 1 if is_stillborn else 0
        if self._stillborn >= STILLBORN and not any(other.is_ready for other in self._rota.members):
            self._give_up(RunError(f"workers die before they can begin, at last: {reason}"))
        if self._meter.closed is not None:
            self._rota.dismiss(self._meter.closed)
        self._rota.hand_out()

    def _say_late(self, member: Member) -> None:
        if not member.is_ready:
            log.warning("worker %d has not begun for %.0f s; are there free cores for it?", member.number, LONG)

    def _give_up(self, error: R2SError) -> None:
        """No worker can play: the run ends."""
        if not self._first.done():
            self._first.set_exception(error)
        self._meter.close(error)

    def _check(self, place: "asyncio.Task[None]") -> None:
        """A fault of ours in keeping a place must end the run, not leave it waiting."""
        if not place.cancelled() and (error := place.exception()):
            log.error("a place in the crew is lost", exc_info=error)
            self._give_up(RunError(f"a worker cannot be kept: {type(error).__name__}: {error}"))

    def _close(self, reason: R2SError) -> None:
        """The run is closed: no call begins any more anywhere, and what waits for a worker waits no longer."""
        for member in self._rota.members:
            if member.is_ready:
                member.tell("close", told(reason))
        self._rota.dismiss(reason)

    def _ready(self, member: Member) -> None:
        member.is_ready = True
        self._tell("worker_ready", {"worker": member.number})
        if not self._first.done():
            self._first.set_result(None)
        if self._meter.closed is not None:
            member.tell("close", told(self._meter.closed))
        self._rota.hand_out()

    def _played(self, member: Member, number: int, kind: str, *facts: str) -> None:
        part = member.parts.pop(number)
        part.end(_event(part, kind, *facts))
        self._rota.hand_out()

    def _stopped(self, member: Member, number: int, error: list[str]) -> None:
        member.parts.pop(number).end(heard(error))
        self._rota.hand_out()

    def _broken(self, member: Member, message: str) -> None:
        raise LostWorkerError(message)

    def _note(self, member: Member, number: int | None, name: str, facts: dict[str, Any]) -> None:
        if name == "call" and number in member.parts:
            member.parts[number].has_gone_on = True
        self._tell(name, facts)

    def _ask(self, member: Member, number: int, what: str, given: Any) -> None:
        asking = asyncio.create_task(self._answer(member, number, what, given))
        member.asks.add(asking)
        asking.add_done_callback(member.asks.discard)

    async def _answer(self, member: Member, number: int, what: str, given: Any) -> None:
        try:
            if what == "take":
                answer = self._take(member, Usage(*given))
            else:
                assert self._desk is not None, "without a journal nobody asks for it"
                answer = await self._desk.serve(member.number, what, given)
        except R2SError as error:
            return member.tell("refuse", number, told(error))
        member.tell("answer", number, answer)

    def _take(self, member: Member, worst: Usage) -> None:
        self._meter.count(worst)
        member.held.add(worst)

    def _pay(self, member: Member, worst: list[Any], paid: list[Any]) -> None:
        member.held.add(Usage(*worst), -1)
        self._meter.pay(Usage(*worst), Usage(*paid))


def _event(part: Part, kind: str, *facts: str) -> Event:
    """What came of a dialogue, from what its worker said."""
    match kind:
        case "tree":
            return DialogueFinished(read_tree(facts[0], f"the tree of {part.document}"))
        case "waiting":
            return DialogueWaiting(part.document, part.replicate)
        case _:
            return DocumentFailed(part.document, part.replicate, *facts)
