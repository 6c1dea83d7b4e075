"""The limiter of one endpoint: every attempt passes the line, the pace, a pause that was asked for, and the circuit.

wait in line for a slot --> pace --> pause --> circuit --> attempt --> reply
     ^                                                       | failed
     +------------- back off, with the slot given back <-----+
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Any, TypeVar

from r2s.errors import R2SError
from r2s.models.failures import Failure, Overloaded, Refused, Unreachable
from r2s.models.limiter.buckets import Pace
from r2s.models.limiter.circuit import Circuit
from r2s.models.limiter.judge import Judge, Trouble
from r2s.models.limiter.level import START, Level
from r2s.models.limiter.stats import Stats, counter_of
from r2s.models.limiter.waiting import WaitingLine

Result = TypeVar("Result")

# So many refusals with no success between them are a server that refuses everybody: its Retry-After is for all.
REFUSES_ALL = 8


class RateLimiter:
    """Makes the calls to one endpoint: no more at once than it bears, each until it succeeds or is lost.

    It begins with `start` calls at once and finds out by itself whether the endpoint bears more, up to `cap`.
    """

    def __init__(
        self,
        name: str,
        cap: int,
        *,
        start: int = START,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        patience: float = 300.0,
        attempts: int = 6,
        now: Callable[[], float] = time.monotonic,
        chance: random.Random | None = None,
        on_event: Callable[[str, dict[str, Any]], None] = lambda name, facts: None,
    ) -> None:
        self.stats = Stats()
        self.level = Level(cap, start)
        self.circuit = Circuit(patience)
        self._judge = Judge(name, self.circuit, self.stats, attempts, chance or random.Random())
        self.in_flight = 0
        unpaced = requests_per_minute is None and tokens_per_minute is None
        self._pace = None if unpaced else Pace(requests_per_minute, tokens_per_minute)
        self._line = WaitingLine()
        self._resume_at = 0.0
        self._latency = 0.0
        self._now = now
        self._tell = on_event
        self._closed: R2SError | None = None
        self._closing = asyncio.Event()

    def close(self, reason: R2SError) -> None:
        """Let no attempt begin any more: whoever waits for one, however long, raises why; those that are out go on."""
        self._closed = reason
        self._closing.set()
        while (turn := self._line.next()) is not None:
            turn.set_exception(reason)

    async def call(
        self,
        group: Hashable,
        send: Callable[[], Awaitable[Result]],
        *,
        key: str = "",
        tokens: float = 0,
        used: Callable[[Result], float] | None = None,
    ) -> Result:
        """The result of `send`, which makes one attempt and raises a `Failure` where it fails.

        `group` is whom the call belongs to (a document), and retries are told under `key`; `tokens` is the estimate
        that tokens per minute are kept by, corrected by what `used` reads from the result. Raises `EndpointError` where
        the endpoint is lost, `CallError` where only this call is, and `Refused` where the request itself is at fault.
        """
        self.stats.calls += 1
        given_up = self.circuit.given_up
        trouble = None
        while True:
            try:
                result = await self._attempt(group, send, tokens, given_up, trouble is not None)
                break
            except Failure as failure:
                now = self._now()
                self._judge.check_hope(given_up)
                trouble = trouble or Trouble(now)
                wait = self._judge.wait_after(failure, trouble, now, self._latency)
                self._tell("retry", {"kind": counter_of(failure), "group": group, "key": key, "wait": round(wait, 3)})
            await self._wait(wait)
        self.stats.succeeded += 1
        if used is not None and self._pace is not None:
            self._pace.correct(tokens - used(result), self._now())
        return result

    async def _attempt(
        self, group: Hashable, send: Callable[[], Awaitable[Result]], tokens: float, given_up: int, again: bool
    ) -> Result:
        if self.in_flight < self.level.slots and not self._line:
            self.in_flight += 1
        else:
            await self._wait_in_line(group, again)
        try:
            if self._pace is not None:
                await self._keep_pace(self._pace, tokens)
            while (wait := self._resume_at - self._now()) > 0:
                await self._wait(wait)
            if self.circuit.is_open or self.circuit.given_up != given_up:
                return await self._attempt_when_open(send, given_up)
            return await self._send(send)
        except Failure:
            if self._pace is not None:
                self._pace.correct(tokens, self._now())
            raise
        finally:
            self._leave()

    async def _wait_in_line(self, group: Hashable, again: bool) -> None:
        self._check_open()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.join(group, turn, first=again)
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                # The slot was handed over just before the call was cancelled.
                self._leave()
            raise

    def _leave(self) -> None:
        self.in_flight -= 1
        if self._line:
            self._serve()

    def _serve(self) -> None:
        while self.in_flight < self.level.slots and (turn := self._line.next()) is not None:
            self.in_flight += 1
            turn.set_result(None)

    async def _keep_pace(self, pace: Pace, tokens: float) -> None:
        wait = pace.take(tokens, self._now())
        if wait <= 0:
            return
        self.stats.paced_s += wait
        try:
            await self._sleep(wait)
        except asyncio.CancelledError:
            pace.cancel(tokens, self._now())
            raise

    async def _attempt_when_open(self, send: Callable[[], Awaitable[Result]], given_up: int) -> Result:
        """Wait for the circuit to close, or be the probe that finds out whether it can."""
        async with self.circuit.probe:
            self._judge.check_hope(given_up)
            if self.circuit.is_open:
                await self._wait(self.circuit.until_probe(self._now()))
                return await self._probe(send)
        return await self._send(send)

    async def _probe(self, send: Callable[[], Awaitable[Result]]) -> Result:
        self.stats.probes += 1
        try:
            return await self._send(send)
        except Failure:
            self.circuit.probed(self._now())
            raise

    async def _send(self, send: Callable[[], Awaitable[Result]]) -> Result:
        self._check_open()
        epoch = self.level.epoch
        if self.in_flight > self.stats.most_in_flight:
            self.stats.most_in_flight = self.in_flight
        begun = self._now()
        try:
            result = await send()
        except Refused:
            # An answer, if not the one that was wanted: the endpoint is there.
            self._endpoint_answers(begun)
            raise
        except Failure as failure:
            self._count(failure, epoch)
            raise
        self._latency += 0.1 * (self._now() - begun - self._latency)
        self._endpoint_answers(begun)
        self.level.succeed(epoch, self.in_flight >= self.level.slots)
        return result

    def _endpoint_answers(self, begun: float) -> None:
        if self.circuit.succeed(begun):
            self._tell("circuit_closed", {})

    def _count(self, failure: Failure, epoch: int) -> None:
        """Draw from a failure what it says about the endpoint."""
        now = self._now()
        self.stats.count(counter_of(failure))
        if self.circuit.fail(str(failure), isinstance(failure, Unreachable), now):
            self.stats.circuit_opened += 1
            self._tell("circuit_opened", {"failure": str(failure)})
        if not isinstance(failure, Overloaded):
            return
        if self.level.refuse(epoch, self.in_flight):
            self.stats.slowdowns += 1
            self._tell("slower", {"calls_at_once": self.level.slots})
        if failure.retry_after and self.level.refused_in_a_row >= REFUSES_ALL:
            self._pause(now + min(failure.retry_after, self.circuit.patience))

    def _pause(self, until: float) -> None:
        if until > self._resume_at:
            self.stats.pauses += self._now() >= self._resume_at
            self._resume_at = until

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.stats.waited_s += seconds
            await self._sleep(seconds)

    async def _sleep(self, seconds: float) -> None:
        """Wait so long, or until no attempt may begin any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        self._check_open()

    def _check_open(self) -> None:
        if self._closed is not None:
            raise self._closed
