"""The engine: many dialogues at once, here or in other processes, their results in the order of the documents."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Protocol

from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure
from r2s.errors import EndpointError, R2SError, RunError, WaitingError
from r2s.models.request import Model
from r2s.runs.casts import Casts
from r2s.runs.conveyor import IN_PLAY, WINDOW, in_order
from r2s.runs.events import DialogueFinished, DialogueWaiting, DocumentFailed, Event, Tell, tell_nobody
from r2s.runs.meter import Meter
from r2s.runs.methods import method_graph
from r2s.runs.simulation import simulate

log = logging.getLogger(__name__)

Skip = Callable[[str, int], bool]


class Table(Protocol):
    """Where dialogues are played."""

    async def event(self, document: Document | DocumentFailure, replicate: int) -> Event:
        """What comes of one dialogue; raises `RunError` or `EndpointError` where none can be played any more."""
        ...


async def play(
    documents: Iterable[Document | DocumentFailure],
    config: RunConfig,
    *,
    run: str,
    meter: Meter,
    models: Callable[[str], Model],
    casts: Casts,
    skip: Skip = lambda document, replicate: False,
    table: Table | None = None,
    tell: Tell = tell_nobody,
) -> AsyncIterator[Event]:
    """Play every document's dialogues and give each result in order; memory does not grow with the documents.

    A failed document is an event, as is a dialogue that waits for replies, and the others go on. A spent budget, a lost
    endpoint or a request to stop ends the run with its error, after the results of all dialogues before it: no call
    begins any more, and those under way are let to their end, as they are paid for. `skip` passes over dialogues that
    are there already. `table` is where dialogues are played, if not in this process; in it, `tell` hears of each turn
    when it has been played.
    """
    table = table or LocalTable(config, run, models, casts, tell)
    jobs = (table.event(document, replicate) for document, replicate in _dialogues(documents, config.dialogues, skip))
    async for event in in_order(jobs, window=WINDOW * config.limits.concurrency, meter=meter):
        yield event


def _dialogues(
    documents: Iterable[Document | DocumentFailure], dialogues: int, skip: Skip
) -> Iterator[tuple[Document | DocumentFailure, int]]:
    for document in documents:
        if isinstance(document, DocumentFailure):
            yield document, 0
            continue
        for replicate in range(dialogues):
            if not skip(document.id, replicate):
                yield document, replicate


def unread(failure: DocumentFailure, replicate: int) -> DocumentFailed:
    """What comes of a document that could not be read."""
    return DocumentFailed(failure.document, replicate, "document", failure.message)


class LocalTable:
    """Plays in this process: the graph, its models, and room for a bounded number of dialogues at once."""

    def __init__(self, config: RunConfig, run: str, models: Callable[[str], Model], casts: Casts, tell: Tell) -> None:
        self.config, self.run, self.casts, self.tell = config, run, casts, tell
        self.graph = method_graph(config, models)
        self.caster = models("caster")
        self.room = asyncio.Semaphore(IN_PLAY * config.limits.concurrency)

    async def event(self, document: Document | DocumentFailure, replicate: int) -> Event:
        if isinstance(document, DocumentFailure):
            return unread(document, replicate)
        async with self.room:
            try:
                tree = await simulate(
                    document,
                    replicate,
                    config=self.config,
                    run=self.run,
                    graph=self.graph,
                    caster=self.caster,
                    casts=self.casts,
                    tell=self.tell,
                )
            except (RunError, EndpointError):
                raise
            except WaitingError:
                return DialogueWaiting(document.id, replicate)
            except R2SError as error:
                return DocumentFailed(document.id, replicate, error.kind, str(error))
            except Exception as error:
                # A fault of ours on one document must not cost a long run; it is recorded under a kind of its own.
                log.exception("unexpected failure on %s", document.id)
                return DocumentFailed(document.id, replicate, "unexpected", f"{type(error).__name__}: {error}")
        return DialogueFinished(tree)
