"""Whose turn a call is: one worker makes it, the others wait for its reply, and nobody waits for one who is gone."""

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from r2s.errors import AnswerError, JournalError
from r2s.models.journal import CallRecord, Journal
from tests.models.journal.calls import call, ended, process
from tests.postgres import Cluster, postgres_group

HOLDS = """
async with Journal(arguments[0]) as journal:
    async with journal.turn(call(1).key) as known:
        print(known, flush=True)
        await asyncio.sleep(1000)
"""
ASKS = """
async with Journal(arguments[0]) as journal:
    print("asks", flush=True)
    async with journal.turn(call(1).key) as known:
        print(known and known.content)
"""


class Maker:
    """Makes calls in their turn, and counts those it made; what it returns is on the record."""

    def __init__(self, journal: Journal) -> None:
        self.journal, self.made = journal, 0

    async def reply(self, number: int, seconds: float = 0.01) -> CallRecord:
        async with self.journal.turn(call(number).key) as known:
            if known is not None:
                return known
            self.made += 1
            await asyncio.sleep(seconds)
            await self.journal.put(call(number))
            return call(number)


async def test_what_two_workers_want_at_once_is_made_once(where: Path | str) -> None:
    async with Journal(where) as one, Journal(where) as other:
        makers = [Maker(one), Maker(one), Maker(other)]

        replies = await asyncio.gather(*(maker.reply(number) for number in range(60) for maker in makers))

    assert sum(maker.made for maker in makers) == 60
    assert list(replies) == [call(number) for number in range(60) for _ in makers]


async def test_a_call_that_fails_is_made_by_the_next_who_wants_it(where: Path | str) -> None:
    fails = asyncio.Event()

    async def fail(journal: Journal) -> None:
        async with journal.turn(call(1).key) as known:
            assert known is None
            await fails.wait()
            raise AnswerError("refused")

    async with Journal(where) as one, Journal(where) as other:
        failing, maker = asyncio.create_task(fail(one)), Maker(other)
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(maker.reply(1))
        await asyncio.sleep(0.05)
        fails.set()

        assert await waiting == call(1)
        assert maker.made == 1
        with pytest.raises(AnswerError):
            await failing


async def test_a_turn_that_is_cancelled_before_or_after_it_came_is_given_back(where: Path | str) -> None:
    async with Journal(where) as one, Journal(where) as other:
        asking = [asyncio.create_task(Maker(one).reply(number, 1000)) for number in range(20)]
        for rounds, task in enumerate(asking):
            for _ in range(rounds):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

        replies = await asyncio.gather(*(Maker(other).reply(number) for number in range(20)))

    assert replies == [call(number) for number in range(20)]


async def test_a_put_that_nobody_waits_for_any_more_still_ends_the_turn_with_its_record(where: Path | str) -> None:
    async with Journal(where) as one, Journal(where) as other:
        async with one.turn(call(1).key):
            putting = asyncio.create_task(one.put(call(1)))
            await asyncio.sleep(0)
            putting.cancel()

        maker = Maker(other)
        assert await maker.reply(1) == call(1)
        assert maker.made == 0


async def test_a_journal_that_is_closed_gives_all_turns_back(where: Path | str) -> None:
    async with Journal(where) as one, AsyncExitStack() as turns:
        async with Journal(where) as other:
            assert await turns.enter_async_context(other.turn(call(1).key)) is None

        assert await Maker(one).reply(1) == call(1)


async def test_whoever_may_not_open_the_locks_hears_so_and_waits_for_nobody(tmp_path: Path, monkeypatch) -> None:
    def refuse(path: Path, *mode: int) -> int:
        raise PermissionError(13, "Permission denied")

    async with Journal(tmp_path / "journal.sqlite") as journal:
        monkeypatch.setattr("r2s.models.journal.sqlite.call_locks.os.open", refuse)
        with pytest.raises(JournalError, match="Permission denied"):
            async with asyncio.timeout(5), journal.turn(call(1).key):
                pass
        monkeypatch.undo()


async def test_another_process_is_waited_for(where: Path | str) -> None:
    async with Journal(where) as journal:
        async with journal.turn(call(1).key) as known:
            assert known is None
            other = process(ASKS, where)
            assert other.stdout is not None
            await asyncio.to_thread(other.stdout.readline)
            await journal.put(call(1, content="paid once"))
        said = await asyncio.to_thread(ended, other)

    assert said == "paid once\n"


async def test_the_turn_of_a_process_that_is_killed_is_free_at_once_on_this_machine(tmp_path: Path) -> None:
    await _outlive(tmp_path / "journal.sqlite")


@postgres_group
async def test_the_turn_of_a_worker_that_is_killed_is_free_once_its_lease_has_run_out(
    postgres: Cluster, database: str
) -> None:
    postgres.set_lease(database, 1)

    await _outlive(database)


async def _outlive(where: Path | str) -> None:
    other = process(HOLDS, where)
    assert other.stdout is not None
    assert await asyncio.to_thread(other.stdout.readline) == "None\n"
    async with Journal(where) as journal:
        maker = Maker(journal)
        waiting = asyncio.create_task(maker.reply(1))
        await asyncio.sleep(0.1)
        assert not waiting.done()

        other.send_signal(signal.SIGKILL)
        other.communicate()

        assert await waiting == call(1)
        assert maker.made == 1
