"""The engine of judges: order, a journal that pays nothing twice, faults counted, limits kept, against a real server."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.config import load_config
from r2s.errors import BudgetError, EndpointError, StoppedError
from r2s.evaluation.judging import Judging, Verdict
from r2s.models.request import Model, Reply, Template
from r2s.trees.node import NOBODY
from tests.conftest import lighthouse
from tests.servers import serve as serve


class Mark(BaseModel):
    mark: int = Field(ge=1, le=5)


async def question(model: Model, number: int) -> Reply[Mark]:
    scene = Scene(lighthouse(), NOBODY, (), turn=0, seed=0)
    return await ask(model, "judge", scene, Mark, prompt=Template("Mark it.", "", f"Number {number}."))


def number_of(body: dict[str, Any]) -> int:
    return int(body["messages"][1]["content"].rpartition("Number ")[2].rstrip("."))


async def judged(url: str, count: int, journal: Path | None = None, **limits: Any) -> list[Verdict[int, Mark]]:
    flags = {f"limits.{name}": value for name, value in limits.items()}
    config = load_config(flags={"models.default": "openai:mock", "base_url": url, **flags})
    async with Judging(config, journal=journal) as judging:
        return [verdict async for verdict in judging.about(range(count), question)]


async def test_verdicts_come_in_the_order_of_the_items(serve):
    server = await serve(lambda body: json.dumps({"mark": number_of(body) % 5 + 1}), latency=0.01, jitter=1.0)

    verdicts = await judged(server.url, 40)

    assert [verdict.item for verdict in verdicts] == list(range(40))
    assert [verdict.answer.mark for verdict in verdicts if verdict.answer] == [number % 5 + 1 for number in range(40)]


async def test_a_repeated_sitting_asks_nothing_again(serve, tmp_path):
    server = await serve(lambda body: '{"mark": 3}')

    first = await judged(server.url, 5, tmp_path / "journal.sqlite")
    again = await judged(server.url, 7, tmp_path / "journal.sqlite")

    assert len(server.bodies) == 7
    assert again[:5] == first


async def test_a_reply_out_of_range_is_asked_for_again_and_then_counted_as_unjudged(serve):
    server = await serve(lambda body: '{"mark": 9}' if number_of_first(body) == 1 else '{"mark": 2}')

    verdicts = await judged(server.url, 3)

    assert [verdict.answer and verdict.answer.mark for verdict in verdicts] == [2, None, 2]
    assert "less than or equal to 5" in verdicts[1].fault
    assert verdicts[1].usage.replies == 3
    assert len(server.bodies) == 5


def number_of_first(body: dict[str, Any]) -> int:
    return number_of({"messages": body["messages"][:2]})


async def test_a_spent_budget_is_raised_after_the_verdicts_before_it(serve):
    server = await serve(lambda body: '{"mark": 2}')
    config = load_config(
        flags={"models.default": "openai:mock", "base_url": server.url, "limits.max_calls": 4, "limits.concurrency": 1}
    )
    done: list[int] = []

    async def run() -> None:
        async with Judging(config) as judging:
            async for verdict in judging.about(range(9), question):
                done.append(verdict.item)

    with pytest.raises(BudgetError):
        await run()

    assert done == [0, 1, 2, 3]


async def test_a_server_that_is_not_there_ends_the_sitting(tmp_path):
    with pytest.raises(EndpointError):
        await judged("http://127.0.0.1:9/v1", 2, patience=0.2)


async def test_requests_for_a_batch_wait_and_are_written(tmp_path):
    config = load_config(flags={"models.default": f"batch:{tmp_path / 'batch'}#mock"})
    async with Judging(config, journal=tmp_path / "journal.sqlite") as judging:
        verdicts = [verdict async for verdict in judging.about(range(2), question)]
        waiting = judging.awaited()

    assert [verdict.is_waiting for verdict in verdicts] == [True, True]
    assert waiting is not None
    assert waiting.requests == 2


async def test_a_stop_lets_no_call_begin_any_more(serve):
    server = await serve(lambda body: '{"mark": 2}', latency=0.01)
    config = load_config(flags={"models.default": "openai:mock", "base_url": server.url, "limits.concurrency": 1})
    async with Judging(config) as judging:
        verdicts = judging.about(range(50), question)
        await anext(verdicts)
        judging.stop()
        with pytest.raises(StoppedError, match="stopped on request"):
            await rest(verdicts)

    assert len(server.bodies) < 50


async def rest(verdicts: AsyncIterator[Verdict[int, Mark]]) -> None:
    async for _ in verdicts:
        await asyncio.sleep(0)
