"""Batches for a model that answers several prompts at once: what comes while it works waits and is the next batch."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import BaseModel

from r2s.models.failures import Failure, Refused, Transient

# Seconds that a batch waits for company. After a batch many dialogues go on at once, a few milliseconds apart; a batch
# of the first of them would keep the others waiting for as long as it takes to generate a reply.
LINGER = 0.02


class NoMemoryError(Exception):
    """A batch did not fit into the device's memory."""


@dataclass(frozen=True, slots=True)
class Job:
    """One reply to be generated: at most `max_tokens` tokens after `prompt`, as JSON of the type `answer`.

    `repeats` is how often in a row it may say one thing, null for as often as it likes.
    """

    prompt: list[int]
    max_tokens: int
    temperature: float
    seed: int
    answer: type[BaseModel]
    top_p: float = 1.0
    repeats: int | None = None


class Generated(NamedTuple):
    """A reply's tokens and why it ended: `stop` or `length`."""

    tokens: list[int]
    finish: str


Work = Callable[[Sequence[Job]], Sequence[Generated]]
_Waiting = tuple[Job, asyncio.Future[Generated]]


class Batches:
    """Hands jobs to `work`, batch after batch, in one thread; a batch has at most `tokens` tokens, padding included.

    A batch that the memory cannot hold is tried again in halves, and from then on batches stay as small.
    """

    def __init__(self, work: Work, tokens: int) -> None:
        self._work, self.tokens = work, tokens
        self._waiting: deque[_Waiting] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="r2s-batches")
        self._runner: asyncio.Task[None] | None = None

    async def do(self, job: Job) -> Generated:
        """The reply to one job; raises a limiter's `Failure` where there is none."""
        done: asyncio.Future[Generated] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        return await done

    async def close(self) -> None:
        """Drop what waits; the batch under way ends by itself."""
        if self._runner is not None:
            self._runner.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(LINGER)
            if batch := self._take():
                await self._answer(batch)

    def _take(self) -> list[_Waiting]:
        """The longest waiting jobs that are a batch together, at the least one; who gave up waiting is left out."""
        batch: list[_Waiting] = []
        while self._waiting:
            if not self._waiting[0][1].done():
                if batch and _size([job for job, _ in [*batch, self._waiting[0]]]) > self.tokens:
                    break
                batch.append(self._waiting[0])
            self._waiting.popleft()
        return batch

    async def _answer(self, batch: list[_Waiting]) -> None:
        jobs = [job for job, _ in batch]
        try:
            replies = await asyncio.get_running_loop().run_in_executor(self._thread, self._work, jobs)
        except NoMemoryError as error:
            self._divide(batch, str(error))
        except Exception as error:  # a fault of the libraries' below; the limiter decides whether to try again
            _fail(batch, Transient(f"{type(error).__name__}: {error}"))
        else:
            for (_, done), reply in zip(batch, replies, strict=True):
                if not done.done():
                    done.set_result(reply)

    def _divide(self, batch: list[_Waiting], fault: str) -> None:
        if len(batch) == 1:
            return _fail(batch, Refused(f"the memory does not hold even this one prompt and its reply ({fault})"))
        self.tokens = _size([job for job, _ in batch]) // 2
        self._waiting.extendleft(reversed(batch))


def _size(jobs: Sequence[Job]) -> int:
    """The tokens of a batch: every row is as long as the longest prompt and the longest reply may be."""
    return len(jobs) * (max(len(job.prompt) for job in jobs) + max(job.max_tokens for job in jobs))


def _fail(batch: list[_Waiting], failure: Failure) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(failure)
