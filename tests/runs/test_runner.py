"""Runs into a directory: the same bytes whatever happens, nothing lost, everything said."""

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from r2s.config import RunConfig, load_config
from r2s.errors import AnswerError, ConfigError, EndpointError, ResumeError, RunError
from r2s.runs.reading import read_run
from r2s.runs.runner import Run, RunReport
from tests.conftest import LIGHTHOUSE, Scripted


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Twelve documents in one file."""
    path = tmp_path / "docs.jsonl"
    rows = [{"id": f"d{number}", "title": f"Lighthouse {number}", "text": LIGHTHOUSE} for number in range(12)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def config(**flags: Any) -> RunConfig:
    return load_config(flags={"turns": 3, **flags})


def play(
    docs: Path, out: Path, settings: RunConfig | None = None, model: Scripted | None = None, **more: Any
) -> RunReport:
    job = Run([docs], settings or config(), out, models=lambda role: model or Scripted({}), **more)
    return asyncio.run(job.play())


def files(out: Path) -> tuple[bytes, bytes]:
    return (out / "trees.jsonl").read_bytes(), (out / "samples.jsonl").read_bytes()


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_leaves_every_file_of_the_contract(docs, tmp_path):
    report = play(docs, tmp_path / "run")

    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert report.status == manifest["status"] == "finished"
    assert manifest["inputs"][0]["name"] == "docs.jsonl"
    assert {path.name for path in (tmp_path / "run").iterdir()} >= {
        "manifest.json",
        "config.yaml",
        "trees.jsonl",
        "samples.jsonl",
        "errors.jsonl",
        "metrics.json",
        "events.jsonl",
    }


def test_trees_come_in_document_order_and_every_quote_stands_where_it_says(docs, tmp_path):
    play(docs, tmp_path / "run", config(**{"limits.concurrency": 5}))

    trees = rows(tmp_path / "run" / "trees.jsonl")
    assert [tree["document"]["id"] for tree in trees] == [f"d{number}" for number in range(12)]
    spans = [(tree, span) for tree in trees for node in tree["nodes"] for span in node["evidence"]]
    assert spans
    assert all(tree["document"]["text"][span["start"] : span["end"]] == span["quote"] for tree, span in spans)


def test_concurrency_changes_no_byte(docs, tmp_path):
    play(docs, tmp_path / "one", config(**{"limits.concurrency": 1}))
    play(docs, tmp_path / "many", config(**{"limits.concurrency": 64}))

    assert files(tmp_path / "one") == files(tmp_path / "many")


def test_another_seed_gives_other_dialogues(docs, tmp_path):
    play(docs, tmp_path / "one", config(seed=0))
    play(docs, tmp_path / "two", config(seed=1))

    first, second = (rows(tmp_path / name / "trees.jsonl") for name in ("one", "two"))
    assert [tree["cast"] for tree in first] != [tree["cast"] for tree in second]


def test_several_dialogues_of_a_document_differ(docs, tmp_path):
    report = play(docs, tmp_path / "run", config(dialogues=3))

    trees = rows(tmp_path / "run" / "trees.jsonl")
    assert report.summary.trees == len({tree["id"] for tree in trees}) == 36
    assert [tree["replicate"] for tree in trees[:4]] == [0, 1, 2, 0]
    assert len({json.dumps(tree["cast"]) for tree in trees[:3]}) > 1


def test_a_budget_ends_the_run_and_the_rest_is_played_on_resume_to_the_same_bytes(docs, tmp_path):
    play(docs, tmp_path / "whole")

    cut = play(docs, tmp_path / "cut", config(**{"limits.max_calls": 150, "limits.concurrency": 2}))
    before = cut.summary.trees
    again = play(docs, tmp_path / "cut", config())

    assert cut.status == "budget"
    assert 0 < before < 12
    assert again.resumed == before
    assert files(tmp_path / "cut") == files(tmp_path / "whole")


def test_a_run_never_calls_more_than_its_budget(docs, tmp_path):
    model = Scripted({})

    play(docs, tmp_path / "run", config(**{"limits.max_calls": 50}), model)

    assert len(model.requests) == 50


@pytest.mark.parametrize("name", ["trees.jsonl", "samples.jsonl"])
def test_a_line_that_was_cut_off_is_mended_on_resume(docs, tmp_path, name):
    play(docs, tmp_path / "run")
    whole = files(tmp_path / "run")
    path = tmp_path / "run" / name
    path.write_bytes(path.read_bytes()[:-40])

    play(docs, tmp_path / "run")

    assert files(tmp_path / "run") == whole


def test_a_finished_run_calls_nobody_when_it_is_run_again(docs, tmp_path):
    play(docs, tmp_path / "run")
    model = Scripted({})

    report = play(docs, tmp_path / "run", model=model)

    assert (report.resumed, model.requests) == (12, [])


def test_another_configuration_is_refused_and_the_difference_named(docs, tmp_path):
    play(docs, tmp_path / "run")

    with pytest.raises(ResumeError, match="seed was 0, now 5"):
        play(docs, tmp_path / "run", config(seed=5))


def test_other_documents_are_refused_and_named(docs, tmp_path):
    play(docs, tmp_path / "run")
    docs.write_text(docs.read_text(encoding="utf-8") + json.dumps({"text": LIGHTHOUSE}) + "\n", encoding="utf-8")

    with pytest.raises(ResumeError, match=r"docs\.jsonl has changed"):
        play(docs, tmp_path / "run")


def test_other_limits_are_no_other_run(docs, tmp_path):
    play(docs, tmp_path / "run", config(**{"limits.concurrency": 1}))

    report = play(docs, tmp_path / "run", config(**{"limits.concurrency": 9, "limits.max_cost": 1.0}))

    assert report.resumed == 12


def test_resume_never_refuses_a_directory_that_holds_a_run(docs, tmp_path):
    play(docs, tmp_path / "run")

    with pytest.raises(ResumeError, match="--resume never"):
        play(docs, tmp_path / "run", resume="never")


def _fails_for(*ids: str) -> Callable[[Any], Any]:
    return lambda request: (
        AnswerError("broken") if request.document.id in ids else Scripted({}).script["planner"](request)
    )


def test_a_document_that_fails_is_recorded_and_the_others_go_on(docs, tmp_path):
    report = play(docs, tmp_path / "run", model=Scripted({"planner": _fails_for("d3")}))

    (error,) = rows(tmp_path / "run" / "errors.jsonl")
    assert (error["document"], error["kind"]) == ("d3", "turn")
    assert report.summary.trees == 11


def test_a_failed_document_is_played_again_only_on_request_and_lands_in_its_place(docs, tmp_path):
    play(docs, tmp_path / "whole")
    play(docs, tmp_path / "run", model=Scripted({"planner": _fails_for("d3", "d7")}))

    left = play(docs, tmp_path / "run")
    retried = play(docs, tmp_path / "run", retry_failed=True)

    assert left.summary.trees == 10
    assert retried.summary.trees == 12
    assert files(tmp_path / "run") == files(tmp_path / "whole")
    assert rows(tmp_path / "run" / "errors.jsonl") == []


def test_a_dialogue_that_fails_goes_by_its_name_in_the_events_and_an_unreadable_document_by_none(docs, tmp_path):
    docs.write_text("no json\n" + docs.read_text(encoding="utf-8"), encoding="utf-8")
    play(docs, tmp_path / "run", model=Scripted({"planner": _fails_for("d3")}))

    play(docs, tmp_path / "run", retry_failed=True)

    told = [event for event in rows(tmp_path / "run" / "events.jsonl") if event.get("document") == "d3"]
    failed, *_, finished = told
    assert (failed["event"], finished["event"]) == ("document_failed", "dialogue_finished")
    assert failed["dialogue"] == finished["dialogue"]
    unread = [event for event in rows(tmp_path / "run" / "events.jsonl") if event.get("kind") == "document"]
    assert [event["dialogue"] for event in unread] == [None, None]


def test_a_fault_of_ours_on_one_document_does_not_end_the_run(docs, tmp_path, caplog):
    def crashes(request: Any) -> Any:
        if request.document.id == "d2":
            raise ZeroDivisionError("a bug")
        return Scripted({}).script["planner"](request)

    report = play(docs, tmp_path / "run", model=Scripted({"planner": crashes}))

    (error,) = rows(tmp_path / "run" / "errors.jsonl")
    assert (error["kind"], error["message"]) == ("unexpected", "ZeroDivisionError: a bug")
    assert report.summary.trees == 11


def test_a_lost_endpoint_ends_the_run_and_keeps_what_is_finished(docs, tmp_path):
    def gone(request: Any) -> Any:
        return EndpointError("refused") if request.document.id == "d6" else Scripted({}).script["planner"](request)

    report = play(docs, tmp_path / "run", config(**{"limits.concurrency": 2}), Scripted({"planner": gone}))

    assert (report.status, report.message) == ("endpoint", "refused")
    assert report.summary.trees == 6


def test_unreadable_rows_are_recorded_once_however_often_the_run_is_resumed(docs, tmp_path):
    docs.write_text(
        "no json\n" + docs.read_text(encoding="utf-8") + '{"id": "d0", "text": "twice"}\n', encoding="utf-8"
    )

    play(docs, tmp_path / "run")
    report = play(docs, tmp_path / "run")

    errors = rows(tmp_path / "run" / "errors.jsonl")
    assert len(errors) == 2
    assert {error["kind"] for error in errors} == {"document"}
    assert report.summary.figures()["documents"] == {"trees": 12, "failed": 2, "by_kind": {"document": 2}}


def test_stopping_on_request_keeps_a_run_that_can_go_on(docs, tmp_path):
    play(docs, tmp_path / "whole")
    job = Run([docs], config(**{"limits.concurrency": 1}), tmp_path / "run", models=lambda role: Scripted({}))
    job.on_event = lambda event: job.stop()

    report = asyncio.run(job.play())
    play(docs, tmp_path / "run")

    assert report.status == "stopped"
    assert report.summary.trees < 12
    assert files(tmp_path / "run") == files(tmp_path / "whole")


def test_two_runs_do_not_share_a_directory(docs, tmp_path):
    refused: list[str] = []

    def second(event: Any) -> None:
        if not refused:
            with pytest.raises(ResumeError) as error:
                _in_thread(lambda: play(docs, tmp_path / "run"))
            refused.append(str(error.value))

    play(docs, tmp_path / "run", on_event=second)

    assert "in use by another run" in refused[0]


def _in_thread(work: Callable[[], Any]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        thread.submit(work).result()


def test_a_directory_that_cannot_be_written_is_named(docs, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(RunError, match="choose another directory"):
        play(docs, tmp_path / "file" / "run")


def test_nothing_to_read_is_a_mistake_of_the_caller(tmp_path):
    with pytest.raises(ConfigError, match="no file to read"):
        play(tmp_path / "nowhere", tmp_path / "run")

    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("flags", "paused"),
    [
        ({"models.default": "opnai:any"}, False),
        ({"models.judge": "openai:any", "models.default": "opnai:any"}, False),
        ({"models.default": "human", "engine.workers": 2}, False),
        ({"engine.workers": 2}, True),
    ],
)
def test_what_cannot_be_played_leaves_nothing_behind(docs, tmp_path, flags, paused):
    threads = threading.enumerate()

    with pytest.raises(ConfigError):
        asyncio.run(Run([docs], config(**flags), tmp_path / "run", paused=paused).play())

    assert not (tmp_path / "run").exists()
    assert set(threading.enumerate()) <= set(threads)


@pytest.mark.parametrize("closed", ["r2s.runs.runner"], indirect=True)
def test_connections_are_given_back_where_counts_cannot_be_written(docs, tmp_path, closed):
    with pytest.raises(RunError, match="the disk is full"):
        play(docs, tmp_path / "run")

    assert len(closed) == 1


def test_no_path_and_no_time_reaches_trees_or_samples(docs, tmp_path):
    play(docs, tmp_path / "here")
    (tmp_path / "elsewhere").mkdir()
    moved = docs.rename(tmp_path / "elsewhere" / "docs.jsonl")
    play(moved, tmp_path / "there")

    assert files(tmp_path / "here") == files(tmp_path / "there")
    assert str(tmp_path).encode() not in b"".join(files(tmp_path / "here"))


def test_status_counts_a_run_from_its_trees(docs, tmp_path):
    report = play(docs, tmp_path / "run")

    state = read_run(tmp_path / "run")

    assert state.figures == report.summary.figures()
    assert state.figures["turns"]["by_count"] == {"3": 12}
    assert state.figures["stops"] == {"max_turns": 12}
    assert state.figures["usage"]["cost_usd"] is None


def test_a_password_in_the_address_of_a_server_is_written_nowhere(docs, tmp_path):
    play(docs, tmp_path / "run", config(base_url="http://me:hunter2@127.0.0.1:1/v1"))

    written = b"".join(path.read_bytes() for path in (tmp_path / "run").iterdir())
    assert b"hunter2" not in written
    assert b"127.0.0.1:1" in written


def test_trees_that_branch_are_the_same_whatever_the_concurrency(docs, tmp_path):
    branching = {"policies.branching": {"kind": "top", "count": 2, "nodes": 30}}

    play(docs, tmp_path / "one", config(**branching, **{"limits.concurrency": 1}))
    play(docs, tmp_path / "many", config(**branching, **{"limits.concurrency": 64}))

    trees = rows(tmp_path / "one" / "trees.jsonl")
    assert files(tmp_path / "one") == files(tmp_path / "many")
    assert all(len(tree["stops"]) > 2 and tree["totals"]["nodes"] <= 30 for tree in trees)
