"""Looking into a journal, checking it, tidying it and bringing replies in, from Python and from the command line."""

import json
import sqlite3
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from r2s.cli import journal as command
from r2s.errors import JournalError
from r2s.models.journal import Journal, tools
from tests.models.journal.calls import call, calls, fill

KEY = "0123456789abcdef" * 2


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite"
    await fill(path, calls(20))
    return path


def r2s(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command("other")(lambda: None)
    command.register(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def damage(path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE records SET role = 'x' WHERE id IN (2, 3)")
    connection.close()


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))


def batch_line(key: str, content: Any, **changes: Any) -> dict[str, Any]:
    """A line as the OpenAI Batch API writes it."""
    body = {
        "model": "gpt-x",
        "created": 1_800_000_000,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7},
    }
    return {
        "id": "batch_req_1",
        "custom_id": key,
        "response": {"status_code": 200, "body": body},
        "error": None,
        **changes,
    }


def write(folder: Path, *lines: Any) -> Path:
    file = folder / "replies.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return file


def test_info_counts_what_is_there(path: Path) -> None:
    found = tools.info(path)

    assert found.records == 20
    assert found.models == {"test": 20}
    assert found.roles == {"user": 10, "reviewer": 10}
    assert (found.first, found.last) == (call(0).created, call(19).created)
    assert (found.prompt_tokens, found.completion_tokens) == (sum(range(100, 120)), 200)
    assert found.bytes == path.stat().st_size


async def test_prompts_come_one_by_one_in_the_order_of_the_calls_without_those_that_are_damaged(tmp_path: Path) -> None:
    path, count = tmp_path / "journal.sqlite", 200
    prompts = [[{"role": "user", "content": f"{number} ".join(["words "] * 2000)}] for number in range(count)]
    await fill(path, [call(number, messages=prompts[number], created=float(-number)) for number in range(count)])
    damage(path)

    tracemalloc.start()
    seen = [messages[0]["content"][6:10].split()[0] for messages in tools.prompts(path)]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert seen == [str(number) for number in reversed(range(count)) if number not in (1, 2)]
    assert most < sum(len(prompt[0]["content"]) for prompt in prompts) / 5


def test_records_come_in_the_order_in_which_they_were_put(path: Path) -> None:
    assert list(tools.records(path)) == calls(20)


def test_looking_leaves_no_files_behind(path: Path) -> None:
    tools.info(path)
    tools.verify(path)
    list(tools.records(path.parent))

    assert files(path.parent) == ["journal.sqlite"]


async def test_a_journal_in_use_can_be_looked_into_but_not_tidied(path: Path) -> None:
    async with Journal(path) as journal:
        await journal.put(call(99))

        assert tools.info(path).records == 21
        assert tools.verify(path).passed
        with pytest.raises(JournalError, match="in use"):
            tools.vacuum(path)
        await journal.put(call(100))

    assert tools.info(path).records == 22


def test_verify_names_the_damaged_records_and_vacuum_drops_them(path: Path) -> None:
    damage(path)
    keys = [record.key for record in calls(20)]

    assert tools.verify(path).damaged == keys[1:3]
    assert [record.key for record in tools.records(path)] == [keys[0], *keys[3:]]
    done = tools.vacuum(path)

    assert (done.records_dropped, done.recovered) == (2, None)
    assert tools.verify(path).passed
    assert tools.info(path).records == 18
    assert files(path.parent) == ["journal.sqlite"]


