"""The Python interface: sync and async, with documents, paths and models of one's own."""

import asyncio
from pathlib import Path

import pytest

import r2s
from r2s.config import RunConfig
from r2s.errors import ConfigError, DocumentError
from r2s.runs.events import DialogueFinished, DocumentFailed
from r2s.runs.runner import Run
from tests.conftest import LIGHTHOUSE, Scripted, lighthouse


def test_run_returns_a_tree_for_each_document() -> None:
    trees = r2s.run([lighthouse(id="a"), lighthouse(id="b")], model=Scripted({}), turns=2, reviewers=1)

    assert [tree.document.id for tree in trees] == ["a", "b"]
    assert all(tree.totals.turns == 2 for tree in trees)


def test_run_reads_paths_too(tmp_path: Path) -> None:
    (tmp_path / "light.txt").write_text(LIGHTHOUSE, encoding="utf-8")

    (tree,) = r2s.run(tmp_path / "light.txt", model=Scripted({}), turns=1)

    assert tree.document.id == "light.txt"


def test_stream_yields_failures_as_well(tmp_path: Path) -> None:
    (tmp_path / "light.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    (tmp_path / "nothing.txt").write_text("", encoding="utf-8")

    events = list(r2s.stream(tmp_path, model=Scripted({}), turns=1))

    assert [type(event) for event in events] == [DialogueFinished, DocumentFailed]


async def test_the_async_twins_work_inside_a_loop() -> None:
    trees = await r2s.arun(lighthouse(), model=Scripted({}), turns=1)
    events = [event async for event in r2s.astream(lighthouse(), model=Scripted({}), turns=1)]

    assert len(trees) == len(events) == 1


async def test_run_works_where_a_loop_runs_already() -> None:
    assert asyncio.get_running_loop().is_running()

    assert len(r2s.run(lighthouse(), model=Scripted({}), turns=1)) == 1
    assert len(list(r2s.stream(lighthouse(), model=Scripted({}), turns=1))) == 1


async def test_a_stream_that_is_left_early_ends_where_a_loop_runs_already() -> None:
    for event in r2s.stream([lighthouse(id="a"), lighthouse(id="b")], model=Scripted({}), turns=1):
        assert isinstance(event, DialogueFinished)
        break


def test_load_reads_the_trees_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "light.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    report = asyncio.run(Run([tmp_path / "light.txt"], RunConfig(turns=1), tmp_path / "run").play())

    assert report.status == "finished"
    assert [tree.document.id for tree in r2s.load(tmp_path / "run")] == ["light.txt"]
    with pytest.raises(ConfigError, match="no run directory"):
        r2s.load(tmp_path)


def test_a_whole_configuration_can_be_given() -> None:
    (tree,) = r2s.run(lighthouse(), model=Scripted({}), config=RunConfig(turns=1, reviewers=0), candidates=1)

    assert tree.totals.calls == 3


def test_graph_is_a_compiled_langgraph_graph() -> None:
    assert set(r2s.graph("cod").get_graph().nodes) >= {"planner", "user", "candidate", "assistant"}


def test_a_setting_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigError, match="reviewer; did you mean reviewers"):
        r2s.run(lighthouse(), reviewer=3)


def test_a_text_without_matter_makes_no_document() -> None:
    with pytest.raises(DocumentError, match="too little"):
        r2s.document("Lighthouse")


def test_a_graph_can_be_given_a_checkpointer() -> None:
    from langgraph.checkpoint.memory import InMemorySaver

    graph = r2s.graph("cod", checkpointer=InMemorySaver())

    assert graph.checkpointer is not None


def test_importing_r2s_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    code = "import sys, r2s; print([name for name in ('langgraph', 'pydantic', 'numpy') if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"
