"""Forking through the server: the same rules and the same bytes as `r2s fork`, one at a time, paid only if agreed."""

import asyncio
import fcntl
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.runs.directory import RunDirectory
from r2s.runs.fork_request import ForkRequest
from r2s.runs.forking import Forking
from r2s.trees.tree import ConversationTree
from tests.views.serving.conftest import Serve, Served

PAID = {"models": {"default": "openai:mock"}}


@pytest.fixture
def served(serve: Serve, finished: Path) -> Served:
    served = serve(finished)
    served.get("/")
    return served


def tree_of(run: Path) -> ConversationTree:
    (tree,) = RunDirectory(run).read_trees()
    return tree


def form(run: Path, **changes: Any) -> dict[str, Any]:
    """A fork of the first kept reply."""
    tree = tree_of(run)
    return {"tree": tree.id, "node": tree.dialogues()[0][1].id, **changes}


def ended(served: Served) -> dict[str, Any]:
    """The fork, once it is over."""
    deadline = time.monotonic() + 60
    while (job := served.get("/fork").data["job"])["state"] == "playing":
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    return job


def test_a_fork_from_a_page_makes_the_bytes_that_the_command_makes(
    served: Served, finished: Path, tmp_path: Path
) -> None:
    asked = form(finished, reviewers=1, say="What of the lamp?")
    twin = Path(shutil.copytree(finished, tmp_path / "twin"))

    begun = served.post("/fork", asked)
    job = ended(served)

    before = load_config(twin / "config.yaml")
    config = load_config(twin / "config.yaml", flags={"reviewers": 1})
    request = ForkRequest(twin, asked["node"], config, before, asked["tree"], "What of the lamp?")
    forked = asyncio.run(Forking(request).play())
    assert begun.status == 202
    assert (job["state"], job["first"]) == ("done", forked.fork.first[0])
    assert (finished / "trees.jsonl").read_bytes() == (twin / "trees.jsonl").read_bytes()
    assert (finished / "samples.jsonl").read_bytes() == (twin / "samples.jsonl").read_bytes()


def test_a_form_hears_what_the_fork_would_take_or_why_it_cannot_be(served: Served, finished: Path) -> None:
    before = (finished / "trees.jsonl").read_bytes()

    taken = served.post("/fork/outlook", form(finished, reviewers=1)).data
    same = served.post("/fork/outlook", form(finished)).data
    missing = served.post("/fork/outlook", form(finished, node="ffff")).data
    elsewhere = served.post("/fork/outlook", form(finished, tree="other")).data
    unable = served.post("/fork/outlook", form(finished, method="direct")).data

    assert (taken["turns"], taken["paid"], taken["is_known"]) == (1, [], False)
    assert 0 < taken["calls"] <= taken["calls_at_most"]
    assert "goes on as it did" in same["refused"]
    assert "no message 'ffff'" in missing["refused"]
    assert "no such tree" in elsewhere["refused"]
    assert "cannot go on from the middle" in unable["refused"]
    assert (finished / "trees.jsonl").read_bytes() == before


def test_a_model_that_may_cost_money_plays_only_where_that_was_agreed(served: Served, finished: Path, mock) -> None:
    outlook = served.post("/fork/outlook", form(finished, **PAID)).data
    refused = served.post("/fork", form(finished, **PAID))
    asked = mock.stats()["requests"]

    begun = served.post("/fork", form(finished, **PAID, agreed=True))

    assert (outlook["paid"], outlook["cost_usd"]) == (["openai:mock"], None)
    assert outlook["prompt_tokens"] > 1000
    assert (refused.status, refused.data["error"].startswith("openai:mock may cost money")) == (422, True)
    assert asked == 0
    assert begun.status == 202
    assert ended(served)["state"] == "done"
    assert mock.stats()["requests"] > 0


def test_one_fork_is_played_at_a_time_and_can_be_stopped(served: Served, finished: Path) -> None:
    before = (finished / "trees.jsonl").read_bytes()
    served.post("/fork", form(finished, **PAID, agreed=True, seed=2))

    second = served.post("/fork", form(finished, reviewers=1))
    served.post("/fork/stop", {})
    job = ended(served)

    assert (second.status, "a fork is being played" in second.data["error"]) == (422, True)
    assert (job["state"], "stopped on request" in job["message"]) == ("stopped", True)
    assert (finished / "trees.jsonl").read_bytes() == before
    assert served.post("/fork", form(finished, reviewers=1)).status == 202
    assert ended(served)["state"] == "done"


def test_while_the_run_is_played_nothing_is_forked(served: Served, finished: Path) -> None:
    with (finished / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        answer = served.post("/fork", form(finished, reviewers=1))

    assert answer.status == 422
    assert "in use by a run or a fork" in answer.data["error"]


def test_what_was_played_before_is_not_played_again(served: Served, finished: Path) -> None:
    asked = form(finished, reviewers=1)
    served.post("/fork", asked)
    first = ended(served)

    outlook = served.post("/fork/outlook", asked).data
    served.post("/fork", asked)
    second = ended(served)

    assert outlook["is_known"]
    assert (first["is_new"], second["is_new"], second["calls"]) == (True, False, 0)
    assert second["first"] == first["first"]


@pytest.mark.parametrize("name", ["hf:/models/x", "vllm:/models/x", "batch:/tmp/x", "nobody", ""])
def test_a_page_names_no_file_or_folder_of_this_machine_as_a_model(served: Served, finished: Path, name: str) -> None:
    refused = served.post("/fork/outlook", form(finished, models={"reviewer": name})).data["refused"]

    assert "r2s fork --model" in refused


def test_a_role_that_nobody_has_is_named(served: Served, finished: Path) -> None:
    refused = served.post("/fork/outlook", form(finished, models={"clown": "extractive"})).data["refused"]

    assert "there is no role clown" in refused


def test_a_form_begins_with_the_settings_of_the_run(served: Served) -> None:
    settings = served.get("/fork/settings").data

    assert (settings["method"], settings["reviewers"], settings["turns"]) == ("cod_review", 3, 2)
    assert settings["models"] == {"default": "extractive"}
    assert "direct" not in settings["methods"]


def test_a_server_that_closes_brings_its_fork_to_an_end(serve: Serve, finished: Path) -> None:
    served = serve(finished)
    served.get("/")
    served.post("/fork", form(finished, **PAID, agreed=True, seed=3))
    desk = served.site.forks

    desk.stop(at_once=True)

    assert ended(served)["state"] == "stopped"
    assert not desk.is_playing
