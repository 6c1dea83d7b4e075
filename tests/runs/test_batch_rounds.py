"""Runs whose model answers later: rounds of requests and replies that end in the bytes of a direct run."""

import asyncio
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from benchmarks.mock_roles import play as answer_by_hand
from r2s.config import RunConfig, load_config
from r2s.errors import StoppedError
from r2s.models.batch.endpoint import BatchEndpoint
from r2s.models.batch.fetch import fetch
from r2s.models.batch.files import read_requests, request_files
from r2s.models.batch.submit import submit
from r2s.models.journal.tools import import_replies, records
from r2s.runs.reading import find_call, read_run
from r2s.runs.runner import Run, RunReport
from r2s.runs.waiting import awaited_keys
from tests.conftest import LIGHTHOUSE

# Many more rounds than any dialogue here takes.
TOO_MANY = 80


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.jsonl"
    rows = [
        {"id": f"d{number}", "title": f"Lighthouse {number}", "text": f"This is light {number} of all. {LIGHTHOUSE}"}
        for number in range(3)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def config(model: str, **flags: Any) -> RunConfig:
    return load_config(flags={"turns": 2, "reviewers": 2, "models.default": model, **flags})


async def play(docs: Path, out: Path, settings: RunConfig, **more: Any) -> RunReport:
    return await Run([docs], settings, out, **more).play()


async def answer(folder: Path, out: Path, url: str, model: str | None = None) -> None:
    """Submit what is wanted and fetch the replies; the client is a synchronous one."""

    def go() -> None:
        with BatchEndpoint(url) as endpoint:
            submit(folder, endpoint, model=model)
            fetch(folder, endpoint, out / "journal.sqlite")

    await asyncio.to_thread(go)


async def rounds(docs: Path, out: Path, settings: RunConfig, folder: Path, url: str, model: str | None = None) -> int:
    """Play until nothing waits; how often there was something to answer."""
    for count in range(TOO_MANY):
        report = await play(docs, out, settings)
        if report.status != "waiting":
            assert report.status == "finished"
            return count
        await answer(folder, out, url, model)
    raise AssertionError("there is no end to it")


def files(out: Path) -> tuple[bytes, bytes]:
    return (out / "trees.jsonl").read_bytes(), (out / "samples.jsonl").read_bytes()


def manifest(out: Path) -> dict[str, Any]:
    return json.loads((out / "manifest.json").read_text(encoding="utf-8"))


def wanted(folder: Path) -> Counter[str]:
    """How many requests wait, by the kind of reply they ask for."""
    requests = (request for file in request_files(folder) for request in read_requests(file))
    return Counter(request.body["response_format"]["json_schema"]["name"] for request in requests)


async def test_rounds_of_batches_end_in_the_bytes_of_a_direct_run(docs, tmp_path, serve):
    server, folder = await serve(), tmp_path / "requests"
    await play(docs, tmp_path / "direct", config("openai:mock", base_url=server.url))

    count = await rounds(docs, tmp_path / "batch", config(f"batch:{folder}#mock"), folder, server.url)

    assert files(tmp_path / "batch") == files(tmp_path / "direct")
    assert manifest(tmp_path / "batch")["status"] == "finished"
    assert "waiting" not in manifest(tmp_path / "batch")
    assert not request_files(folder)
    # Two turns of: planner, user, candidates, reviewers, chairman; and a rewrite with its check now and then.
    assert 10 <= count <= 16


async def test_what_can_be_asked_at_once_is_asked_in_one_round(docs, tmp_path, serve):
    server, folder, out = await serve(), tmp_path / "requests", tmp_path / "run"
    settings, seen = config(f"batch:{folder}#mock", **{"documents.limit": 1}), []

    for _ in range(4):
        await play(docs, out, settings)
        seen.append(wanted(folder))
        await answer(folder, out, server.url)

    assert seen == [{"PlanAnswer": 1}, {"UserAnswer": 1}, {"DraftAnswer": 2}, {"ReviewOfAll": 2}]


async def test_a_round_says_what_waits_where_and_what_to_do(docs, tmp_path, serve):
    folder, out = tmp_path / "requests", tmp_path / "run"

    report = await play(docs, out, config(f"batch:{folder}"))

    assert (report.status, report.waiting and report.waiting.requests) == ("waiting", 3)
    assert f"3 requests of 3 dialogues wait in {folder / 'requests-001.jsonl'}" in report.message
    assert f"r2s batch submit {folder} --model NAME, then r2s batch fetch {folder} --journal {out}" in report.message
    state = read_run(out)
    assert state.manifest["status"] == "waiting"
    assert (state.manifest["waiting"]["dialogues"], state.manifest["waiting"]["requests"]) == (3, 3)
    assert (state.errors, state.figures["documents"]["failed"]) == ([], 0)
    assert report.endpoints == {}


async def test_a_round_without_new_replies_writes_the_same_requests_again(docs, tmp_path):
    folder, out = tmp_path / "requests", tmp_path / "run"
    await play(docs, out, config(f"batch:{folder}", **{"limits.concurrency": 1}))
    before = [(file.name, file.read_bytes()) for file in request_files(folder)]
    (folder / "requests-002.jsonl").write_bytes(before[0][1])

    await play(docs, out, config(f"batch:{folder}", **{"limits.concurrency": 16}))

    assert [(file.name, file.read_bytes()) for file in request_files(folder)] == before
    assert len(before[0][1].splitlines()) == 3


async def test_another_folder_and_a_direct_model_go_on_with_the_same_run(docs, tmp_path, serve):
    server, out = await serve(), tmp_path / "run"
    await play(docs, out, config(f"batch:{tmp_path / 'one'}#mock"))
    await answer(tmp_path / "one", out, server.url)
    await play(docs, out, config(f"batch:{tmp_path / 'two'}#mock"))
    asked_for = wanted(tmp_path / "two")

    report = await play(docs, out, config("openai:mock", base_url=server.url))
    await play(docs, tmp_path / "direct", config("openai:mock", base_url=server.url))

    assert asked_for == {"UserAnswer": 3}
    assert report.status == "finished"
    assert files(out) == files(tmp_path / "direct")


async def test_a_model_named_when_the_requests_go_out_says_the_same_under_another_name(docs, tmp_path, serve):
    server, folder = await serve(), tmp_path / "requests"
    await play(docs, tmp_path / "direct", config("openai:mock", base_url=server.url))

    await rounds(docs, tmp_path / "batch", config(f"batch:{folder}"), folder, server.url, "mock")

    said = [
        [json.loads(line)["messages"] for line in (tmp_path / name / "samples.jsonl").read_text("utf-8").splitlines()]
        for name in ("direct", "batch")
    ]
    trees = (tmp_path / "batch" / "trees.jsonl").read_text("utf-8")
    assert said[0] == said[1]
    assert json.loads(trees.splitlines()[0])["models"] == {"default": "batch"}
    assert str(tmp_path) not in trees


async def test_calls_that_fail_or_expire_are_asked_for_again_until_all_is_there(docs, tmp_path, serve):
    clean, folder = await serve(), tmp_path / "requests"
    faulty = await serve(faults={"500": 0.1, "hang": 0.1, "429": 0.05}, seed=3)
    await play(docs, tmp_path / "direct", config("openai:mock", base_url=clean.url))

    await rounds(docs, tmp_path / "batch", config(f"batch:{folder}#mock"), folder, faulty.url)

    assert {"500", "hang"} <= set(faulty.by_status)
    assert max(faulty.answered.values()) == 1
    assert files(tmp_path / "batch") == files(tmp_path / "direct")


async def test_replies_that_cannot_be_read_are_asked_for_with_the_fault_named(docs, tmp_path, serve):
    server, folder, out = (
        await serve(faults={"broken": 0.2, "empty": 0.1}, seed=5),
        tmp_path / "requests",
        tmp_path / "run",
    )

    await rounds(docs, out, config(f"batch:{folder}#mock"), folder, server.url)

    assert any("cannot be used" in record.messages[-1]["content"] for record in records(out))
    assert read_run(out).figures["documents"]["trees"] == 3


async def test_a_round_that_is_stopped_leaves_the_requests_of_the_one_before(docs, tmp_path, serve):
    server, folder, out = await serve(), tmp_path / "requests", tmp_path / "run"
    await play(docs, out, config(f"batch:{folder}#mock"))
    before = request_files(folder)[0].read_bytes()
    await answer(folder, out, server.url)
    job = Run([docs], config(f"batch:{folder}#mock"), out)
    job.meter.close(StoppedError("stopped"))

    report = await job.play()

    assert report.status == "stopped"
    assert request_files(folder)[0].read_bytes() == before
    assert (await play(docs, out, config(f"batch:{folder}#mock"))).status == "waiting"
    assert wanted(folder) == {"UserAnswer": 3}


async def test_a_person_can_be_the_model(docs, tmp_path):
    folder, out, settings = tmp_path / "requests", tmp_path / "run", config(f"batch:{tmp_path / 'requests'}", turns=1)
    settings = settings.model_copy(update={"reviewers": 0, "candidates": 1})

    while (await play(docs, out, settings)).status == "waiting":
        requests = [request for file in request_files(folder) for request in read_requests(file)]
        lines = [{"key": request.custom_id, "content": answer_by_hand(request.body, 7)} for request in requests]
        file = tmp_path / "answers.jsonl"
        file.write_bytes(b"\n".join(map(orjson.dumps, lines)))
        done = import_replies(out / "journal.sqlite", file, awaited_keys(out))
        assert (done.added, done.strangers, done.faults) == (len(requests), [], [])

    state = read_run(out)
    assert state.figures["documents"]["trees"] == 3
    assert state.figures["usage"]["cost_usd"] is None


async def test_a_used_reply_is_kept_with_what_was_asked(docs, tmp_path, serve):
    server, folder, out = await serve(), tmp_path / "requests", tmp_path / "run"
    await play(docs, out, config(f"batch:{folder}#mock"))
    await answer(folder, out, server.url)
    before = [record.messages for record in records(out)]

    await play(docs, out, config(f"batch:{folder}#mock"))

    found = [find_call(out, record.key) for record in records(out)]
    assert before == [[]] * 3
    assert [(record.speaker, record.model) for record in found] == [("planner", "mock")] * 3
    assert all(LIGHTHOUSE[:30] in record.messages[1]["content"] for record in found)
    events = [json.loads(line) for line in (out / "events.jsonl").read_text("utf-8").splitlines()]
    assert sorted(event["key"] for event in events if event["event"] == "call") == sorted(one.key for one in found)


async def test_replies_of_another_run_are_told_apart(docs, tmp_path, serve):
    server, mine, other = await serve(), tmp_path / "mine", tmp_path / "other"
    await play(docs, mine, config(f"batch:{tmp_path / 'a'}"))
    await play(docs, other, config(f"batch:{tmp_path / 'b'}", seed=9))
    await answer(tmp_path / "b", other, server.url, "mock")

    done = import_replies(mine / "journal.sqlite", tmp_path / "b" / "replies-001.jsonl", awaited_keys(mine))

    assert len(done.strangers) == done.added == 3
    await play(docs, mine, config(f"batch:{tmp_path / 'a'}"))
    assert wanted(tmp_path / "a") == {"PlanAnswer": 3}


async def test_trees_stand_in_document_order_though_a_later_dialogue_ended_first(docs, tmp_path, serve):
    server, folder, out = await serve(), tmp_path / "requests", tmp_path / "run"
    settings = config(f"batch:{folder}#mock")
    await play(docs, tmp_path / "direct", config("openai:mock", base_url=server.url))
    shutil.copytree(tmp_path / "direct", out)
    lines = (out / "trees.jsonl").read_bytes().splitlines(keepends=True)
    (out / "trees.jsonl").write_bytes(lines[2] + lines[1])

    report = await play(docs, out, settings)

    assert (report.resumed, report.status) == (2, "finished")
    assert files(out) == files(tmp_path / "direct")


async def test_other_roles_may_be_asked_directly_and_a_budget_counts_only_these(docs, tmp_path, serve):
    server, folder, out = await serve(), tmp_path / "requests", tmp_path / "run"
    models = {"models.planner": "openai:mock", "models.user": "openai:mock", "base_url": server.url}
    settings = config(f"batch:{folder}#mock", **models, **{"limits.max_calls": 6})

    report = await play(docs, out, settings)

    assert report.status == "waiting"
    assert wanted(folder) == {"DraftAnswer": 6}
    assert server.requests == 6


async def test_a_dialogue_of_four_turns_takes_five_rounds_a_turn(tmp_path, serve):
    server, folder = await serve(), tmp_path / "requests"
    sample = Path(__file__).parents[2] / "configs" / "samples" / "en-science.txt"
    flags = {"turns": 4, "models.default": f"batch:{folder}#mock", "policies.revision.kind": "never"}
    settings = load_config(flags=flags)

    count = await rounds(sample, tmp_path / "run", settings, folder, server.url)

    # Planner, user, candidates, reviewers, chairman; no reply here is asked for again.
    assert count == 20
