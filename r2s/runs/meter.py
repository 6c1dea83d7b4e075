"""The meter between the graphs and the models: it counts calls, bounds how many run at once, and keeps the budget."""

import asyncio
from dataclasses import dataclass, field

from r2s.config import Limits
from r2s.errors import BudgetError, R2SError
from r2s.models.request import Answer, Model, Reply, Request
from r2s.trees.node import Usage


@dataclass
class Meter:
    """What a run has spent so far, those calls counted that are still under way."""

    limits: Limits
    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    closed: R2SError | None = None
    slots: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.limits.concurrency)

    def close(self, reason: R2SError) -> None:
        """Let no call begin any more; those under way go on."""
        self.closed = self.closed or reason

    def take(self) -> None:
        """Count one call before it is made; raises `BudgetError` where the budget does not allow it."""
        if self.closed is not None:
            raise self.closed
        limits = self.limits
        tokens = self.usage.prompt_tokens + self.usage.completion_tokens
        if limits.max_calls is not None and self.calls >= limits.max_calls:
            raise BudgetError(f"the budget of {limits.max_calls} calls is used up; what is finished is kept")
        if limits.max_tokens is not None and tokens >= limits.max_tokens:
            raise BudgetError(f"the budget of {limits.max_tokens} tokens is used up; what is finished is kept")
        if limits.max_cost is not None and (self.usage.cost_usd or 0.0) >= limits.max_cost:
            raise BudgetError(f"the budget of {limits.max_cost} USD is used up; what is finished is kept")
        self.calls += 1

    def pay(self, usage: Usage) -> None:
        """Add what a finished call has cost."""
        self.usage = Usage.model_construct(
            prompt_tokens=self.usage.prompt_tokens + usage.prompt_tokens,
            completion_tokens=self.usage.completion_tokens + usage.completion_tokens,
            cost_usd=(self.usage + usage).cost_usd,
            calls=(),
        )


@dataclass(frozen=True)
class Metered:
    """A model behind the meter."""

    model: Model
    meter: Meter

    @property
    def name(self) -> str:
        return self.model.name

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        self.meter.take()
        async with self.meter.slots:
            reply = await self.model.answer(request)
        self.meter.pay(reply.usage)
        return reply
