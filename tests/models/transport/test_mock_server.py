"""The mock server behaves as it is told to: whoever measures or tests against it relies on that."""

import asyncio
from collections import Counter
from pathlib import Path

import aiohttp
import pytest
from langchain_core.messages import BaseMessage, HumanMessage

from benchmarks.mock_server import Settings
from r2s.config import load_config
from r2s.models.failures import Failure, Overloaded, TimedOut, Unreachable
from r2s.runs.runner import Run
from tests.models.transport.conftest import MESSAGES, chat_at

SAMPLES = Path(__file__).resolve().parents[3] / "configs" / "samples"


def says(text: str) -> list[BaseMessage]:
    return [HumanMessage(content=text)]


async def outcomes(url: str, count: int) -> Counter[str]:
    """What becomes of calls made one after another."""
    seen = Counter[str]()
    chat = chat_at(url)
    for number in range(count):
        try:
            seen[(await chat.reply_to(says(f"call {number}"))).response_metadata["finish_reason"]] += 1
        except Failure as failure:
            seen[failure.kind] += 1
    return seen


async def test_faults_come_in_their_shares_and_the_same_ones_for_the_same_seed(serve) -> None:
    faults = {"429": 0.1, "500": 0.1, "reset": 0.1, "cut": 0.1}
    servers = [await serve(faults=faults, seed=seed) for seed in (1, 1, 2)]

    first, again, other = [await outcomes(server.url, 200) for server in servers]

    assert first == again
    assert first != other
    assert set(first) == {"overloaded", "transient", "unreachable", "length", "stop"}
    assert 100 < first["stop"] < 150


async def test_a_call_that_hangs_is_never_answered(serve) -> None:
    server = await serve(faults={"hang": 1.0})

    with pytest.raises(TimedOut):
        await chat_at(server.url, timeout=0.05).reply_to(MESSAGES)


async def test_it_refuses_what_goes_beyond_its_limit(serve) -> None:
    server = await serve(max_in_flight=3, latency=0.05)
    chat = chat_at(server.url)

    done = await asyncio.gather(*(chat.reply_to(MESSAGES) for _ in range(10)), return_exceptions=True)

    assert sum(isinstance(one, Overloaded) for one in done) == 7


async def test_it_goes_down_and_comes_back(serve) -> None:
    server = await serve(down_after=2, down_for=0.2)
    chat = chat_at(server.url)

    await chat.reply_to(MESSAGES)
    await chat.reply_to(MESSAGES)
    with pytest.raises(Unreachable):
        await chat.reply_to(MESSAGES)
    await asyncio.sleep(0.25)
    reply = await chat.reply_to(MESSAGES)

    assert reply.text


async def test_its_counts_tell_how_often_each_body_was_seen(serve) -> None:
    server = await serve()
    chat = chat_at(server.url)
    for text in ("a", "b", "a"):
        await chat.reply_to(says(text))

    async with aiohttp.ClientSession() as session, session.get(server.url.replace("/v1", "/stats")) as response:
        stats = await response.json()

    assert (stats["requests"], stats["distinct"], stats["by_status"]) == (3, 2, {"200": 3})
    assert sorted(stats["bodies"].values()) == sorted(stats["answered"].values()) == [1, 2]
    assert stats["in_flight"] == {"now": 0, "most": 1}
    assert 0 < stats["served_at_once"] <= 1


def test_a_fault_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="no such fault: 418"):
        Settings(faults={"418": 0.5})


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_it_plays_every_role_so_that_a_dialogue_comes_out_whole(serve, tmp_path: Path, language: str) -> None:
    server = await serve()
    flags = {"models": {"default": "openai:mock"}, "base_url": server.url, "turns": 4}

    report = await Run([SAMPLES / f"{language}-science.txt"], load_config(flags=flags), tmp_path / "run").play()
    figures = report.summary.figures()

    assert figures["turns"]["by_count"] == {"4": 1}
    assert figures["quality"]["flaws"] == {}
    assert figures["quality"]["exact_quotes"] == 1.0
    assert set(server.by_status) == {"200"}
