"""What pages are told of a run that goes on: new rows only, how far it is, and whether to ask again."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.runs.directory import RunDirectory
from r2s.runs.manifest import masked
from r2s.runs.replacing import replace_tree
from tests.views.serving.conftest import Serve, Served
from tests.views.test_static import named, run_of


@contextmanager
def held(run: Path) -> Iterator[None]:
    """The run directory as a process holds it that plays."""
    with (run / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def status(run: Path, status: str, **more: Any) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps({**manifest, "status": status, **more}))


def add(run: Path, *ids: str) -> None:
    with (run / "trees.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(tree.to_json() + "\n" for tree in named(*ids))


def new(served: Served, since: str = "") -> dict[str, Any]:
    answer = served.get(f"/changes?since={since}")
    assert answer.status == 200, answer.body
    return answer.data


@pytest.fixture
def run(tmp_path: Path) -> Path:
    run = run_of(tmp_path / "run", named("a", "b"))
    (run / "samples.jsonl").touch()
    return run


def test_a_page_is_told_of_rows_that_it_has_not_yet_and_of_no_others(serve: Serve, run: Path) -> None:
    served = serve(run)
    first = new(served)
    assert [row["id"] for row in first["trees"]] == ["a", "b"]

    add(run, "c")
    second = new(served, first["since"])
    third = new(served, second["since"])

    assert (second["first"], [row["id"] for row in second["trees"]]) == (2, ["c"])
    assert third == {"since": second["since"], "goes": False}


def test_after_a_fork_all_rows_are_told_anew(serve: Serve, run: Path) -> None:
    served = serve(run)
    known = new(served)["since"]
    text = (run / "trees.jsonl").read_text("utf-8")

    (run / "trees.tmp").write_text(text, encoding="utf-8")
    os.replace(run / "trees.tmp", run / "trees.jsonl")

    assert new(served, known)["first"] == 0


@pytest.mark.parametrize("since", ["", "x", "1.2", "-1.-1.", "99999999999999999999.1.x", "%F0%9F%97%BC", "1.1.1.1"])
def test_a_mark_that_nobody_gave_counts_as_none(serve: Serve, run: Path, since: str) -> None:
    assert len(new(serve(run), since)["trees"]) == 2


def test_a_run_that_is_still_to_come_is_waited_for_and_shown_once_it_is_there(serve: Serve, tmp_path: Path) -> None:
    served = serve(tmp_path / "run")

    assert served.get("/").status == 200
    before = new(served)
    assert (before["progress"]["state"], before["goes"]) == ("absent", True)

    run_of(tmp_path / "run", named("a"))
    after = new(served, before["since"])
    assert (after["progress"]["state"], after["goes"], len(after["trees"])) == ("finished", False, 1)


def test_an_empty_directory_is_no_run_yet(serve: Serve, tmp_path: Path) -> None:
    assert new(serve(tmp_path))["progress"]["state"] == "absent"


def test_a_run_is_asked_after_while_its_process_lives_and_no_longer(serve: Serve, run: Path) -> None:
    served = serve(run)
    status(run, "running")

    with held(run):
        living = new(served)
    dead = new(served, living["since"])

    assert (living["progress"]["state"], living["goes"]) == ("running", True)
    assert (dead["progress"]["state"], dead["goes"]) == ("gone", False)


def test_a_run_is_looked_at_without_a_trace_and_where_nothing_may_be_written(serve: Serve, run: Path) -> None:
    status(run, "running")
    before = sorted(run.iterdir())

    new(serve(run))

    assert sorted(run.iterdir()) == before


def test_a_configuration_that_cannot_be_read_costs_the_figure_and_not_the_page(serve: Serve, run: Path) -> None:
    status(run, "running")
    (run / "config.yaml").write_text("of_a_later_version: yes")

    with held(run):
        told = new(serve(run))

    assert (told["progress"]["state"], told["progress"]["expected"]) == ("running", 2)


def test_how_far_a_run_is_and_how_fast_it_goes_follow_from_its_files(serve: Serve, run: Path) -> None:
    inputs = [{"name": "d.jsonl", "sha256": "x", "bytes": 1, "documents": 50}]
    status(run, "running", inputs=inputs)
    config = load_config(flags={"dialogues": 2, "documents.limit": 20})
    (run / "config.yaml").write_text(json.dumps(masked(config)))
    (run / "errors.jsonl").write_text(
        '{"kind": "document", "document": "d", "replicate": 0, "message": "m"}\n{"kind": "tur'
    )
    now = datetime.now(UTC)
    events = [
        {"time": (now - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ"), "event": "dialogue_finished"}
        for ago in (7200, 30, 20, 10)
    ]
    (run / "events.jsonl").write_text("no json\n" + "".join(json.dumps(event) + "\n" for event in events))

    with held(run):
        told = new(serve(run))

    assert (told["progress"]["done"], told["progress"]["expected"]) == (3, 40)
    assert told["progress"]["a_minute"] == pytest.approx(6, rel=0.2)
    assert told["failed"] == {"document": 1}


def test_a_page_of_a_tree_hears_when_it_has_grown_and_how_many_trees_there_are(serve: Serve, run: Path) -> None:
    served = serve(run)
    before = served.get("/trees/a.html/changes").data

    (tree,) = named("a")
    replace_tree(RunDirectory(run), tree.model_copy(update={"coverage": 0.1}))
    add(run, "c")
    after = served.get("/trees/a.html/changes").data

    assert (before["trees"], after["trees"]) == (2, 3)
    assert before["version"] != after["version"]


def test_a_tree_that_does_not_hold_together_is_listed_and_its_page_says_why(serve: Serve, run: Path) -> None:
    (tree,) = named("c")
    broken = tree.model_copy(update={"nodes": tree.nodes[1:]})
    with (run / "trees.jsonl").open("a", encoding="utf-8") as file:
        file.write(broken.to_json() + "\n")
    served = serve(run)

    page = served.get("/trees/c.html")

    assert [row["id"] for row in new(served)["trees"]] == ["a", "b", "c"]
    assert "comes before its parent" in page.body


def test_a_tree_that_is_not_there_has_no_page(serve: Serve, run: Path) -> None:
    served = serve(run)

    assert served.get("/trees/none.html").status == 404
    assert served.get("/trees/none.html/changes").status == 404
