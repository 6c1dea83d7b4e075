"""Benchmarks against a real server: what a model under test is asked, what is paid twice, and one budget for all."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.evaluation.judging import Judging
from r2s.evaluation.kbench.coverage import CoverageSettings
from r2s.evaluation.kbench.evaluating import judge_run
from r2s.evaluation.kbench.judged import JudgedRun
from r2s.experiments.bench import Cell, Played, gllm_cells, kbench_cells, play_bench
from r2s.runs.meter import Meter
from r2s.runs.runner import Run, RunReport
from tests.evaluation.runs import documents
from tests.servers import serve as serve

SHORT = {"turns": 2, "min_turns": 1}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return documents(tmp_path / "docs.jsonl", 2)


async def bench(cells: list[Cell], docs: Path, out: Path, **limits: Any) -> list[Played]:
    config = load_config(flags={f"limits.{name}": value for name, value in limits.items()})
    budget = Meter(config.limits)

    async def play(cell: Cell, run: Run) -> RunReport:
        return await run.play()

    async def judge(run: Path) -> JudgedRun:
        async with Judging(config, budget=budget) as judging:
            return await judge_run(run, judging, CoverageSettings())

    return await play_bench(cells, [docs], out, play=play, judge=judge, budget=budget)


async def test_a_second_benchmark_asks_nothing_again_and_comes_to_the_same(serve, docs, tmp_path):
    server = await serve()
    config = load_config(flags={"base_url": server.url, **SHORT})
    cells = kbench_cells(config, ["direct", "cod"], ["openai:a", "openai:b"])

    first = await bench(cells, docs, tmp_path / "bench")
    asked = len(server.bodies)
    again = await bench(cells, docs, tmp_path / "bench")

    assert len(server.bodies) == asked
    assert [each.figures(paper_compat=False, seed=0) for each in first] == [
        each.figures(paper_compat=False, seed=0) for each in again
    ]
    assert [each.cell.folder for each in first] == [
        "direct-openai-a",
        "cod-openai-a",
        "direct-openai-b",
        "cod-openai-b",
    ]
    assert {body["model"] for body, _ in server.bodies} == {"a", "b"}


async def test_a_model_under_test_is_asked_as_in_a_chat_and_taken_at_its_first_word(serve, docs, tmp_path):
    server = await serve(lambda body: "I would\nnot know." if body["model"] == "trained" else played(body))
    cells = gllm_cells(load_config(flags={"base_url": server.url, **SHORT}), ["openai:trained"], "openai:simulator")

    (row,) = await bench(cells, docs, tmp_path / "bench")

    asked = [body for body, _ in server.bodies if body["model"] == "trained"]
    assert [[message["role"] for message in body["messages"]] for body in asked[:1]] == [["system", "user"]]
    assert {len(body["messages"]) for body in asked} == {2, 4}
    assert all("lighthouse" in body["messages"][0]["content"] for body in asked)
    assert not any("response_format" in body for body in asked)
    assert not any("JSON" in str(body["messages"]) for body in asked)
    replies = [
        node.text for tree in row.judged.directory.read_trees() for node in tree.nodes if node.role == "assistant"
    ]
    assert set(replies) == {"I would\nnot know."}
    assert len(asked) == len(replies) == 4


def played(body: dict[str, Any]) -> str:
    from benchmarks.mock_roles import play

    return play(body, len(str(body)))


async def test_without_the_document_the_chat_is_all_there_is(serve, docs, tmp_path):
    server = await serve(lambda body: "Hm." if body["model"] == "trained" else played(body))
    own = {"self_chat.sees_document": False, "self_chat.max_tokens": 77}
    config = load_config(flags={"base_url": server.url, **own, **SHORT})

    await bench(gllm_cells(config, ["openai:trained"], "openai:simulator"), docs, tmp_path / "bench")

    asked = [body for body, _ in server.bodies if body["model"] == "trained"]
    assert asked
    assert {body["messages"][0]["role"] for body in asked} == {"user"}
    assert {body.get("max_tokens") or body.get("max_completion_tokens") for body in asked} == {77}


async def test_one_budget_holds_for_all_cells(docs, tmp_path):
    cells = kbench_cells(load_config(flags=SHORT), ["cod", "cod_review"], ["extractive"])

    first, second = await bench(cells, docs, tmp_path / "bench", max_calls=12, concurrency=1)

    assert [first.report.status, second.report.status] == ["budget", "budget"]
    assert not second.judged.dialogues


async def test_what_stops_the_benchmark_stops_whoever_is_asked_in_a_run(docs, tmp_path):
    config = load_config(flags={"models.user": "human", **SHORT})
    budget, asked = Meter(config.limits), asyncio.Event()

    async def play(cell: Cell, run: Run) -> RunReport:
        run.watchers = [lambda name, facts: asked.set() if name == "asked" else None]
        playing = asyncio.create_task(run.play())
        await asyncio.wait_for(asked.wait(), 30)
        run.stop()
        return await asyncio.wait_for(playing, 10)

    async def judge(run: Path) -> JudgedRun:
        async with Judging(load_config(), budget=Meter(config.limits)) as judging:
            return await judge_run(run, judging, CoverageSettings())

    cell = Cell("cod", "human", config.model_copy(update={"method": "cod"}))
    (played,) = await play_bench([cell], [docs], tmp_path / "bench", play=play, judge=judge, budget=budget)

    assert played.report.status == "stopped"
