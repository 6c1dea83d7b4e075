"""Sweeps: ordinary runs side by side, one journal, one budget, and no step taken twice."""

import asyncio
import json
from pathlib import Path

import pytest

from r2s.errors import ConfigError, EndpointError, ResumeError
from r2s.experiments.directory import SweepDirectory
from tests.conftest import Scripted
from tests.experiments.conftest import sweep
from tests.servers import serve as serve


def play(docs: Path, out: Path, **more):
    return asyncio.run(sweep(docs, out, **more).play())


def test_every_cell_is_an_ordinary_run_of_the_same_documents(played):
    cells = list(SweepDirectory(played).runs())

    assert [(cell.name, cell.seed) for cell in cells] == [
        ("reviewers=0", 0),
        ("reviewers=0", 1),
        ("reviewers=2", 0),
        ("reviewers=2", 1),
    ]
    documents = [[tree.document.id for tree in cell.directory.read_trees()] for cell in cells]
    assert documents == [["d0", "d1", "d2", "d3"]] * 4
    assert all((cell.directory.read_manifest() or {})["status"] == "finished" for cell in cells)


def test_the_manifest_says_what_was_varied_and_how_each_cell_stands(played):
    manifest = json.loads((played / "sweep.json").read_text(encoding="utf-8"))

    assert manifest["factors"] == {"reviewers": [0, 2]}
    assert manifest["seeds"] == [0, 1]
    assert manifest["status"] == "finished"
    assert [(cell["status"], cell["trees"], cell["failed"]) for cell in manifest["cells"]] == [("finished", 4, 1)] * 4


def test_a_finished_sweep_asks_nobody_when_it_is_played_again(docs, tmp_path):
    play(docs, tmp_path / "sweep", models=lambda role: Scripted({}))
    silent = Scripted({})

    report = play(docs, tmp_path / "sweep", models=lambda role: silent)

    assert report.status == "finished"
    assert report.failed == 4
    assert silent.requests == []


async def test_a_stop_reaches_whoever_is_asked_in_a_cell(docs, tmp_path):
    asked = asyncio.Event()
    job = sweep(docs, tmp_path / "sweep", flags={"models.user": "human"})
    job.watchers = [lambda name, facts: asked.set() if name == "asked" else None]

    playing = asyncio.create_task(job.play())
    await asyncio.wait_for(asked.wait(), 30)
    job.stop()
    report = await asyncio.wait_for(playing, 10)

    assert report.status == "stopped"


def test_a_budget_holds_for_all_cells_together_and_the_rest_is_played_on_resume(docs, tmp_path):
    whole, scripted = tmp_path / "whole", Scripted({})
    play(docs, whole, models=lambda role: scripted)
    first, asked = Scripted({}), len(scripted.requests)

    stopped = play(docs, tmp_path / "sweep", flags={"limits.max_calls": asked // 2}, models=lambda role: first)
    resumed = play(docs, tmp_path / "sweep", models=lambda role: Scripted({}))

    assert (stopped.status, resumed.status) == ("budget", "finished")
    assert len(first.requests) <= asked // 2
    assert trees(tmp_path / "sweep") == trees(whole)


def trees(out: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in sorted(out.glob("cells/*/trees.jsonl"))}


def test_a_lost_endpoint_ends_the_sweep(docs, tmp_path):
    report = play(docs, tmp_path / "sweep", models=lambda role: Scripted({"user": EndpointError("gone")}))

    assert (report.status, report.message, len(report.played)) == ("endpoint", "gone", 1)


def test_other_settings_or_documents_are_refused_and_named(docs, played, tmp_path):
    other = tmp_path / "docs.jsonl"
    other.write_bytes(docs.read_bytes() + b"\n")

    with pytest.raises(ResumeError, match="turns was 3, now 2"):
        play(docs, played, flags={"turns": 2})
    with pytest.raises(ResumeError, match=r"docs\.jsonl has changed"):
        play(other, played)
    with pytest.raises(ResumeError, match="never"):
        play(docs, played, resume="never")


def test_a_directory_that_holds_something_else_is_left_alone(docs, tmp_path):
    (tmp_path / "sweep.json").write_text('{"schema": "other"}', encoding="utf-8")

    with pytest.raises(ResumeError, match="not the manifest of a sweep"):
        play(docs, tmp_path)


def test_nothing_to_read_is_a_mistake_of_the_caller_and_leaves_no_directory(tmp_path):
    with pytest.raises(ConfigError, match="no file to read"):
        play(tmp_path / "nothing", tmp_path / "sweep")

    assert not (tmp_path / "sweep").exists()


def test_failed_documents_are_played_again_on_request(docs, tmp_path):
    out = tmp_path / "sweep"
    broken = Scripted({"planner": ValueError("a fault of ours")})
    first = play(docs, out, models=lambda role: broken)

    again = play(docs, out, models=lambda role: Scripted({}), retry_failed=True)

    assert (first.failed, again.failed) == (4 * 5, 4)


async def test_what_cells_have_in_common_is_paid_once(docs, tmp_path, serve):
    server = await serve()
    flags = {"models.default": "openai:mock", "base_url": server.url}

    await sweep(docs, tmp_path / "sweep", flags=flags).play()

    keys = [json.dumps(body, sort_keys=True) for body in server.bodies]
    spent = sum(
        tree.totals.calls for cell in SweepDirectory(tmp_path / "sweep").runs() for tree in cell.directory.read_trees()
    )
    assert len(keys) == len(set(keys))
    assert len(keys) < spent
