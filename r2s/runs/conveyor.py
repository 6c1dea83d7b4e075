"""Many jobs at once in one event loop, their results in the order in which the jobs came."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any, TypeVar

from r2s.errors import EndpointError, RunError
from r2s.runs.meter import Meter

Result = TypeVar("Result")

# Calls are limited, not jobs: with this many in play for each call that may be under way, none of these is missed while
# a job thinks, or while the last ones come to their end.
IN_PLAY = 2
# Jobs that are done wait for slower ones before them: as many again.
WINDOW = 2 * IN_PLAY


async def in_order(jobs: Iterable[Coroutine[Any, Any, Result]], *, window: int, meter: Meter) -> AsyncIterator[Result]:
    """Begin the jobs as they come, up to `window` of them before the first result is taken, and give each in order.

    A spent budget, a lost endpoint or a request to stop ends it with its error, after all results before it: no call
    begins any more, and those under way are let to their end, as they are paid for. Who is cancelled waits for nothing.
    """
    pending: deque[asyncio.Task[Result]] = deque()
    try:
        for job in jobs:
            pending.append(asyncio.create_task(job))
            await asyncio.sleep(0)  # the first calls are under way while further jobs are read
            if len(pending) >= window:
                yield await pending.popleft()
        while pending:
            yield await pending.popleft()
    except (RunError, EndpointError) as error:
        meter.close(error)
        raise
    except asyncio.CancelledError:
        # Whoever stops at once does not wait for what is under way.
        for task in pending:
            task.cancel()
        raise
    finally:
        await _let_end(pending, meter)


async def _let_end(pending: Iterable[asyncio.Task[Any]], meter: Meter) -> None:
    """Wait for jobs whose results nobody wants any more; unless calls are let to their end, they are cancelled."""
    for task in pending:
        if meter.closed is None:
            task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
