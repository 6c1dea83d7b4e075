"""The journal as a run uses it: durable, grouped, shared, and the first record kept."""

import asyncio
import signal
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from r2s.errors import JournalError
from r2s.models.journal import Journal
from r2s.models.journal.tools import verify
from tests.models.journal.calls import call, calls, ended, fill, process

PUTS_AND_TELLS = """
path, first = arguments[0], int(arguments[1])
async with Journal(path) as journal:
    async def work(start):
        for number in range(start, first + 1_000_000, 8):
            await journal.put(call(number))
            print(number, flush=True)
    await asyncio.gather(*(work(first + start) for start in range(8)))
"""

PUTS_MANY = """
async with Journal(arguments[0]) as journal:
    numbers = iter(range(int(arguments[1]), int(arguments[2])))
    async def work():
        for number in numbers:
            await journal.put(call(number))
    await asyncio.gather(*(work() for _ in range(16)))
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
        running.send_signal(signal.SIGKILL)
        rest, complained = running.communicate()
        told += [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        assert running.returncode == -signal.SIGKILL, complained

    async with Journal(path) as journal:
        assert journal.recovered is not None
        assert "was not closed" in journal.recovered
        assert [journal.get(call(number).key) for number in told] == [call(number) for number in told]
    assert verify(path).passed


async def test_a_thousand_puts_at_once_share_their_commits(path: Path) -> None:
    records = calls(1000)

    async with Journal(path) as journal:
        await asyncio.gather(*(journal.put(record) for record in records))
        seen = [journal.get(record.key) for record in records]

    assert seen == records
    assert journal.commits <= 100


async def test_a_put_is_there_when_it_returns_and_not_before(path: Path) -> None:
    async with Journal(path) as journal:
        assert journal.get(call(1).key) is None
        putting = asyncio.create_task(journal.put(call(1)))
        await putting

        with sqlite3.connect(path) as other:
            assert other.execute("SELECT count(*) FROM records").fetchone() == (1,)
        other.close()


async def test_of_two_records_with_one_key_the_first_is_kept(path: Path) -> None:
    first = call(1)

    async with Journal(path) as journal:
        await asyncio.gather(journal.put(first), journal.put(replace(first, content="second")))
        await journal.put(replace(first, content="third"))

        assert journal.get(first.key) == first


async def test_three_processes_share_a_journal_and_none_finds_it_locked(path: Path) -> None:
    others = [process(PUTS_MANY, path, 0, 600), process(PUTS_MANY, path, 300, 900)]

    async with Journal(path) as journal:
        await asyncio.gather(*(journal.put(call(number)) for number in range(600, 1200)))
        for other in others:
            await asyncio.to_thread(ended, other)
        found = [journal.get(record.key) for record in calls(1200)]

    assert found == calls(1200)


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
    async with Journal(path):
        assert "r2s-journal" in [thread.name for thread in threading.enumerate()]

    assert "r2s-journal" not in [thread.name for thread in threading.enumerate()]


async def test_puts_come_from_several_loops_and_threads(path: Path) -> None:
    async with Journal(path) as journal:

        async def put(start: int) -> None:
            await asyncio.gather(*(journal.put(call(number)) for number in range(start, start + 50)))

        await asyncio.gather(put(0), *(asyncio.to_thread(asyncio.run, put(start)) for start in (50, 100)))

        assert [journal.get(record.key) for record in calls(150)] == calls(150)


async def test_a_damaged_record_counts_as_absent_and_its_next_put_replaces_it(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(path, calls(10))
    damage(path, "UPDATE records SET body = zeroblob(length(body)) WHERE id IN (3, 4)")
    keys = [record.key for record in calls(10)]

    async with Journal(path) as journal:
        lost = [key for key in keys if journal.get(key) is None]
        assert len(lost) == journal.damaged == 2
        assert sorted(lost) == sorted(verify(path).damaged)
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        for record in calls(10):
            await journal.put(record)
        found = [journal.get(key) for key in keys]

    assert found == calls(10)
    assert verify(path).passed


async def test_a_damaged_prompt_leaves_a_mark_and_the_reply_is_still_served(path: Path) -> None:
    await fill(path, calls(3))
    damage(path, "UPDATE texts SET body = zeroblob(20)")

    async with Journal(path) as journal:
        found = journal.get(call(1).key)

    assert found is not None
    assert found.content == call(1).content
    assert "was damaged" in found.messages[0]["content"]
    assert len(verify(path).incomplete) == 3


async def test_a_damaged_prompt_is_whole_again_once_a_record_shares_it(path: Path) -> None:
    await fill(path, calls(3))
    damage(path, "UPDATE texts SET body = zeroblob(20)")

    await fill(path, [call(4)])

    assert verify(path).passed


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


def damage(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()
