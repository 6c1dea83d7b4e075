"""The level finds what a server bears, and takes chance for chance."""

import asyncio
import statistics

import pytest

from r2s.models.failures import TimedOut
from tests.models.limiter.conftest import LATENCY, Server, limiter, now, play, work


def test_a_server_that_refuses_nothing_is_used_up_to_the_cap():
    server = Server()
    limit = limiter(cap=64)

    speed = play(work(limit, server))

    assert speed > 0.9 * 64 / LATENCY
    assert server.most_running == 64 == limit.stats.most_in_flight


@pytest.mark.parametrize("share", [0.03, 0.07])
def test_refusals_by_chance_leave_the_throughput_what_it_was(share):
    clean = play(work(limiter(), Server()))

    troubled = play(work(limiter(), Server(refuses=share)))

    assert troubled > 0.8 * clean


def test_refusals_by_chance_with_a_retry_after_pause_nobody_else():
    limit = limiter()

    play(work(limit, Server(refuses=0.03, retry_after=2.0)))

    assert limit.stats.pauses == 0
    assert limit.stats.retries_429 > 50


@pytest.mark.parametrize("bears", [5, 20, 45])
def test_a_server_that_refuses_by_load_is_asked_near_its_limit(bears):
    server, limit = Server(bears=bears), limiter(cap=64)

    async def scenario() -> float:
        await work(limit, server, calls=20)
        server.refusals.clear()
        server.loads.clear()
        return await work(limit, server, calls=60)

    speed = play(scenario())

    assert 0.6 * bears / LATENCY < speed < 1.1 * bears / LATENCY
    assert 0.6 * bears < statistics.mean(server.loads) <= bears
    assert limit.level.slots <= 1.1 * bears + 1
    assert len(server.refusals) < 0.05 * len(server.loads)


def test_a_server_that_bears_more_later_is_asked_for_more():
    server, limit = Server(bears=10), limiter(cap=64)

    async def scenario() -> None:
        await work(limit, server, calls=20)
        server.bears = 64
        await work(limit, server, calls=80)

    play(scenario())

    assert limit.level.slots == 64


def test_a_server_that_bears_less_later_is_asked_for_less():
    server, limit = Server(), limiter(cap=64)

    async def scenario() -> None:
        await work(limit, server, calls=20)
        server.bears = 20
        await work(limit, server, calls=20)

    play(scenario())

    assert 12 <= limit.level.slots <= 23


def test_many_refusals_of_one_moment_lower_the_level_once():
    limit = limiter(cap=16)

    async def time_out() -> str:
        if now() < 1.0:
            await asyncio.sleep(1.0)
            raise TimedOut("no reply in time")
        return "yes"

    async def scenario() -> None:
        await asyncio.gather(*(limit.call(name, time_out) for name in range(16)))

    play(scenario())

    assert limit.stats.timeouts == 16
    assert limit.stats.slowdowns == 1


@pytest.mark.parametrize("cap", [1, 3, 16])
def test_the_cap_is_never_exceeded(cap):
    server = Server(refuses=0.1, away=(0.5, 4.0))

    play(work(limiter(cap=cap), server, documents=20, calls=10))

    assert server.served == 200
    assert server.most_running == cap
