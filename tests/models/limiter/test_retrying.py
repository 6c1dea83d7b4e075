"""What is tried again, when, and what is given up."""

import asyncio
import random
from itertools import pairwise

import pytest

from r2s.errors import AnswerError, EndpointError
from r2s.models.failures import Overloaded, Refused, TimedOut, Transient, Unreachable, failure_of
from r2s.models.limiter import CallError
from tests.models.limiter.conftest import Server, limiter, now, play, work


class _Script:
    """Raises one failure after the other, then answers; keeps the times of the attempts."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.times: list[float] = []

    async def send(self) -> str:
        self.times.append(now())
        if self.failures:
            raise self.failures.pop(0)
        return "yes"


def test_every_retry_is_counted_by_its_kind():
    limit = limiter()
    failures = [failure_of(status, {}, b"") for status in (429, 503, 504, 500, 502)]
    script = _Script(*failures)

    assert play(limit.call("a", script.send)) == "yes"

    figures = limit.stats.figures()
    counted = {name: figures[name] for name in ("retries_429", "retries_503", "timeouts", "retries_5xx", "resets")}
    assert counted == dict.fromkeys(counted, 1)
    assert (figures["calls"], figures["succeeded"], figures["retries"]) == (1, 1, 5)
    assert figures["waited_s"] == pytest.approx(script.times[-1], abs=0.001)


def test_every_retry_is_told():
    told: list[tuple[str, dict]] = []
    limit = limiter(on_event=lambda name, facts: told.append((name, facts)))

    play(limit.call("a", _Script(Transient("HTTP 500")).send, key="k"))

    assert [(name, facts["kind"], facts["group"], facts["key"]) for name, facts in told] == [
        ("retry", "retries_5xx", "a", "k")
    ]


def test_pauses_between_attempts_grow_to_half_a_minute():
    script = _Script(*[Overloaded("HTTP 429")] * 30)

    play(limiter(patience=3600).call("a", script.send))

    pauses = [after - before for before, after in pairwise(script.times)]
    assert max(pauses[:3]) < 2.0
    assert 20 < max(pauses) <= 30


@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_is_obeyed(status):
    script = _Script(failure_of(status, {"Retry-After": "7"}, b""))

    play(limiter().call("a", script.send))

    assert 7.0 <= script.times[1] < 8.0


def test_a_server_that_sends_everybody_away_is_left_alone_for_as_long_as_it_asks():
    limit = limiter(cap=16)
    server = Server(bears=0, retry_after=10.0)

    async def scenario() -> None:
        asyncio.get_running_loop().call_later(5.0, setattr, server, "bears", 100)
        await work(limit, server, documents=200, calls=1)

    play(scenario())

    assert limit.stats.pauses == 1
    assert server.served == 200
    assert not [time for time in server.attempts if 0.5 < time < 10.0]


def test_a_wait_longer_than_patience_ends_with_what_the_server_said():
    script = _Script(failure_of(429, {"Retry-After": "3600"}, b""))

    with pytest.raises(EndpointError, match=r"openai:tiny wants to be left alone for 3600 s .HTTP 429., longer than"):
        play(limiter().call("a", script.send))


def test_a_call_that_fails_on_and_on_while_others_succeed_is_lost_alone():
    limit = limiter(attempts=6)
    script = _Script(*[Transient("HTTP 500: no such grammar")] * 100)

    async def scenario() -> None:
        others = asyncio.create_task(work(limit, Server(), documents=2, calls=300))
        with pytest.raises(CallError, match="failed 6 times at this call while others succeeded, at last: HTTP 500"):
            await limit.call("a", script.send)
        await others

    play(scenario())

    assert len(script.times) == 6
    assert issubclass(CallError, AnswerError)


def test_a_call_that_is_refused_for_as_long_as_patience_while_others_succeed_is_lost_alone():
    limit = limiter(patience=30)
    script = _Script(*[Overloaded("HTTP 429")] * 1000)

    async def scenario() -> None:
        others = asyncio.create_task(work(limit, Server(), documents=2, calls=1000))
        with pytest.raises(CallError):
            await limit.call("a", script.send)
        await others

    play(scenario())

    assert script.times[-1] >= 30


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_request_that_is_refused_is_the_callers_affair(status):
    script = _Script(failure_of(status, {}, b"no such field"))

    with pytest.raises(Refused, match="no such field"):
        play(limiter().call("a", script.send))
    assert len(script.times) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_ends_all_at_once(status):
    script = _Script(failure_of(status, {}, b"bad key"))

    with pytest.raises(EndpointError, match=r"does not let us in .*bad key.*check the key"):
        play(limiter().call("a", script.send))


def test_an_account_without_credit_is_not_waited_for():
    script = _Script(failure_of(429, {}, b'{"error": {"code": "insufficient_quota"}}'))

    with pytest.raises(EndpointError, match="credit"):
        play(limiter().call("a", script.send))


def test_all_faults_at_once_are_outlived_and_counted():
    limit, chance = limiter(), random.Random(3)
    faults = {0.05: Overloaded, 0.08: Transient, 0.10: Unreachable, 0.12: TimedOut}
    server = Server()

    async def send() -> str:
        draw = chance.random()
        for bound, fault in faults.items():
            if draw < bound:
                raise fault("drawn")
        return await server.send()

    async def scenario() -> None:
        await asyncio.gather(*(limit.call(name % 100, send) for name in range(3000)))

    play(scenario())

    assert server.served == limit.stats.succeeded == 3000
    assert 300 < limit.stats.retries < 600
    assert limit.stats.circuit_opened == 0
