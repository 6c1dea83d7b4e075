"""Batches: what waits together goes together, within bounds, and halves where the memory is too small."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from r2s.agents.user import UserAnswer
from r2s.models.failures import Refused, Transient
from r2s.models.local.batches import Batches, Generated, Job, NoMemoryError, Work

Start = Callable[..., Batches]


def job(number: int, prompt: int = 10, most: int = 10) -> Job:
    return Job([number] * prompt, most, 0.7, number, UserAnswer)


class Echo:
    """Says each prompt's first token again, and keeps the numbers of each batch; holds `room` jobs at the most."""

    def __init__(self, room: int = 100) -> None:
        self.room = room
        self.batches: list[list[int]] = []

    def __call__(self, jobs: Sequence[Job]) -> list[Generated]:
        self.batches.append([job.seed for job in jobs])
        if len(jobs) > self.room:
            raise NoMemoryError("out of memory")
        return [Generated(job.prompt[:1], "stop") for job in jobs]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    started: list[Batches] = []

    def begin(work: Work, tokens: int = 10_000) -> Batches:
        started.append(Batches(work, tokens))
        return started[-1]

    yield begin
    for batches in started:
        await batches.close()


async def ask(batches: Batches, jobs: Sequence[Job]) -> list[int]:
    replies = await asyncio.gather(*(batches.do(one) for one in jobs))
    return [reply.tokens[0] for reply in replies]


async def test_what_waits_together_is_one_batch_and_each_gets_its_own_reply(start):
    echo = Echo()

    said = await ask(start(echo), [job(number) for number in range(5)])

    assert said == [0, 1, 2, 3, 4]
    assert echo.batches == [[0, 1, 2, 3, 4]]


async def test_what_comes_while_a_batch_is_worked_on_is_the_next_batch(start):
    echo, began, free = Echo(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(jobs: Sequence[Job]) -> list[Generated]:
        loop.call_soon_threadsafe(began.set)
        asyncio.run_coroutine_threadsafe(free.wait(), loop).result(10)
        return echo(jobs)

    batches = start(slow)
    first = asyncio.create_task(batches.do(job(1)))
    await began.wait()
    others = [asyncio.create_task(batches.do(job(number))) for number in (2, 3)]
    await asyncio.sleep(0)
    free.set()
    await asyncio.gather(first, *others)

    assert echo.batches == [[1], [2, 3]]


async def test_a_batch_counts_its_padding_and_stays_within_its_tokens(start):
    echo = Echo()

    await ask(start(echo, tokens=60), [job(1), job(2), job(3), job(4, prompt=20), job(5), job(6, prompt=900)])

    assert echo.batches == [[1, 2, 3], [4, 5], [6]]


async def test_a_batch_too_big_for_the_memory_is_halved_and_so_are_those_after_it(start):
    echo = Echo(room=2)

    said = await ask(start(echo), [job(number) for number in range(6)])

    assert said == [0, 1, 2, 3, 4, 5]
    assert echo.batches == [[0, 1, 2, 3, 4, 5], [0, 1, 2], [0], [1], [2], [3], [4], [5]]


async def test_one_prompt_that_the_memory_cannot_hold_is_refused_and_the_others_go_on(start):
    class Picky(Echo):
        def __call__(self, jobs: Sequence[Job]) -> list[Generated]:
            if any(len(job.prompt) > 50 for job in jobs):
                raise NoMemoryError("tried to allocate 3 GiB")
            return super().__call__(jobs)

    batches = start(Picky())
    said = await asyncio.gather(batches.do(job(1)), batches.do(job(2, prompt=60)), return_exceptions=True)

    assert said[0] == Generated([1], "stop")
    assert isinstance(said[1], Refused)
    assert "3 GiB" in str(said[1])


async def test_a_fault_fails_its_batch_and_not_the_next_one(start):
    def faulty(jobs: Sequence[Job]) -> list[Generated]:
        if jobs[0].seed == 1:
            raise RuntimeError("the device is gone")
        return Echo()(jobs)

    batches = start(faulty)

    with pytest.raises(Transient, match="RuntimeError: the device is gone"):
        await batches.do(job(1))
    assert await ask(batches, [job(2)]) == [2]


async def test_who_gave_up_waiting_is_not_answered(start):
    echo = Echo()
    batches = start(echo)
    given_up = asyncio.create_task(batches.do(job(1)))
    await asyncio.sleep(0)
    given_up.cancel()

    await batches.do(job(2))

    assert echo.batches == [[2]]
