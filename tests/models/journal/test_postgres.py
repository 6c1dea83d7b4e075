"""What is particular to a database: it can be out of reach, restarted, or want a password that nobody else may see."""

import asyncio
import logging
import sys

import pytest

from r2s.errors import ConfigError, JournalError, JournalLostError
from r2s.models.journal import Journal, tools
from r2s.models.journal.address import DatabaseAddress
from tests.models.journal.calls import call, calls, fill
from tests.postgres import Cluster, postgres_group

pytestmark = postgres_group


async def test_a_database_that_is_not_there_is_said_at_once(postgres: Cluster) -> None:
    for url in (postgres.url("nothing"), "postgresql://r2s@127.0.0.1:1/r2s?connect_timeout=2"):
        with pytest.raises(JournalLostError, match="does not let us in"):
            await Journal(url).open()
        with pytest.raises(JournalLostError, match="does not let us in"):
            tools.info(url)


async def test_a_password_lets_us_in_and_is_in_no_message(
    postgres: Cluster, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    postgres.require_password("anna", "s3c@ret")
    postgres.sql("CREATE DATABASE annas OWNER anna")
    right, wrong = (postgres.url("annas", f"anna:{password}") for password in ("s3c%40ret", "s3c%40ret2"))

    await fill(right, calls(3))
    with pytest.raises(JournalLostError, match="password authentication failed") as refused:
        await Journal(wrong).open()
    monkeypatch.setenv("PGPASSWORD", "s3c@ret")
    found = tools.info(postgres.url("annas", "anna"))

    assert found.records == 3
    said = f"{tools.info(right)} {tools.vacuum(right)} {Journal(right)} {refused.value} {caplog.text}"
    assert "s3c" not in said
    assert "anna@/annas?host=" in said


async def test_who_may_not_make_tables_is_told_what_is_missing(postgres: Cluster, database: str) -> None:
    postgres.sql("CREATE ROLE guest LOGIN")

    with pytest.raises(JournalError, match="GRANT CREATE ON DATABASE"):
        await Journal(database.replace("r2s@", "guest@")).open()


def test_without_the_driver_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ConfigError, match=r"pip install 'r2s-dialogues\[postgres\]'"):
        Journal("postgresql://r2s@db/r2s")


async def test_a_server_that_is_restarted_is_waited_for_and_nothing_is_lost(postgres: Cluster, database: str) -> None:
    async with Journal(database) as journal:
        puts = [asyncio.create_task(_put_in_turn(journal, number)) for number in range(600)]
        for how in ("fast", "immediate"):
            await asyncio.sleep(0.05)
            await asyncio.to_thread(postgres.stop, how)
            await asyncio.to_thread(postgres.start)
        await asyncio.gather(*puts)

        assert [journal.get(record.key) for record in calls(600)] == calls(600)
    assert tools.verify(database).passed


async def _put_in_turn(journal: Journal, number: int) -> None:
    await asyncio.sleep(number / 2000)
    async with journal.turn(call(number).key) as known:
        assert known is None
        await journal.put(call(number))


async def test_a_server_that_does_not_come_back_is_an_error_and_what_it_has_is_there_later(
    postgres: Cluster, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    from r2s.models.journal.postgres.store import PostgresStore

    await fill(database, calls(3))
    journal = Journal(database)
    journal.store = PostgresStore(DatabaseAddress(database), patience=0.5)
    async with journal:
        await asyncio.to_thread(postgres.stop)
        try:
            with pytest.raises(JournalLostError, match="journal's database"):
                await journal.put(call(3))
            with pytest.raises(JournalLostError, match="journal's database"):
                async with journal.turn(call(4).key):
                    pass
        finally:
            await asyncio.to_thread(postgres.start)
        await journal.put(call(5))

    assert "it is tried again" in caplog.text
    assert list(tools.records(database)) == [*calls(3), call(5)]


async def test_turns_of_those_who_live_outlast_a_restart_that_takes_longer_than_a_lease(
    postgres: Cluster, database: str
) -> None:
    postgres.set_lease(database, 2)
    async with Journal(database) as one, Journal(database) as other:
        async with one.turn(call(1).key) as known:
            assert known is None
            await asyncio.to_thread(postgres.stop)
            await asyncio.sleep(2.5)
            await asyncio.to_thread(postgres.start)
            waiting = asyncio.create_task(_reply(other, 1))
            await asyncio.sleep(1)
            await one.put(call(1, content="paid once"))

        assert await waiting == "paid once"


async def _reply(journal: Journal, number: int) -> str | None:
    async with journal.turn(call(number).key) as known:
        return known.content if known else None
