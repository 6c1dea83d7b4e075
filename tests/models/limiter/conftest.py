"""A clock that jumps to whatever happens next, and a small server on it that refuses, fails and goes away as told."""

import asyncio
import random
import selectors
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from r2s.models.failures import Failure, Overloaded, Unreachable
from r2s.models.limiter import RateLimiter

Result = TypeVar("Result")

LATENCY = 0.1


class _Jumping(selectors.DefaultSelector):
    """Never waits: where the loop would, the clock jumps instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise RuntimeError("everybody waits for somebody else")
        self.now += max(0.0, timeout)
        return super().select(0)


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = _Jumping()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


def play(scenario: Coroutine[Any, Any, Result]) -> Result:
    """Run a scenario in virtual time: an hour of it takes as long as its events do."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(scenario)


def now() -> float:
    return asyncio.get_running_loop().time()


def limiter(cap: int = 64, **settings: Any) -> RateLimiter:
    """A limiter on the virtual clock, the same in every run."""
    return RateLimiter("openai:tiny", cap, now=now, chance=random.Random(7), **settings)


@dataclass
class Server:
    """Takes `LATENCY` seconds, a little more or less; refuses beyond `bears` calls at once, and by chance."""

    bears: float = float("inf")
    refuses: float = 0.0
    retry_after: float | None = None
    away: tuple[float, float] = (0.0, 0.0)
    served: int = 0
    running: int = 0
    most_running: int = 0
    # The time of each attempt, and the calls that ran at that moment.
    attempts: list[float] = field(default_factory=list)
    loads: list[int] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def send(self) -> str:
        self.attempts.append(now())
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            return await self._answer()
        finally:
            self.running -= 1

    async def _answer(self) -> str:
        if failure := self._failure():
            await asyncio.sleep(LATENCY / 20)
            raise failure
        self.loads.append(self.running)
        await asyncio.sleep(LATENCY * self.chance.uniform(0.7, 1.3))
        self.served += 1
        return "yes"

    def _failure(self) -> Failure | None:
        if self.away[0] <= now() < self.away[1]:
            return Unreachable("connection refused")
        if self.running > self.bears or self.chance.random() < self.refuses:
            self.refusals.append(now())
            return Overloaded("HTTP 429", status=429, retry_after=self.retry_after)
        return None


async def work(limit: RateLimiter, server: Server, documents: int = 128, calls: int = 40) -> float:
    """Play documents whose calls follow each other; returns the calls served a second."""
    begun, before = now(), server.served

    async def document(name: int) -> None:
        for _ in range(calls):
            await limit.call(name, server.send)

    await asyncio.gather(*(document(name) for name in range(documents)))
    return (server.served - before) / (now() - begun)
