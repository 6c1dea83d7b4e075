"""The run's budget as a worker sees it: the driver keeps it, and every call is allowed by it before it is made."""

import asyncio
from typing import Any

from r2s.config import Limits
from r2s.runs.meter import Meter
from r2s.runs.workers.link import Link
from r2s.usage import Usage


class FarMeter(Meter):
    """Asks the driver where there is a budget; without one, it only hears afterwards what was spent."""

    def __init__(self, limits: Limits, link: Link) -> None:
        super().__init__(limits)
        self._link = link
        self._is_limited = any(most is not None for most in (limits.max_calls, limits.max_tokens, limits.max_cost))

    async def take(self, worst: Usage) -> None:
        """Have the driver count a call; raises what the run is closed by, there or here."""
        self.check_open()
        if not self._is_limited:
            return
        asking = asyncio.ensure_future(self._link.ask("take", sent(worst)))
        try:
            await asyncio.shield(asking)
        except asyncio.CancelledError:
            asking.add_done_callback(lambda asked: self._decline(worst, asked))
            raise

    def pay(self, worst: Usage, paid: Usage) -> None:
        """Tell the driver what a call cost."""
        if self._is_limited:
            self._link.tell("pay", sent(worst), sent(paid))
        else:
            self._link.tell("paid", sent(paid))

    def _decline(self, worst: Usage, asked: "asyncio.Future[Any]") -> None:
        """Nobody makes the call any more that the driver may have allowed."""
        if not asked.cancelled() and asked.exception() is None:
            self.pay(worst, Usage())


def sent(usage: Usage) -> list[Any]:
    """A usage as it travels: what a budget counts."""
    return [usage.prompt_tokens, usage.completion_tokens, usage.cost_usd]
