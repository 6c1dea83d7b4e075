"""The journal in a file: what is put survives, what another process puts is seen, and closing loses nothing."""

import asyncio
import math
import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from r2s.errors import JournalError
from r2s.models.journal import Journal
from r2s.models.journal.groups import MOST_TOGETHER
from r2s.models.journal.tools import verify
from tests.models.journal.calls import call, calls, ended, fill, killed, process

PUTS_AND_TELLS = """
path, first = arguments[0], int(arguments[1])
async with Journal(path) as journal:
    async def work(start):
        for number in range(start, first + 1_000_000, 8):
            await journal.put(call(number))
            print(number, flush=True)
    await asyncio.gather(*(work(first + start) for start in range(8)))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


async def test_every_put_that_returned_survives_kill_9_ten_times_over(path: Path) -> None:
    told: list[int] = []

    for round in range(10):
        running = process(PUTS_AND_TELLS, path, round * 10_000)
        assert running.stdout is not None
        told += [int(running.stdout.readline()) for _ in range(1 + 17 * round)]
        rest, complained = killed(running)
        told += rest
        assert running.returncode == -signal.SIGKILL, complained

    async with Journal(path) as journal:
        assert journal.recovered is not None
        assert "was not closed" in journal.recovered
        assert [journal.get(call(number).key) for number in told] == [call(number) for number in told]
    assert verify(path).passed


async def test_puts_that_wait_share_as_few_commits_as_may_be(path: Path) -> None:
    records = calls(1000)

    async with Journal(path) as journal:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            # Nothing can be written until all are there, however slow the machine.
            other.execute("BEGIN IMMEDIATE")
            putting = [asyncio.create_task(journal.put(record)) for record in records]
            await asyncio.sleep(0)
        await asyncio.gather(*putting)

    # Those that waited first may be few; the rest goes as many at once as may be.
    assert journal.commits <= 1 + math.ceil(len(records) / MOST_TOGETHER)


async def test_a_put_is_there_when_it_returns_and_not_before(path: Path) -> None:
    async with Journal(path) as journal:
        assert journal.get(call(1).key) is None
        putting = asyncio.create_task(journal.put(call(1)))
        await putting

        with sqlite3.connect(path) as other:
            assert other.execute("SELECT count(*) FROM records").fetchone() == (1,)
        other.close()


async def test_a_get_sees_what_another_process_has_put(path: Path) -> None:
    async with Journal(path) as journal:
        assert journal.get(call(5).key) is None

        await asyncio.to_thread(
            ended, process("async with Journal(arguments[0]) as journal:\n    await journal.put(call(5))", path)
        )

        assert journal.get(call(5).key) == call(5)


async def test_closing_loses_nothing_that_is_queued(path: Path) -> None:
    journal = await Journal(path).open()
    puts = [asyncio.create_task(journal.put(record)) for record in calls(700)]
    await asyncio.sleep(0)

    await journal.close()

    await asyncio.gather(*puts)
    assert verify(path).records == 700
    assert not path.with_name("journal.sqlite-wal").exists()


async def test_a_put_that_is_cancelled_harms_no_other(path: Path) -> None:
    async with Journal(path) as journal:
        puts = [asyncio.create_task(journal.put(record)) for record in calls(20)]
        await asyncio.sleep(0)
        puts[3].cancel()

        results = await asyncio.gather(*puts, return_exceptions=True)

        assert [type(result) for result in results].count(asyncio.CancelledError) == 1
        assert all(journal.get(record.key) == record for record in calls(20))


async def test_a_closed_journal_says_so_and_can_be_opened_again(path: Path) -> None:
    journal = Journal(path)

    with pytest.raises(JournalError, match="not open"):
        journal.get(call(1).key)
    with pytest.raises(JournalError, match="not open"):
        await journal.put(call(1))
    for _ in range(2):
        async with journal:
            await journal.put(call(1))
        await journal.close()
        assert journal.commits == 1


async def test_a_journal_that_is_closed_leaves_no_thread(path: Path) -> None:
    before = set(threading.enumerate())

    async with Journal(path):
        assert "r2s-journal" in {thread.name for thread in set(threading.enumerate()) - before}

    assert "r2s-journal" not in {thread.name for thread in set(threading.enumerate()) - before}


async def test_puts_come_from_several_loops_and_threads(path: Path) -> None:
    async with Journal(path) as journal:

        async def put(start: int) -> None:
            await asyncio.gather(*(journal.put(call(number)) for number in range(start, start + 50)))

        await asyncio.gather(put(0), *(asyncio.to_thread(asyncio.run, put(start)) for start in (50, 100)))

        assert [journal.get(record.key) for record in calls(150)] == calls(150)


async def test_a_full_disk_is_an_error_of_the_put_and_not_of_the_journal(path: Path) -> None:
    await fill(path, calls(3))
    code = """
import resource
from r2s.errors import JournalError
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
async with Journal(arguments[0]) as journal:
    for number in range(10_000):
        try:
            await journal.put(call(number))
        except JournalError as error:
            print(number, error)
            break
"""
    number, _, error = (await asyncio.to_thread(ended, process(code, path))).partition(" ")

    assert "could not be written" in error
    async with Journal(path) as journal:
        assert all(journal.get(call(before).key) for before in range(int(number)))
