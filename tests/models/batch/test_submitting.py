"""Submitting and fetching through the real OpenAI client: nothing is paid for twice, nothing is lost."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mock_server import MockServer
from r2s.errors import ConfigError, EndpointError, RunError
from r2s.models.batch.endpoint import BatchEndpoint
from r2s.models.batch.fetch import Fetched, fetch
from r2s.models.batch.files import keys_in
from r2s.models.batch.submissions import submissions_of
from r2s.models.batch.submit import Submitted, submit
from r2s.models.batch.wanted import WantedRequests
from r2s.models.journal import Journal
from r2s.models.journal.tools import records
from tests.models.batch.test_wanted import body, key


@pytest.fixture
async def journal(tmp_path: Path) -> Path:
    async with Journal(tmp_path):
        return tmp_path / "journal.sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "requests"


def want(folder: Path, *numbers: int, model: str = "mock") -> None:
    """What a run leaves behind that wants these."""
    requests = WantedRequests(folder)
    for number in numbers:
        requests.add(key(number), "d", body(model, f"number {number}"))
    requests.write()
    requests.close()


async def send(folder: Path, server: MockServer, **more: Any) -> Submitted:
    def go() -> Submitted:
        with BatchEndpoint(server.url) as endpoint:
            return submit(folder, endpoint, **more)

    return await asyncio.to_thread(go)


async def take(folder: Path, server: MockServer, journal: Path) -> Fetched:
    def go() -> Fetched:
        with BatchEndpoint(server.url) as endpoint:
            return fetch(folder, endpoint, journal)

    return await asyncio.to_thread(go)


def remembered(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "batches.json").read_text())


def forget(folder: Path, **changes: Any) -> None:
    """Make the last submission what it was when it was interrupted."""
    entries = remembered(folder)
    entries[-1].update(changes)
    (folder / "batches.json").write_text(json.dumps(entries))


def asked(server: MockServer) -> list[str]:
    return sorted(body["messages"][0]["content"] for body, _ in server.bodies)


async def test_what_is_submitted_is_answered_and_comes_into_the_journal(folder, journal, serve) -> None:
    server = await serve(batch_looks=1)
    want(folder, 1, 2, 3)

    done = await send(folder, server)
    looked = await take(folder, server, journal)
    fetched = await take(folder, server, journal)
    again = await take(folder, server, journal)

    assert [(entry.requests, entry.model) for entry in done.begun] == [(3, "mock")]
    assert [entry.status for entry in looked.under_way] == ["in_progress"]
    assert (fetched.imported.added, fetched.imported.strangers, fetched.under_way) == (3, [], [])
    assert {record.key for record in records(journal)} == {key(number) for number in (1, 2, 3)}
    assert (again.ended, again.under_way) == ([], [])


async def test_submitting_twice_pays_once_before_and_after_the_replies(folder, journal, serve) -> None:
    server = await serve()
    want(folder, 1, 2)
    await send(folder, server)

    pending = await send(folder, server)
    await take(folder, server, journal)
    answered = await send(folder, server)

    assert (pending.begun, pending.with_the_server, pending.answered) == ([], 2, 0)
    assert (answered.begun, answered.with_the_server, answered.answered) == ([], 0, 2)
    assert asked(server) == ["number 1", "number 2"]


async def test_a_new_round_submits_only_what_is_not_under_way(folder, journal, serve) -> None:
    server = await serve()
    want(folder, 1, 2)
    await send(folder, server)
    want(folder, 2, 3)

    done = await send(folder, server)
    await take(folder, server, journal)

    assert [entry.requests for entry in done.begun] == [1]
    assert asked(server) == ["number 1", "number 2", "number 3"]


async def test_what_failed_or_expired_may_be_submitted_again(folder, journal, serve) -> None:
    faulty, server = await serve(faults={"hang": 0.3, "500": 0.3}, seed=1), await serve()
    want(folder, *range(20))
    await send(folder, faulty)

    fetched = await take(folder, faulty, journal)
    again = await send(folder, server)
    rest = await take(folder, server, journal)

    lost = fetched.imported.failed
    assert fetched.ended[0].status == "expired"
    assert set(lost) == {
        "batch_expired: This request could not be executed before the completion window.",
        "HTTP 500: a fault was drawn",
    }
    assert again.begun[0].requests == lost.total() == 20 - fetched.imported.added > 0
    assert rest.imported.added == lost.total()


async def test_a_batch_that_began_without_our_hearing_of_it_is_adopted(folder, journal, serve) -> None:
    server = await serve()
    want(folder, 1, 2)
    await send(folder, server)
    forget(folder, batch_id=None, status="not begun")

    done = await send(folder, server)
    fetched = await take(folder, server, journal)

    assert (done.begun, done.with_the_server) == ([], 2)
    assert len(server.batches.batches) == 1
    assert fetched.imported.added == 2


@pytest.mark.parametrize("file_id", [None, "file-99"])
async def test_a_submission_that_never_became_a_batch_is_made_anew(folder, journal, serve, file_id) -> None:
    server = await serve()
    want(folder, 1, 2)
    await send(folder, server)
    server.batches.batches.clear()
    forget(folder, batch_id=None, file_id=file_id, status="not begun")
    want(folder, 2)

    done = await send(folder, server)

    assert [entry.requests for entry in done.begun] == [1]
    assert len(remembered(folder)) == 1
    assert keys_in([folder / "submitted-001.jsonl"]) == {key(2)}


async def test_a_fetch_that_was_interrupted_takes_the_replies_in_once(folder, journal, serve) -> None:
    server = await serve()
    want(folder, 1, 2)
    await send(folder, server)
    await take(folder, server, journal)
    forget(folder, fetched=False)

    again = await take(folder, server, journal)

    assert (again.imported.added, again.imported.known) == (0, 2)


async def test_requests_without_a_model_get_one_when_they_go_out(folder, journal, serve) -> None:
    server = await serve()
    want(folder, 1, model="batch")

    with pytest.raises(ConfigError, match="--model NAME"):
        await send(folder, server)
    await send(folder, server, model="mock-7b")
    await take(folder, server, journal)

    assert [body["model"] for body, _ in server.bodies] == ["mock-7b"]
    assert [record.model for record in records(journal)] == ["mock-7b"]


async def test_a_model_that_the_run_names_is_not_changed(folder, serve) -> None:
    server = await serve()
    want(folder, 1, model="mock")

    with pytest.raises(ConfigError, match="the requests are for mock"):
        await send(folder, server, model="other")
    assert (await send(folder, server, model="mock")).begun


async def test_a_batch_is_looked_for_where_it_was_submitted(folder, journal, serve) -> None:
    server, other = await serve(), await serve()
    want(folder, 1)
    await send(folder, server)

    with pytest.raises(ConfigError, match="give --base-url"):
        await take(folder, other, journal)


async def test_a_key_that_is_refused_is_an_endpoint_error_and_is_not_shown(folder, serve, monkeypatch) -> None:
    server = await serve(key="right")
    want(folder, 1)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-secret")

    with pytest.raises(EndpointError, match="refuses us") as caught:
        await send(folder, server)

    assert "sk-planted-secret" not in str(caught.value)
    monkeypatch.setenv("OPENAI_API_KEY", "right")
    assert len((await send(folder, server)).begun) == 1
    assert b"right" not in (folder / "batches.json").read_bytes()


async def test_a_folder_is_used_by_one_at_a_time_and_must_be_there(folder, serve) -> None:
    server = await serve()
    with pytest.raises(ConfigError, match="there is no folder"):
        await send(folder, server)
    want(folder, 1)

    with submissions_of(folder), pytest.raises(RunError, match="in use"):
        await send(folder, server)


async def test_a_memory_that_is_none_is_named(folder, serve) -> None:
    want(folder, 1)
    (folder / "batches.json").write_text('{"a": 1}')

    with pytest.raises(ConfigError, match=r"batches.json is not as R2S wrote it"):
        await send(folder, await serve())


async def r2s(*arguments: str | Path) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "r2s", "batch", *map(str, arguments)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_commands_say_what_they_did_and_what_comes_next(folder, journal, serve) -> None:
    server = await serve(batch_looks=2)
    want(folder, 1, 2)

    sent = await r2s("submit", folder, "--base-url", server.url)
    fetched = await r2s(
        "fetch", folder, "--journal", journal.parent, "--base-url", server.url, "--wait", "--every", "0"
    )

    assert sent == (0, "batch_1: 2 requests to mock, validating\n", "")
    assert fetched[0] == 0
    assert fetched[1].splitlines() == [
        "batch_1: in_progress, 0 of 2 done",
        "batch_1: completed, 2 of 2 done",
        f"2 replies added to {journal}, 0 were there",
        "every batch has ended; run the same r2s run command again",
    ]


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [((), 2, "needs OPENAI_API_KEY"), (("--base-url", "http://127.0.0.1:9/v1"), 6, "did not take the requests")],
)
async def test_without_a_key_or_a_server_the_command_ends_with_its_code(folder, serve, url, code, said) -> None:
    want(folder, 1)

    returned, _, err = await r2s("submit", folder, *url)

    assert returned == code
    assert said in err
