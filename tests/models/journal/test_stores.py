"""What a journal promises wherever it is kept: durable, grouped, the first record kept, damage found."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from r2s.errors import JournalError
from r2s.models.journal import Journal, tools
from r2s.models.journal.stores import store_at
from tests.models.journal.calls import call, calls, ended, fill, killed, process

PUTS_AND_TELLS = """
async with Journal(arguments[0]) as journal:
    async def work(start):
        for number in range(start, 1_000_000, 8):
            await journal.put(call(number))
            print(number, flush=True)
    await asyncio.gather(*(work(start) for start in range(8)))
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
def damage(where: Path | str) -> Callable[[str], None]:
    """Change what is stored behind the journal's back."""

    def change(statement: str) -> None:
        with store_at(where).tidy() as tidier:
            connection: Any = getattr(tidier, "connection")  # noqa: B009 (of another type in each store)
            connection.execute(statement)

    return change


async def test_a_thousand_puts_at_once_share_their_commits_and_come_back_as_they_were(where: Path | str) -> None:
    records = [*calls(999), call(999, content="灯塔\x00 \ud83d é", seed=None, prompt_tokens=None, finish=None)]

    async with Journal(where) as journal:
        await asyncio.gather(*(journal.put(record) for record in records))
        seen = [journal.get(record.key) for record in records]

    assert seen == records
    assert journal.commits <= 100


async def test_every_put_that_returned_survives_kill_9(where: Path | str) -> None:
    running = process(PUTS_AND_TELLS, where)
    assert running.stdout is not None
    told = [int(running.stdout.readline()) for _ in range(300)]
    told += killed(running)[0]

    async with Journal(where) as journal:
        assert [journal.get(call(number).key) for number in told] == [call(number) for number in told]
    assert tools.verify(where).passed


async def test_of_two_records_with_one_key_the_first_is_kept_unless_it_is_to_be_replaced(where: Path | str) -> None:
    first = call(1)

    async with Journal(where) as journal:
        await asyncio.gather(journal.put(first), journal.put(replace(first, content="second")))
        await journal.put(replace(first, content="third"))
        kept = journal.get(first.key)
        await journal.put(replace(first, content="fourth"), replaces=True)

        assert kept == first
        assert journal.get(first.key) == replace(first, content="fourth")


async def test_three_processes_share_a_journal(where: Path | str) -> None:
    others = [process(PUTS_MANY, where, 0, 600), process(PUTS_MANY, where, 300, 900)]

    async with Journal(where) as journal:
        await asyncio.gather(*(journal.put(call(number)) for number in range(600, 1200)))
        for other in others:
            await asyncio.to_thread(ended, other)
        found = [journal.get(record.key) for record in calls(1200)]

    assert found == calls(1200)
    assert tools.verify(where).passed


