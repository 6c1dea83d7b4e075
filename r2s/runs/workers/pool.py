"""The pool: workers that are kept alive, and what they play put together again.

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
from r2s.runs.workers.channel import Launcher, LostWorkerError
from r2s.runs.workers.handle import Assignment, WorkerHandle
from r2s.runs.workers.job import Job, Task, share
from r2s.runs.workers.journal_desk import JournalDesk
from r2s.runs.workers.scheduler import Scheduler
from r2s.runs.workers.wire import decode, heard, told
from r2s.trees.tree import read_tree
from r2s.usage import Usage

log = logging.getLogger(__name__)

# Workers that die before they can begin, one after the other while nobody plays, are no accident. Beside workers that
# play they are tried on and on, in case a node that is lost has not been missed yet: after so many seconds, and more.
FAILED_STARTS = 3
PAUSE, LONGEST_PAUSE = 1.0, 30.0
# Seconds to wait for a new worker before whoever watches is told, and for one to say good-bye.
LATE, SHUTDOWN = 60.0, 10.0


class WorkerPool:
    """Plays in other processes: a `Table` of the engine. Raises what the run ends by, as a table in this process does.

    `casts` are asked for where they come of the whole run, and follow from each document else.
    """

    def __init__(
        self, launcher: Launcher, task: Task, meter: Meter, *, journal: Journal | None, casts: Casts | None, tell: Tell
    ) -> None:
        self._launcher, self._task, self._meter, self._casts, self._tell = launcher, task, meter, casts, tell
        self._journal = journal
        self._desk: JournalDesk | None = None
        self._scheduler = Scheduler()
        self._numbers, self._worker_numbers = itertools.count(), itertools.count()
        self._places: list[asyncio.Task[None]] = []
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._failed_starts, self._is_ending = 0, False
        self._said: dict[str, Callable[..., None]] = {
            "ready": self._ready,
            "unfit": lambda worker, error: self._give_up(heard(error)),
            "played": self._played,
            "stopped": self._stopped,
            "note": self._note,
            "ask": self._ask,
            "pay": self._pay,
            "paid": lambda worker, paid: self._meter.add(Usage(*paid)),
            "ended": lambda worker, figures: worker.figures.set_result(figures),
            "broken": self._broken,
        }

    async def begin(self) -> None:
        """Bring the workers to life; returns once the first can play, and raises what keeps them from it."""
        self._desk = JournalDesk(self._journal.store) if self._journal else None
        self._meter.watchers.append(self._close)
        await self._launcher.open()
        count = min(self._launcher.count, self._meter.limits.concurrency)
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
        self._scheduler.add(Assignment(next(self._numbers), document.id, replicate, job, event))
        return await event

    async def end(self) -> dict[str, Any]:
        """Let the workers go and return what they counted by endpoint; those who still play are not waited for."""
        self._is_ending = True
        with contextlib.suppress(ValueError):
            self._meter.watchers.remove(self._close)
        figures = await self._last_figures()
        for place in self._places:
            place.cancel()
        await asyncio.gather(*self._places, return_exceptions=True)
        if self._desk:
            self._desk.close()
        await self._launcher.close()
        # Nobody has to hear what ended the wait for the first worker where nobody waits.
        if not self._first.cancel() and not self._first.cancelled():
            self._first.exception()
        return figures

    async def _last_figures(self) -> dict[str, Any]:
        """What the workers that play nothing have counted."""
        workers = [worker for worker in self._scheduler.workers if worker.is_ready and not worker.assignments]
        for worker in workers:
            worker.tell("end")
        if workers:
            await asyncio.wait([worker.figures for worker in workers], timeout=SHUTDOWN)
        told = (worker.figures.result() for worker in workers if worker.figures.done())
        return functools.reduce(partial(added, at_once=True), told, {})

    async def _keep(self, number: int, count: int) -> None:
        """Keep one place in the pool filled, as long as the run is open."""
        limits = share(self._meter.limits, number, count)
        while self._meter.closed is None and not self._is_ending:
            worker = WorkerHandle(next(self._worker_numbers), IN_PLAY * limits.concurrency, self._launcher.channel())
            late = asyncio.get_running_loop().call_later(LATE, self._say_late, worker)
            try:
                await self._converse(worker, limits.model_dump(mode="json"))
            except LostWorkerError as error:
                await self._replace_lost(worker, str(error))
            finally:
                late.cancel()
                await worker.channel.close()
            if self._failed_starts:
                await asyncio.sleep(min(PAUSE * self._failed_starts, LONGEST_PAUSE))

    async def _converse(self, worker: WorkerHandle, limits: dict[str, Any]) -> None:
        self._scheduler.join(worker)
        await worker.channel.open()
        worker.tell("begin", self._task.model_dump(mode="json"), limits)
        while True:
            kind, facts = decode(await worker.channel.receive())
            try:
                self._said[kind](worker, *facts)
            except R2SError as error:
                # What it says cannot be written down, on a full disk for one: it is heard on, to let its calls end.
                self._give_up(error)

    async def _replace_lost(self, worker: WorkerHandle, reason: str) -> None:
        """A worker is gone: give back its turns, count as spent what it may have spent, have its dialogues played."""
        never_began, worker.is_ready = not worker.is_ready, False
        await asyncio.gather(*worker.asks, return_exceptions=True)
        if self._desk:
            await self._desk.dismiss(worker.number)
        lost = Usage(prompt_tokens=worker.held.tokens, cost_usd=worker.held.dollars)
        self._meter.pay(lost, lost)
        if not self._is_ending:
            self._tell("worker_lost", {"worker": worker.number, "reason": reason, "dialogues": len(worker.assignments)})
            log.warning("worker %d is gone (%s); another takes its place", worker.number, reason)
        self._scheduler.leave(worker, reason)
        if not worker.figures.done():
            worker.figures.set_result({})
        self._failed_starts = self._failed_starts + 1 if never_began else 0
        if self._failed_starts >= FAILED_STARTS and not any(other.is_ready for other in self._scheduler.workers):
            self._give_up(RunError(f"workers die before they can begin, at last: {reason}"))
        if self._meter.closed is not None:
            self._scheduler.dismiss(self._meter.closed)
        self._scheduler.hand_out()

    def _say_late(self, worker: WorkerHandle) -> None:
        if not worker.is_ready:
            log.warning("worker %d has not begun for %.0f s; are there free cores for it?", worker.number, LATE)

    def _give_up(self, error: R2SError) -> None:
        """No worker can play: the run ends."""
        self._meter.close(error)

    def _check(self, place: "asyncio.Task[None]") -> None:
        """A fault of ours in keeping a place must end the run, not leave it waiting."""
        if not place.cancelled() and (error := place.exception()):
            log.error("a place in the pool is lost", exc_info=error)
            self._give_up(RunError(f"a worker cannot be kept: {type(error).__name__}: {error}"))

    def _close(self, reason: R2SError) -> None:
        """The run is closed: no call begins any more anywhere, and what waits for a worker waits no longer.

        Nobody starts a worker any more either, so the first of them is not waited for.
        """
        if not self._first.done():
            self._first.set_exception(reason)
        for worker in self._scheduler.workers:
            if worker.is_ready:
                worker.tell("close", told(reason))
        self._scheduler.dismiss(reason)

    def _ready(self, worker: WorkerHandle) -> None:
        worker.is_ready = True
        self._tell("worker_ready", {"worker": worker.number})
        if not self._first.done():
            self._first.set_result(None)
        if self._meter.closed is not None:
            worker.tell("close", told(self._meter.closed))
        self._scheduler.hand_out()

    def _played(self, worker: WorkerHandle, number: int, kind: str, *facts: str) -> None:
        assignment = worker.assignments.pop(number)
        assignment.end(_event(assignment, kind, *facts))
        self._scheduler.hand_out()

    def _stopped(self, worker: WorkerHandle, number: int, error: list[str]) -> None:
        worker.assignments.pop(number).end(heard(error))
        self._scheduler.hand_out()

    def _broken(self, worker: WorkerHandle, message: str) -> None:
        raise LostWorkerError(message)

    def _note(self, worker: WorkerHandle, number: int | None, name: str, facts: dict[str, Any]) -> None:
        if name == "call" and number in worker.assignments:
            worker.assignments[number].has_gone_on = True
        self._tell(name, facts)

    def _ask(self, worker: WorkerHandle, number: int, what: str, given: Any) -> None:
        asking = asyncio.create_task(self._answer(worker, number, what, given))
        worker.asks.add(asking)
        asking.add_done_callback(worker.asks.discard)

    async def _answer(self, worker: WorkerHandle, number: int, what: str, given: Any) -> None:
        try:
            if what == "take":
                answer = self._take(worker, Usage(*given))
            else:
                assert self._desk is not None, "without a journal nobody asks for it"
                answer = await self._desk.serve(worker.number, what, given)
        except R2SError as error:
            return worker.tell("refuse", number, told(error))
        worker.tell("answer", number, answer)

    def _take(self, worker: WorkerHandle, worst: Usage) -> None:
        self._meter.count(worst)
        worker.held.add(worst)

    def _pay(self, worker: WorkerHandle, worst: list[Any], paid: list[Any]) -> None:
        worker.held.add(Usage(*worst), -1)
        self._meter.pay(Usage(*worst), Usage(*paid))


def _event(assignment: Assignment, kind: str, *facts: str) -> Event:
    """What came of a dialogue, from what its worker said."""
    match kind:
        case "tree":
            return DialogueFinished(read_tree(facts[0], f"the tree of {assignment.document}"))
        case "waiting":
            return DialogueWaiting(assignment.document, assignment.replicate)
        case _:
            return DocumentFailed(assignment.document, assignment.replicate, *facts)
