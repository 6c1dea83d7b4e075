"""The meter of a run: it counts calls, tokens and money, and keeps the budget."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from r2s.config import Limits
from r2s.errors import AnswerError, BudgetError, R2SError, StoppedError
from r2s.models.limiter import RateLimiter
from r2s.models.limiter.stats import RETRIES
from r2s.models.prices import UNPRICED
from r2s.models.request import Answer, Model, Reply, Request
from r2s.usage import Usage


@dataclass
class Spent:
    """Tokens, and dollars where they are known; `has_unpriced` where some had no known price."""

    tokens: int = 0
    dollars: float = 0.0
    has_unpriced: bool = False

    def add(self, usage: Usage, sign: int = 1) -> None:
        self.tokens += sign * (usage.prompt_tokens + usage.completion_tokens)
        if usage.cost_usd is None:
            self.has_unpriced = True
        else:
            self.dollars += sign * usage.cost_usd


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the calls stand at this moment, over all endpoints.

    Unknown dollars are null. Where no endpoint is asked, none `in_flight` are counted and the `limit` is null;
    `retries` are by kind, without those that there were none of.
    """

    calls: int
    tokens: int
    dollars: float | None
    in_flight: int
    limit: int | None
    retries: dict[str, int]
    unreadable: int
    is_cut_off: bool


@dataclass
class Meter:
    """What a run has spent, and what calls under way may still spend at their worst; a gate for language models.

    `limiters` are those of the endpoints, by name: whoever opens one puts it there.
    """

    limits: Limits
    calls: int = 0
    spent: Spent = field(default_factory=Spent)
    held: Spent = field(default_factory=Spent)
    closed: R2SError | None = None
    watchers: list[Callable[[R2SError], None]] = field(default_factory=list)
    """Whoever wants to hear of it when the run is closed."""
    limiters: dict[str, RateLimiter] = field(default_factory=dict, repr=False)

    def pulse(self) -> Pulse:
        """How the calls stand now: read from what is counted anyway, so that watching costs a run nothing."""
        limiters = list(self.limiters.values())
        stats = [limiter.stats for limiter in limiters]
        retries = {kind: sum(getattr(one, kind) for one in stats) for kind in RETRIES}
        return Pulse(
            calls=self.calls,
            tokens=self.spent.tokens,
            dollars=None if self.spent.has_unpriced else self.spent.dollars,
            in_flight=sum(limiter.in_flight for limiter in limiters),
            limit=sum(limiter.level.slots for limiter in limiters) if limiters else None,
            retries={kind: count for kind, count in retries.items() if count},
            unreadable=sum(one.unreadable for one in stats),
            is_cut_off=any(limiter.circuit.is_open for limiter in limiters),
        )

    def close(self, reason: R2SError) -> None:
        """Let no call begin any more; those under way go on."""
        if self.closed is None:
            self.closed = reason
            for watcher in self.watchers:
                watcher(reason)

    def stop(self) -> None:
        """The same, where somebody has asked for it."""
        self.close(StoppedError("stopped on request; the same command goes on from here"))

    def check_open(self) -> None:
        """Raise why the run is closed, if it is."""
        if self.closed is not None:
            raise self.closed

    @property
    def stopped(self) -> R2SError | None:
        """Why calls that were let through and still wait may not be made either; a spent budget has room for them."""
        return None if isinstance(self.closed, BudgetError) else self.closed

    async def take(self, worst: Usage) -> None:
        """Count one call before it is made; raises where the run is closed or the budget does not allow it."""
        self.count(worst)

    def count(self, worst: Usage) -> None:
        """The same for whoever does not wait."""
        self.check_open()
        limits = self.limits
        self._check("calls", self.calls + 1, limits.max_calls)
        if limits.max_tokens is not None:
            tokens = worst.prompt_tokens + worst.completion_tokens
            self._check("tokens", self.spent.tokens + self.held.tokens + tokens, limits.max_tokens)
        if limits.max_cost is not None:
            if worst.cost_usd is None:
                raise BudgetError(UNPRICED)
            self._check("USD", self.spent.dollars + self.held.dollars + worst.cost_usd, limits.max_cost)
        self.calls += 1
        self.held.add(worst)

    def pay(self, worst: Usage, paid: Usage) -> None:
        """Free what was held back for a call, and add what it cost."""
        self.held.add(worst, -1)
        self.spent.add(paid)

    def add(self, paid: Usage) -> None:
        """Count a call that was made without asking, as there is no budget."""
        self.calls += 1
        self.spent.add(paid)

    @staticmethod
    def _check(what: str, needed: float, most: float | None) -> None:
        if most is not None and needed > most:
            raise BudgetError(f"the budget of {most} {what} is used up; what is finished is kept")


@dataclass(frozen=True)
class Uncounted:
    """A gate for calls that are only written down: it stops with the run, and spends nothing of its budget."""

    meter: Meter

    async def take(self, worst: Usage) -> None:
        """Let the call through unless the run is closed."""
        self.meter.check_open()

    def pay(self, worst: Usage, paid: Usage) -> None:
        """Nothing was held back."""

    def check_open(self) -> None:
        """Raise why the run is closed, if it is."""
        self.meter.check_open()


@dataclass(frozen=True)
class Metered:
    """A model that keeps no budget of its own, behind the meter: so many calls at once as `slots` has."""

    model: Model
    meter: Meter
    slots: asyncio.Semaphore

    @property
    def name(self) -> str:
        return self.model.name

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        """The model's reply, counted."""
        await self.meter.take(Usage())
        try:
            async with self.slots:
                if (stopped := self.meter.stopped) is not None:
                    raise stopped
                reply = await self.model.answer(request)
        except AnswerError as error:
            error.usage = self._paid(error.usage)
            raise
        return replace(reply, usage=self._paid(reply.usage))

    def _paid(self, usage: Usage) -> Usage:
        """What was spent, taken from the budget; a model that does not count its replies gave one."""
        usage = usage if usage.replies else usage + Usage(replies=1)
        self.meter.pay(Usage(), usage)
        return usage
