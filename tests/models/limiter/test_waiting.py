"""Whoever waits is served in fair order, and whoever goes leaves nothing behind."""

import asyncio

import pytest

from r2s.errors import StoppedError
from r2s.models.limiter import RateLimiter
from tests.models.limiter.conftest import Server, limiter, now, play


def _say(order: list[str], name: str):
    async def send() -> None:
        order.append(name)
        await asyncio.sleep(1)

    return send


def test_a_document_with_many_calls_does_not_starve_the_others():
    order: list[str] = []
    limit = limiter(cap=1)

    async def scenario() -> None:
        calls = [limit.call("big", _say(order, f"big-{number}")) for number in range(5)]
        calls += [limit.call(name, _say(order, name)) for name in ("one", "two")]
        await asyncio.gather(*calls)

    play(scenario())

    assert order == ["big-0", "big-1", "one", "two", "big-2", "big-3", "big-4"]


def test_calls_of_one_document_are_served_in_their_order():
    order: list[str] = []
    limit = limiter(cap=1)

    async def scenario() -> None:
        await asyncio.gather(*(limit.call("only", _say(order, str(number))) for number in range(6)))

    play(scenario())

    assert order == ["0", "1", "2", "3", "4", "5"]


async def _all_slots_are_free(limit: RateLimiter, cap: int) -> bool:
    server = Server()
    await asyncio.gather(*(limit.call(name, server.send) for name in range(5 * cap)))
    return server.most_running == cap and limit.in_flight == 0


@pytest.mark.parametrize("after", [0.0, 0.5, 1.0, 1.5])
def test_cancelled_calls_leave_no_slot_taken_whether_they_ran_or_waited(after):
    limit = limiter(cap=4)
    order: list[str] = []

    async def scenario() -> bool:
        calls = [asyncio.create_task(limit.call(name % 3, _say(order, "x"))) for name in range(12)]
        await asyncio.sleep(after)
        for call in calls[::2]:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        return await _all_slots_are_free(limit, 4)

    assert play(scenario())


def test_a_call_cancelled_in_the_moment_it_is_given_a_slot_gives_it_on():
    limit = limiter(cap=1)
    order: list[str] = []

    async def scenario() -> bool:
        async def running() -> None:
            await limit.call("a", _say(order, "a"))
            # The slot is the other's by now, though the other has not been woken yet.
            waiting.cancel()

        first = asyncio.create_task(running())
        await asyncio.sleep(0)
        waiting = asyncio.create_task(limit.call("b", _say(order, "b")))
        await asyncio.gather(first, waiting, return_exceptions=True)
        return await _all_slots_are_free(limit, 1)

    assert play(scenario())
    assert order == ["a"]


def test_calls_cancelled_while_the_circuit_is_open_leave_no_slot_taken():
    limit = limiter(cap=4)
    server = Server(away=(0.0, 30.0))

    async def scenario() -> bool:
        calls = [asyncio.create_task(limit.call(name, server.send)) for name in range(8)]
        await asyncio.sleep(10)
        assert limit.circuit.is_open
        for call in calls[1:]:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        return await _all_slots_are_free(limit, 4)

    assert play(scenario())


def _stopped(limit: RateLimiter, server: Server, calls: int, after: float) -> tuple[float, list[str]]:
    """How long after a stop the last of so many calls ends, and what comes of each."""

    async def scenario() -> tuple[float, list[str]]:
        asking = [asyncio.create_task(limit.call(name % 3, server.send)) for name in range(calls)]
        await asyncio.sleep(after)
        limit.close(StoppedError("stopped"))
        asking.append(asyncio.create_task(limit.call("late", server.send)))
        ended = await asyncio.gather(*asking, return_exceptions=True)
        return now() - after, [one if isinstance(one, str) else type(one).__name__ for one in ended]

    return play(scenario())


def test_after_a_stop_calls_that_are_out_end_and_those_in_line_are_not_made():
    limit, server = limiter(cap=2), Server()

    seconds, ended = _stopped(limit, server, calls=8, after=0.01)

    assert ended == ["yes"] * 2 + ["StoppedError"] * 7
    assert (len(server.attempts), limit.in_flight) == (2, 0)
    assert seconds < 1


@pytest.mark.parametrize(
    ("server", "settings"),
    [
        (Server(away=(0.0, 1e9)), {}),
        (Server(bears=0), {}),
        (Server(bears=0, retry_after=200.0), {}),
        (Server(), {"requests_per_minute": 1.0}),
    ],
    ids=["gone", "refuses", "asks to be left alone", "slow pace"],
)
def test_after_a_stop_nobody_waits_to_try_again(server, settings):
    limit = limiter(cap=8, **settings)

    seconds, ended = _stopped(limit, server, calls=8, after=10.0)

    assert set(ended) - {"yes"} == {"StoppedError"}
    assert max(server.attempts) <= 10.0
    assert seconds < 0.001
    assert limit.in_flight == 0


def test_an_error_that_is_no_failure_goes_through_and_frees_the_slot():
    limit = limiter(cap=1)

    async def broken() -> None:
        raise ZeroDivisionError

    async def scenario() -> bool:
        with pytest.raises(ZeroDivisionError):
            await limit.call("a", broken)
        return await _all_slots_are_free(limit, 1)

    assert play(scenario())
