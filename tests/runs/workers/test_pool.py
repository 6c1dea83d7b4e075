"""The pool with real workers in this event loop: order, deaths, suspects, budget, and what ends it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from r2s.config import Limits, RunConfig, load_config
from r2s.documents import Document
from r2s.errors import BudgetError, ConfigError, JournalError, RunError, StoppedError
from r2s.models.journal import Journal
from r2s.runs.back_ends import BackEnds
from r2s.runs.casts import casts_for
from r2s.runs.engine import play
from r2s.runs.events import DialogueFinished, DocumentFailed, Event, Tell, tell_nobody
from r2s.runs.meter import Meter
from r2s.runs.workers import pool
from r2s.runs.workers.channel import Channel, LostWorkerError
from r2s.runs.workers.job import share
from r2s.runs.workers.journal_desk import JournalDesk
from r2s.runs.workers.pool import WorkerPool
from r2s.runs.workers.pools import pool_for
from r2s.runs.workers.wire import decode
from r2s.runs.workers.worker import Worker
from tests.conftest import lighthouse

SETTINGS: dict[str, Any] = {"turns": 2, "reviewers": 1, "limits.concurrency": 4}


class Here:
    """Workers in this loop; what `kills` says of a message they are sent is what they die of."""

    def __init__(self, count: int = 2, kills: Callable[[str, list[Any]], bool] = lambda kind, facts: False) -> None:
        self.count, self.kills, self.deaths = count, kills, 0

    async def open(self) -> None: ...

    def channel(self) -> Channel:
        return Thread(self)

    async def close(self) -> None: ...


class Thread:
    """A channel to a worker in this loop."""

    def __init__(self, launcher: Here) -> None:
        self.launcher = launcher
        self.said: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.is_dead = False

    async def open(self) -> None:
        self.worker = Worker(self._hear)

    def _hear(self, frame: bytes) -> None:
        if not self.is_dead:
            self.said.put_nowait(frame)

    def send(self, frame: bytes) -> None:
        if self.is_dead:
            return
        if self.launcher.kills(*decode(frame)):
            self.is_dead = True
            self.launcher.deaths += 1
            self.said.put_nowait(None)
        else:
            self.worker.hear(frame)

    async def receive(self) -> bytes:
        frame = await self.said.get()
        if frame is None:
            raise LostWorkerError("it was told to die")
        return frame

    async def close(self) -> None:
        self.is_dead = True


def documents(count: int) -> list[Document]:
    return [lighthouse(id=f"d{number}", text=f"Light {number}. {lighthouse().text}") for number in range(count)]


def plays(poison: str) -> Callable[[str, list[Any]], bool]:
    """Dying of a document."""
    return lambda kind, facts: kind == "play" and f'"id":"{poison}"' in facts[1]


@asynccontextmanager
async def pool_on(
    launcher: Here,
    config: RunConfig,
    meter: Meter,
    casts_from: Sequence[Document] = (),
    journal: Journal | None = None,
    tell: Tell = tell_nobody,
) -> AsyncIterator[WorkerPool]:
    engine = {"kind": "local", "workers": launcher.count}
    made = pool_for(
        config.model_copy(update={"engine": config.engine.model_copy(update=engine)}),
        meter,
        run="run",
        casts=casts_for(config, lambda: casts_from),
        tell=tell,
        journal=journal,
    )
    assert made is not None
    made._launcher = launcher
    try:
        await made.begin()
        yield made
    finally:
        await made.end()


async def played(
    docs: Sequence[Document], config: RunConfig, launcher: Here | None, meter: Meter | None = None
) -> list[Event]:
    """The results with a pool, or without."""
    meter, casts = meter or Meter(config.limits), casts_for(config, lambda: docs)
    back_ends = BackEnds(config, meter)

    async def all_events(table: WorkerPool | None) -> list[Event]:
        events = play(docs, config, run="run", meter=meter, models=back_ends.of, casts=casts, table=table)
        return [event async for event in events]

    if launcher is None:
        return await all_events(None)
    async with pool_on(launcher, config, meter, docs) as hired:
        return await all_events(hired)


@pytest.mark.parametrize("casting", ["sampled", "quota"])
async def test_a_pool_gives_the_events_of_one_process_in_their_order(casting):
    config = load_config(flags={**SETTINGS, "policies.casting.kind": casting, "dialogues": 2})

    events = await played(documents(5), config, Here(3))

    assert events == await played(documents(5), config, None)


async def test_a_document_that_kills_its_workers_fails_and_the_others_go_on():
    config = load_config(flags=SETTINGS)
    launcher = Here(2, plays("d3"))

    events = await played(documents(8), config, launcher)

    failed = [event for event in events if isinstance(event, DocumentFailed)]
    assert [(event.document, event.kind) for event in failed] == [("d3", "worker")]
    assert "it was told to die" in failed[0].message
    assert [event.tree.document.id for event in events if isinstance(event, DialogueFinished)] == [
        f"d{number}" for number in range(8) if number != 3
    ]
    assert launcher.deaths == 3


async def test_workers_that_die_before_they_begin_end_the_run(monkeypatch):
    monkeypatch.setattr(pool, "PAUSE", 0.0)
    launcher = Here(1, lambda kind, facts: kind == "begin")

    with pytest.raises(RunError, match="die before they can begin, at last: it was told to die"):
        await played(documents(1), load_config(flags=SETTINGS), launcher)

    assert launcher.deaths == 3


async def test_workers_that_die_before_they_begin_are_tried_on_while_others_play(monkeypatch):
    monkeypatch.setattr(pool, "PAUSE", 0.0)
    begun: list[int] = []

    def second_to_tenth(kind: str, facts: list[Any]) -> bool:
        begun.extend([len(begun)] if kind == "begin" else [])
        return kind == "begin" and 1 <= begun[-1] < 10

    events = await played(documents(6), load_config(flags=SETTINGS), Here(2, second_to_tenth))

    assert all(isinstance(event, DialogueFinished) for event in events)


async def test_what_keeps_a_worker_from_beginning_keeps_the_run_from_it(monkeypatch):
    monkeypatch.setattr("r2s.runs.workers.worker.version", lambda name: "0.0.1")

    with pytest.raises(ConfigError, match=r"a worker has R2S 0\.0\.1"):
        await played(documents(1), load_config(flags=SETTINGS), Here())


async def test_a_stop_before_the_first_worker_can_play_is_not_waited_for():
    """Nobody starts a worker any more then, so that none would ever come."""

    class Slow(Here):
        async def open(self) -> None:
            meter.stop()

    config = load_config(flags=SETTINGS)
    meter = Meter(config.limits)

    with pytest.raises(StoppedError):
        await asyncio.wait_for(played(documents(1), config, Slow(), meter), 20)


async def test_a_budget_is_kept_by_all_workers_together():
    config = load_config(flags={**SETTINGS, "limits.max_calls": 25})
    meter = Meter(config.limits)

    async with pool_on(Here(), config, meter) as hired:
        results = await asyncio.gather(*(hired.event(one, 0) for one in documents(6)), return_exceptions=True)

    assert any(isinstance(result, BudgetError) for result in results)
    assert meter.calls == 25
    assert meter.held.tokens == 0


@pytest.mark.parametrize("model", ["extractive", "openai:mock"])
@pytest.mark.parametrize("most", [None, 1000])
async def test_the_driver_knows_what_its_workers_spend_with_a_budget_and_without(serve, model, most):
    server = await serve()
    prices = {"prices": {"openai:mock": {"input": 1.0, "output": 2.0}}, "base_url": server.url}
    config = load_config(flags={**SETTINGS, **prices, "models.default": model, "limits.max_calls": most})
    alone, together = Meter(config.limits), Meter(config.limits)

    await played(documents(3), config, None, alone)
    await played(documents(3), config, Here(), together)

    assert together.calls == alone.calls > 0
    assert together.spent.tokens == alone.spent.tokens
    assert together.pulse().dollars == pytest.approx(alone.pulse().dollars)


async def test_what_workers_tell_and_cannot_be_written_down_ends_the_run_and_leaves_it_not_waiting():
    config, docs = load_config(flags=SETTINGS), documents(6)
    meter = Meter(config.limits)

    def tell(name: str, facts: dict[str, Any]) -> None:
        if name == "turn":
            raise RunError("events.jsonl cannot be written: No space left on device")

    async with asyncio.timeout(60), pool_on(Here(2), config, meter, docs, tell=tell) as hired:
        done = await asyncio.gather(*(hired.event(document, 0) for document in docs), return_exceptions=True)

    assert str(meter.closed) == "events.jsonl cannot be written: No space left on device"
    assert any(isinstance(one, RunError) for one in done)


async def test_a_journal_that_cannot_be_written_ends_the_run_and_leaves_no_worker_waiting(tmp_path, monkeypatch):
    config, docs = load_config(flags={**SETTINGS, "models.default": "openai:mock"}), documents(2)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    meter = Meter(config.limits)

    def full(*given: Any, **more: Any) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    async with asyncio.timeout(60), Journal(tmp_path / "journal.sqlite") as journal:
        monkeypatch.setattr(journal.store, "insert", full)
        monkeypatch.setattr(journal.store, "find", full)
        async with pool_on(Here(2), config, meter, docs, journal) as hired:
            done = await asyncio.gather(*(hired.event(document, 0) for document in docs), return_exceptions=True)
            with pytest.raises(JournalError, match="could not be written to the journal: database or disk is full"):
                await JournalDesk(journal.store).serve(0, "insert", [[], False])

    assert all(isinstance(one, JournalError) and "disk is full" in str(one) for one in done), done


async def test_a_closed_run_begins_no_dialogue_and_ends_those_that_wait():
    config = load_config(flags=SETTINGS)
    meter = Meter(config.limits)

    async with pool_on(Here(), config, meter) as hired:
        waiting = [asyncio.create_task(hired.event(one, 0)) for one in documents(30)]
        await asyncio.sleep(0)
        meter.close(StoppedError("enough"))
        results = await asyncio.gather(*waiting, return_exceptions=True)
        with pytest.raises(StoppedError):
            await hired.event(documents(1)[0], 0)

    assert {type(result) for result in results} == {StoppedError}


def test_without_ray_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr("r2s.runs.workers.cluster.find_spec", lambda name: None)
    config = load_config(flags={"engine.kind": "ray"})

    with pytest.raises(ConfigError, match=r"pip install 'r2s-dialogues\[ray\]'"):
        pool_for(config, Meter(config.limits), run="run", casts=casts_for(config, lambda: ()), tell=print)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_workers_share_the_whole_capacity_and_no_more(count):
    limits = Limits(concurrency=7, requests_per_minute=90, tokens_per_minute=1000)

    shares = [share(limits, number, count) for number in range(count)]

    assert sum(one.concurrency for one in shares) == 7
    assert sum(one.requests_per_minute or 0 for one in shares) == pytest.approx(90)
    assert sum(one.tokens_per_minute or 0 for one in shares) == pytest.approx(1000)
    assert min(one.concurrency for one in shares) >= 1


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"engine.workers": 2, "models.default": "batch:requests"}, "leave --engine and --workers away"),
        ({"engine.workers": 2, "models.default": "vllm:model"}, "--engine ray gives them one each"),
    ],
)
def test_what_other_processes_cannot_play_is_refused(flags, said, tmp_path: Path):
    config = load_config(flags=flags)

    with pytest.raises(ConfigError, match=said):
        pool_for(config, Meter(config.limits), run="run", casts=casts_for(config, lambda: ()), tell=print)
