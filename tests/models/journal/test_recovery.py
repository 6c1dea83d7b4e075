"""Journals that were cut off, flipped or never were journals: what can be read is saved, and nothing else is served."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from r2s.errors import JournalError
from r2s.models.journal import CallRecord, Journal
from r2s.models.journal.packing import LOST
from r2s.models.journal.tools import verify
from tests.models.journal.calls import call, calls, fill

COUNT = 400


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of 400 records that was closed as it should be; some records are longer than a page."""
    path = tmp_path_factory.mktemp("closed") / "journal.sqlite"
    asyncio.run(fill(path, many()))
    return path


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a killed process leaves it: half in the file, half in its log."""
    folder = tmp_path_factory.mktemp("killed")
    asyncio.run(_kill(folder / "running.sqlite", folder))
    return folder / "journal.sqlite"


async def _kill(path: Path, folder: Path) -> None:
    await fill(path, many()[: COUNT // 2])
    async with Journal(path) as journal:
        for record in many()[COUNT // 2 :]:
            await journal.put(record)
        for ending in ("", "-wal", "-shm"):
            shutil.copy(f"{path}{ending}", folder / f"journal.sqlite{ending}")


def many() -> list[CallRecord]:
    chance = random.Random(1)
    long = {number: "".join(map(chr, chance.choices(range(0x4E00, 0x9000), k=6000))) for number in range(5, COUNT, 50)}
    return [call(number, content=long[number]) if number in long else call(number) for number in range(COUNT)]


def copy(path: Path, folder: Path) -> Path:
    for part in path.parent.glob(f"{path.name}*"):
        shutil.copy(part, folder / part.name)
    return folder / path.name


def served(path: Path) -> tuple[int, str | None]:
    """How many records a damaged journal still serves, each of them right, and what it says of its recovery."""
    count, recovered = asyncio.run(_serve(path))
    assert verify(path).fault is None
    return count, recovered


async def _serve(path: Path) -> tuple[int, str | None]:
    count = 0
    async with Journal(path) as journal:
        for record in many():
            found = journal.get(record.key)
            if found is not None:
                assert found.content == record.content
                assert found == record or LOST in str(found.messages)
                count += 1
        await journal.put(call(COUNT))
        assert journal.get(call(COUNT).key) == call(COUNT)
        return count, journal.recovered


def refuse(path: Path) -> None:
    asyncio.run(Journal(path).open())


def cut(part: Path, chance: random.Random) -> None:
    with part.open("r+b") as file:
        file.truncate(chance.randrange(part.stat().st_size))


def flip(part: Path, chance: random.Random) -> None:
    with part.open("r+b") as file:
        for _ in range(chance.choice((1, 1, 10))):
            at = chance.randrange(part.stat().st_size)
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))


@pytest.mark.parametrize("seed", range(12))
def test_a_file_cut_off_anywhere_serves_what_is_before_the_cut(closed: Path, tmp_path: Path, seed: int) -> None:
    path = copy(closed, tmp_path)
    cut(path, random.Random(seed))
    share = path.stat().st_size / closed.stat().st_size

    count, recovered = served(path)

    assert recovered is not None
    assert f"{count} records are saved" in recovered
    assert path.with_name("journal.sqlite.damaged").exists()
    assert count >= COUNT * (share - 0.25)


@pytest.mark.parametrize("seed", range(12))
def test_a_log_cut_off_anywhere_serves_every_transaction_before_the_cut(
    killed: Path, tmp_path: Path, seed: int
) -> None:
    path = copy(killed, tmp_path)
    wal = path.with_name(f"{path.name}-wal")
    cut(wal, random.Random(seed))
    share = wal.stat().st_size / killed.with_name(wal.name).stat().st_size

    count, recovered = served(path)

    assert count >= COUNT / 2 * (1 + share - 0.1)
    assert recovered is not None
    assert f"{count} records committed are there" in recovered


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("state", ["closed", "killed"])
def test_flipped_bits_cost_few_records_and_serve_no_wrong_one(
    closed: Path, killed: Path, tmp_path: Path, seed: int, state: str
) -> None:
    path = copy({"closed": closed, "killed": killed}[state], tmp_path)
    flip(path, random.Random(seed))

    count, _ = served(path)

    assert count >= COUNT * 0.85


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bits_in_the_log_cost_few_of_the_records_behind_them(killed: Path, tmp_path: Path, seed: int) -> None:
    path = copy(killed, tmp_path)
    flip(path.with_name(f"{path.name}-wal"), random.Random(seed))

    count, _ = served(path)

    assert count >= COUNT * 0.95


def _wipe_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\xff" * 100)


def _wipe_first_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(4096))


def _lose_tables(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")
    with connection:
        connection.execute(
            "UPDATE sqlite_master SET name = 'recorda', tbl_name = 'recorda', sql = replace(sql, 'records', 'recorda')"
        )
    connection.close()


@pytest.mark.parametrize("harm", [_wipe_header, _wipe_first_page, _lose_tables])
def test_a_file_whose_beginning_is_gone_loses_no_record(
    closed: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    path = copy(closed, tmp_path)
    harm(path)

    count, recovered = served(path)

    assert count == COUNT
    assert recovered is not None
    assert "400 records are saved" in recovered


def test_an_emptied_file_is_filled_again_from_its_log(killed: Path, tmp_path: Path) -> None:
    path = copy(killed, tmp_path)
    path.write_bytes(b"")

    count, recovered = served(path)

    assert count >= COUNT / 2
    assert recovered is not None
    assert "the file is empty" in recovered


def test_each_damaged_file_is_kept_under_a_name_of_its_own(closed: Path, tmp_path: Path) -> None:
    for _ in range(2):
        path = copy(closed, tmp_path)
        _wipe_header(path)
        served(path)

    assert sorted(kept.name for kept in tmp_path.glob("*.damaged")) == [
        "journal.sqlite.2.damaged",
        "journal.sqlite.damaged",
    ]


def test_the_message_is_logged(closed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = copy(closed, tmp_path)
    _wipe_header(path)

    served(path)

    assert "the damaged file is kept as" in caplog.text


def test_a_file_that_never_was_a_journal_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("These are my notes. " * 500)

    with pytest.raises(JournalError, match="is no journal"):
        refuse(notes)

    assert notes.read_text() == "These are my notes. " * 500
    assert [file.name for file in tmp_path.iterdir() if not file.name.startswith(".")] == ["notes.txt"]


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bills (amount)")
    connection.close()

    with pytest.raises(JournalError, match="another program"):
        refuse(path)


def test_a_journal_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    asyncio.run(fill(path, calls(1)))
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()

    with pytest.raises(JournalError, match=r"later R2S \(journal version 2, this one reads 1\)"):
        refuse(path)


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="No such file or directory"):
        refuse(tmp_path / "nowhere" / "journal.sqlite")