async def test_a_damaged_record_counts_as_absent_and_its_next_put_replaces_it(
    where: Path | str, damage: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    await fill(where, calls(10))
    damage("UPDATE records SET role = 'x' WHERE id IN (3, 4)")

    async with Journal(where) as journal:
        lost = [record for record in calls(10) if journal.get(record.key) is None]
        assert len(lost) == journal.damaged == 2
        assert sorted(record.key for record in lost) == sorted(tools.verify(where).damaged)
        assert "`r2s journal verify` lists all such" in caplog.text
        for record in lost:
            async with journal.turn(record.key) as known:
                assert known is None
                await journal.put(record)

    assert tools.verify(where).passed
    assert sorted(record.key for record in tools.records(where)) == sorted(record.key for record in calls(10))


async def test_a_damaged_prompt_leaves_a_mark_and_is_whole_again_once_a_record_shares_it(
    where: Path | str, damage: Callable[[str], None]
) -> None:
    await fill(where, calls(3))
    damage("UPDATE texts SET body = checksum FROM records WHERE records.id = 1")

    async with Journal(where) as journal:
        found = journal.get(call(1).key)

    assert found is not None
    assert found.content == call(1).content
    assert "was damaged" in found.messages[0]["content"]
    assert len(tools.verify(where).incomplete) == 3
    await fill(where, [call(4)])
    assert tools.verify(where).passed


async def test_tools_count_list_find_and_tidy(where: Path | str, damage: Callable[[str], None]) -> None:
    own = [call(number, messages=[{"role": "user", "content": f"{number} " * 3000}]) for number in range(30)]
    await fill(where, own)
    await fill(where, [call(number, created=float(100 - number)) for number in range(30, 40)])
    damage("UPDATE records SET model = 'x' WHERE id <= 30")

    counted, before = tools.info(where), tools.verify(where)
    tidied = tools.vacuum(where)

    assert (counted.records, counted.roles, counted.completion_tokens) == (40, {"user": 20, "reviewer": 20}, 400)
    assert (counted.models, counted.first) == ({"x": 30, "test": 10}, 61.0)
    assert len(before.damaged) == 30
    assert (tidied.records_dropped, tidied.texts_dropped) == (30, 30)
    assert tidied.after < tidied.before == counted.bytes
    assert [record.seed for record in tools.records(where)] == list(range(30, 40))
    assert list(tools.prompts(where)) == [call(number).messages for number in range(39, 29, -1)]
    assert tools.find(where, call(35).key) == tools.find(where, call(35).key[:8]) == call(35, created=65.0)
    assert tools.find(where, "f" * 32) is None


def test_replies_from_a_file_are_taken_in_once_and_counted(where: Path | str, tmp_path: Path) -> None:
    file = tmp_path / "replies.jsonl"
    key, hostile = "0123456789abcdef" * 2, '"model": "a\\u0000\\ud800b", "usage": {"prompt_tokens": 1e400}'
    choice = '{"message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}'
    file.write_text(
        f'{{"key": "{key}", "content": "By hand 灯塔"}}\n{{"custom_id": "{"f" * 32}", "response": '
        f'{{"status_code": 200, "body": {{{hostile}, "choices": [{choice}]}}}}}}\n',
        encoding="utf-8",
    )

    first, second = (tools.import_replies(where, file, asked={key}) for _ in range(2))

    assert (first.added, first.known, first.strangers) == (2, 0, ["f" * 32])
    assert (second.added, second.known, second.strangers) == (0, 2, [])
    by_hand, by_machine = tools.records(where)
    assert (by_hand.content, by_machine.content, by_machine.model) == ("By hand 灯塔", "Hello", "a?b")


async def test_a_journal_in_use_is_not_tidied_and_one_that_is_not_there_is_not_made(where: Path | str) -> None:
    for tool in (tools.info, tools.verify, tools.vacuum):
        with pytest.raises(JournalError, match="there is no journal here"):
            tool(where)
    async with Journal(where):
        with pytest.raises(JournalError, match="in use"):
            tools.vacuum(where)


async def test_tables_are_brought_up_to_date_step_by_step_and_never_while_an_earlier_r2s_uses_them(
    where: Path | str,
) -> None:
    await fill(where, calls(3))

    async with Journal(where) as old:
        with _a_later_r2s(where), pytest.raises(JournalError, match="in use by an earlier R2S"):
            await Journal(where).open()
        assert old.get(call(1).key) == call(1)
    with _a_later_r2s(where):
        async with Journal(where) as new:
            assert new.get(call(1).key) == call(1)
        with store_at(where).look() as look:
            assert list(look.select("SELECT text FROM notes")) == []
        assert tools.verify(where).passed


async def test_what_a_later_r2s_wrote_is_left_alone(where: Path | str) -> None:
    with _a_later_r2s(where):
        await fill(where, calls(3))

    for use in (tools.info, tools.vacuum, lambda where: asyncio.run(Journal(where).open())):
        with pytest.raises(JournalError, match=r"later R2S \(journal version 2, this one reads 1\)"):
            await asyncio.to_thread(use, where)


@contextmanager
def _a_later_r2s(where: Path | str) -> Iterator[None]:
    """One whose tables have taken one step more."""
    steps = import_module(f"{type(store_at(where)).__module__.rpartition('.')[0]}.tables").STEPS
    steps.append(("CREATE TABLE notes (text TEXT)",))
    try:
        yield
    finally:
        steps.pop()
