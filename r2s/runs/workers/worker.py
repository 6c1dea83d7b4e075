"""A worker: it plays the dialogues it is sent, in its own event loop, with its own connections to the endpoint.

It holds nothing that is not the driver's already: calls are in the journal before their replies are used, trees are
sent as soon as they are complete.
"""

import asyncio
import os
from collections.abc import Callable
from contextvars import ContextVar
from importlib.metadata import version
from typing import Any

from r2s.agents.prompts import Prompts
from r2s.config import Limits, RunConfig
from r2s.documents import Document
from r2s.errors import ConfigError, EndpointError, R2SError, RunError
from r2s.models.journal import Journal
from r2s.runs.back_ends import BackEnds
from r2s.runs.casts import Casts, Seat, casts_for
from r2s.runs.engine import LocalTable
from r2s.runs.events import DialogueFinished, DialogueWaiting, DocumentFailed, Event
from r2s.runs.workers.far_meter import FarMeter
from r2s.runs.workers.far_store import FarStore
from r2s.runs.workers.job import Job, Task
from r2s.runs.workers.link import Link
from r2s.runs.workers.wire import decode, heard, told
from r2s.trees.node import Cast

# The number of the dialogue that something is done for.
_playing: ContextVar[int | None] = ContextVar("playing", default=None)


class Worker:
    """Hears what its driver says, and answers by `send`; made in the event loop that it works in."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._link = Link(send)
        self._stage: _Stage | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard: dict[str, Callable[..., None]] = {
            "begin": lambda task, limits: self._do(self._begin(Task(**task), Limits(**limits))),
            "play": lambda number, job: self._do(self._play(number, Job.model_validate_json(job))),
            "answer": self._link.answer,
            "refuse": lambda number, error: self._link.refuse(number, heard(error)),
            "close": lambda error: self._on_stage.meter.close(heard(error)),
            "end": lambda: self._do(self._end()),
        }

    def hear(self, frame: bytes) -> None:
        """Begin to do what a message says."""
        kind, facts = decode(frame)
        self._heard[kind](*facts)

    def _do(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        """A fault of ours must not leave the driver waiting: it takes this worker for dead, and another one."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._link.tell("broken", f"{type(error).__name__}: {error}")

    @property
    def _on_stage(self) -> "_Stage":
        assert self._stage is not None, "a driver speaks of dialogues once the worker is ready"
        return self._stage

    async def _begin(self, task: Task, limits: Limits) -> None:
        try:
            if task.version != version("r2s-dialogues"):
                raise ConfigError(f"a worker has R2S {version('r2s-dialogues')}, and the driver {task.version}")
            os.environ.update(task.environment)
            self._stage = _Stage(task, limits, self._link)
            await self._stage.open()
        except R2SError as error:
            return self._link.tell("unfit", told(error))
        self._link.tell("ready")

    async def _play(self, number: int, job: Job) -> None:
        _playing.set(number)
        try:
            event = await self._on_stage.event(job)
        except (RunError, EndpointError) as error:
            return self._link.tell("stopped", number, told(error))
        self._link.tell("played", number, *_result(event))

    async def _end(self) -> None:
        """Close what is open, and tell what was counted."""
        figures = await self._stage.close() if self._stage else {}
        self._link.tell("ended", figures)


class _Stage:
    """All that a worker plays with, for one run."""

    def __init__(self, task: Task, limits: Limits, link: Link) -> None:
        self.config = task.configuration(limits)
        self.meter = FarMeter(limits, link)
        self._journal = Journal(FarStore(link.ask_from_thread)) if task.has_journal else None

        def tell(name: str, facts: dict[str, Any]) -> None:
            link.tell("note", _playing.get(), name, facts)

        self._back_ends = BackEnds(
            self.config,
            self.meter,
            journal=self._journal,
            tell=tell,
            forgive=task.forgive,
            prompts=Prompts(task.prompts) if task.prompts else None,
        )
        self._casts = _SentCasts(self.config)
        self._table = LocalTable(self.config, task.run, self._back_ends.of, self._casts, tell)

    async def open(self) -> None:
        if self._journal:
            await self._journal.open()

    async def event(self, job: Job) -> Event:
        self._casts.take_in(job)
        return await self._table.event(job.document, job.replicate)

    async def close(self) -> dict[str, Any]:
        figures = await self._back_ends.figures()
        await self._back_ends.close()
        if self._journal:
            await self._journal.close()
        return figures


class _SentCasts:
    """The casts that come with dialogues; others follow from their documents."""

    def __init__(self, config: RunConfig) -> None:
        self._drawn: Casts = casts_for(config, lambda: ())
        self._sent: dict[Seat, Cast] = {}

    def take_in(self, job: Job) -> None:
        """Keep the cast of a dialogue until it is asked for."""
        if job.cast is not None:
            self._sent[Seat(job.document.id, job.replicate)] = job.cast

    def cast(self, document: Document, replicate: int) -> Cast:
        """The cast of a dialogue, asked for once."""
        return self._sent.pop(Seat(document.id, replicate), None) or self._drawn.cast(document, replicate)


def _result(event: Event) -> tuple[str, ...]:
    """What came of a dialogue, as it travels."""
    match event:
        case DialogueFinished():
            return "tree", event.tree.to_json()
        case DialogueWaiting():
            return ("waiting",)
        case DocumentFailed():
            return "failed", event.kind, event.message
