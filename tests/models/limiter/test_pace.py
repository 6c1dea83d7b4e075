"""Requests and tokens per minute are kept, whatever the cap allows."""

import asyncio

from tests.models.limiter.conftest import Server, limiter, now, play, work


def _most_in_a_minute(times: list[float]) -> int:
    return max(sum(begin <= time < begin + 60 for time in times) for begin in times)


def test_requests_per_minute_are_kept():
    server = Server()

    play(work(limiter(requests_per_minute=120), server, documents=100, calls=5))

    assert 118 <= _most_in_a_minute(server.attempts) <= 123
    assert 230 < server.attempts[-1] < 260


def test_a_few_requests_per_minute_are_kept():
    server = Server()

    play(work(limiter(requests_per_minute=6), server, documents=10, calls=2))

    assert _most_in_a_minute(server.attempts) <= 7


def test_tokens_per_minute_are_kept_by_the_estimate():
    server, limit = Server(), limiter(tokens_per_minute=60_000)

    async def scenario() -> None:
        await asyncio.gather(*(limit.call(name, server.send, tokens=1000) for name in range(120)))

    play(scenario())

    assert 57 <= _most_in_a_minute(server.attempts) <= 62
    assert limit.stats.paced_s > 0


def test_tokens_are_corrected_by_what_a_call_used():
    server, limit = Server(), limiter(cap=1, tokens_per_minute=60_000)

    async def scenario(estimate: float, used: float) -> float:
        begun = now()
        for _ in range(50):
            await limit.call("a", server.send, tokens=estimate, used=lambda result: used)
        return now() - begun

    # A thousand tokens a second: 50 calls of 2,000 take 100 seconds, guessed too low as guessed too high.
    assert 95 < play(scenario(500, 2000)) < 105
    limit = limiter(cap=1, tokens_per_minute=60_000)
    assert 95 < play(scenario(4000, 2000)) < 105


def test_a_call_cancelled_before_its_time_gives_its_request_back():
    server, limit = Server(), limiter(requests_per_minute=6)

    async def scenario() -> float:
        calls = [asyncio.create_task(limit.call(name, server.send)) for name in range(8)]
        await asyncio.sleep(1)
        for call in calls[1:]:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await limit.call("last", server.send)
        return now()

    assert play(scenario()) < 12