async def test_vacuum_drops_texts_that_no_record_names_and_the_file_shrinks(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    own = [call(number, messages=[{"role": "user", "content": f"{number} " * 3000}]) for number in range(50)]
    await fill(path, [*own, call(50)])
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DELETE FROM records WHERE id <= 50")
    connection.close()

    done = tools.vacuum(path)

    assert done.texts_dropped == 50
    assert done.after < done.before
    assert list(tools.records(path)) == [call(50)]


def test_replies_of_a_batch_become_records(path: Path) -> None:
    file = write(path.parent, batch_line(KEY, "Hello"), "", batch_line(call(3).key, "too late"))

    done = tools.import_replies(path, file)

    assert (done.added, done.known, done.faults) == (1, 1, [])
    imported = next(record for record in tools.records(path) if record.key == KEY)
    assert (imported.content, imported.model, imported.finish) == ("Hello", "gpt-x", "stop")
    assert (imported.prompt_tokens, imported.completion_tokens, imported.created) == (11, 7, 1.8e9)
    assert list(tools.records(path))[:20] == calls(20)


async def test_replies_of_a_person_start_a_journal_and_are_served(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"

    tools.import_replies(path, write(tmp_path, {"key": KEY, "content": "By hand 灯塔"}))

    async with Journal(path) as journal:
        found = journal.get(KEY)
    assert found is not None
    assert (found.content, found.messages, found.prompt_tokens) == ("By hand 灯塔", [], None)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"custom_id": "', "no JSON"),
        ("[1]", "a JSON object is expected"),
        ({"id": KEY}, 'neither "custom_id" nor "key"'),
        ({"key": "request-1", "content": "a"}, "'request-1' is no journal key"),
        ({"key": KEY}, 'no text in "content"'),
        ({"key": KEY, "content": None}, 'no text in "content"'),
        (batch_line(KEY, ["a"]), 'no text in "content"'),
        (batch_line(KEY, "a", response={"status_code": 200, "body": {"choices": []}}), "no message"),
        (batch_line(KEY, "a", response={"status_code": 200}), "no object"),
    ],
)
def test_a_wrong_line_is_named_and_keeps_no_other_one_out(tmp_path: Path, line: Any, fault: str) -> None:
    file = write(tmp_path, line, {"key": "f" * 32, "content": "good"})

    done = tools.import_replies(tmp_path / "journal.sqlite", file)

    assert done.added == 1
    [said] = done.faults
    assert said.startswith(f"{file}:1: ")
    with pytest.raises(AssertionError, match=fault):
        raise AssertionError(said)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (batch_line(KEY, "a", response={"status_code": 429, "body": {"error": "slow"}}), "HTTP 429: slow"),
        (batch_line(KEY, "a", response={"status_code": 400, "body": {"error": {"message": "no"}}}), "HTTP 400: no"),
        (batch_line(KEY, "a", response={"status_code": 500, "body": None}), "HTTP 500"),
        (batch_line(KEY, "a", response=None, error={"code": "expired", "message": "late"}), "expired: late"),
        (batch_line(KEY, "a", response=None, error=None), "no response"),
        (batch_line(KEY, "a", response="?"), "no response"),
    ],
)
def test_calls_that_failed_are_counted_by_their_reason_and_stay_open(tmp_path: Path, line: Any, reason: str) -> None:
    file = write(tmp_path, line, line, batch_line("f" * 32, "good"))

    done = tools.import_replies(tmp_path / "journal.sqlite", file)

    assert (done.added, done.failed, done.faults) == (1, {reason: 2}, [])
    assert [record.key for record in tools.records(tmp_path)] == ["f" * 32]


def test_a_reply_without_text_counts_as_said_and_reasoning_is_left_out(tmp_path: Path) -> None:
    file = write(tmp_path, batch_line(KEY, None), batch_line("f" * 32, "<think>hm</think>{}"))

    tools.import_replies(tmp_path / "journal.sqlite", file)

    assert [record.content for record in tools.records(tmp_path)] == ["", "{}"]


def test_replies_that_nobody_asked_for_are_named_and_kept(path: Path) -> None:
    old, asked, strange = call(3).key, KEY, "f" * 32
    file = write(path.parent, *({"key": key, "content": "a"} for key in (old, asked, strange)))

    done = tools.import_replies(path, file, asked={asked})

    assert (done.added, done.known, done.strangers) == (2, 1, [strange])


def test_where_there_is_no_journal_every_tool_says_so(tmp_path: Path) -> None:
    for tool in (tools.info, tools.verify, tools.vacuum):
        with pytest.raises(JournalError, match="there is no journal here"):
            tool(tmp_path)


def test_the_command_says_what_a_journal_holds(path: Path) -> None:
    shown = r2s("journal", "info", path.parent)
    read = json.loads(r2s("journal", "info", path, "--json").stdout)

    assert "20 records" in shown.stdout
    assert "reviewer  10" in shown.stdout
    assert "from 2027-01-15 08:00:00 UTC" in shown.stdout
    assert (read["records"], read["roles"]) == (20, {"user": 10, "reviewer": 10})


def test_the_command_verifies_and_ends_with_1_where_a_record_is_damaged(path: Path) -> None:
    assert r2s("journal", "verify", path).exit_code == 0
    damage(path)

    shown, read = r2s("journal", "verify", path), r2s("journal", "verify", path, "--json")

    assert shown.exit_code == read.exit_code == 1
    assert f"{call(1).key}  damaged" in shown.stdout
    assert json.loads(read.stdout)["damaged"] == [call(1).key, call(2).key]


def test_the_command_finds_a_broken_file_and_mends_it(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(4096))

    verdict, mended = r2s("journal", "verify", path), r2s("journal", "vacuum", path)

    assert verdict.exit_code == 1
    assert "the file is damaged" in verdict.stdout
    assert "20 records are saved" in mended.stderr
    assert r2s("journal", "verify", path).exit_code == 0


def test_the_command_imports_replies_and_names_lines_of_no_use(path: Path) -> None:
    good = write(path.parent, {"key": KEY, "content": "a"})
    assert r2s("journal", "import", path.parent, good).stdout.startswith("1 replies added")

    done = r2s("journal", "import", path, write(path.parent, {"key": KEY, "content": "a"}, "nonsense"))

    assert done.exit_code == 1
    assert "0 replies added" in done.stdout
    assert "replies.jsonl:2: no JSON" in done.stderr


@pytest.mark.parametrize("name", ["info", "verify", "vacuum", "import"])
def test_every_command_has_help_with_an_example(name: str) -> None:
    assert f"r2s journal {name} RUN" in r2s("journal", name, "--help").stdout


def test_records_are_looked_up_by_their_keys_without_those_that_are_gone_or_damaged(path: Path) -> None:
    damage(path)

    with tools.lookup(path) as find:
        found = find([call(0).key, call(2).key, call(7).key, KEY, "no key"])

    assert found == {call(0).key: call(0), call(7).key: call(7)}
