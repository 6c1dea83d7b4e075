"""An endpoint that is gone is waited for with patience, and not with a storm of calls."""

import asyncio
from itertools import pairwise

import pytest

from r2s.errors import EndpointError
from r2s.models.failures import Transient
from tests.models.limiter.conftest import Server, limiter, now, play, work


def test_an_endpoint_that_is_down_for_a_minute_is_probed_by_one_call_at_a_time():
    server, limit = Server(away=(1.0, 61.0)), limiter(cap=16)

    play(work(limit, server, documents=32, calls=30))

    probes = [time for time in server.attempts if 2.0 < time < 61.0]
    gaps = [after - before for before, after in pairwise(probes)]
    assert server.served == 32 * 30
    assert limit.stats.circuit_opened == 1
    assert 5 <= len(probes) <= 10
    assert gaps == sorted(gaps)
    assert max(gaps) < 15.1


def test_after_an_outage_the_run_goes_on_as_fast_as_before():
    clean = play(work(limiter(cap=16), Server(), documents=32, calls=30))
    server = Server(away=(1.0, 61.0))

    async def scenario() -> float:
        limit = limiter(cap=16)
        await work(limit, server, documents=32, calls=10)
        return await work(limit, server, documents=32, calls=30)

    assert play(scenario()) > 0.95 * clean


def test_single_resets_do_not_open_the_circuit():
    server, limit = Server(), limiter(cap=4)

    async def scenario() -> None:
        for begin in range(0, 20, 2):
            server.away = (float(begin), begin + 0.001)
            await work(limit, server, documents=4, calls=8)

    play(scenario())

    assert limit.stats.circuit_opened == 0


def test_patience_ends_for_all_who_wait_with_what_where_and_how_to_mend_it():
    limit, server = limiter(cap=4, patience=60), Server(away=(1.0, 1e9))

    async def scenario() -> list[BaseException | str]:
        await limit.call("first", server.send)
        await asyncio.sleep(1)
        calls = [limit.call(name, server.send) for name in range(12)]
        return await asyncio.gather(*calls, return_exceptions=True)

    async def timed() -> tuple[list[BaseException | str], float]:
        return await scenario(), now()

    ends, ended = play(timed())

    assert 61 <= ended < 63
    assert all(isinstance(end, EndpointError) for end in ends)
    for words in ("openai:tiny", "nothing but failures for 60 s", "connection refused", "check that a server runs"):
        assert words in str(ends[0])
    assert limit.stats.lost == 12
    assert limit.in_flight == 0


def test_an_address_at_which_nobody_ever_answered_is_given_up_sooner():
    limit, server = limiter(cap=4, patience=300), Server(away=(0.0, 1e9))

    async def scenario() -> float:
        with pytest.raises(EndpointError, match="nothing but failures for 20 s"):
            await limit.call("a", server.send)
        return now()

    assert 20 <= play(scenario()) < 21


def test_patience_ends_at_a_server_that_only_ever_refuses():
    limit, server = limiter(patience=60), Server(bears=0)

    async def scenario() -> float:
        with pytest.raises(EndpointError, match="nothing but failures for 60 s, at last: HTTP 429"):
            await limit.call("a", server.send)
        return now()

    assert 60 <= play(scenario()) < 91


def test_a_server_that_fails_in_every_call_for_a_while_loses_none():
    limit = limiter(cap=8)
    server = Server()

    async def send() -> str:
        if 1.0 < now() < 61.0:
            raise Transient("HTTP 500")
        return await server.send()

    async def scenario() -> None:
        await asyncio.gather(*(limit.call(name % 20, send) for name in range(400)))

    play(scenario())

    assert server.served == 400


def test_after_giving_up_the_endpoint_may_be_tried_anew():
    limit, server = limiter(patience=20), Server(away=(0.0, 30.0))

    async def scenario() -> str:
        with pytest.raises(EndpointError):
            await limit.call("a", server.send)
        return await limit.call("a", server.send)

    assert play(scenario()) == "yes"
    assert not limit.circuit.is_open


def test_the_last_replies_of_a_server_that_went_away_do_not_close_the_circuit():
    limit, server = limiter(cap=8), Server(away=(1.0, 31.0))

    async def slow() -> str:
        await asyncio.sleep(10)
        return "yes"

    async def scenario() -> None:
        calls = [asyncio.create_task(limit.call("a", slow))]
        await asyncio.sleep(2)
        calls += [asyncio.create_task(limit.call("b", server.send)) for _ in range(6)]
        await calls[0]
        assert limit.circuit.is_open
        await asyncio.gather(*calls)

    play(scenario())

    assert limit.stats.circuit_opened == 1
    assert not limit.circuit.is_open
