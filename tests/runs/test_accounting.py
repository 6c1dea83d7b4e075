"""What trees say they cost is what the journal holds: every reply is counted once, those of no use among them."""

import asyncio
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

import r2s
from benchmarks.mock_roles import play as answer_well
from r2s.config import load_config
from r2s.errors import AnswerError
from r2s.models.journal import tools
from r2s.models.request import Answer, Reply, Request
from r2s.runs.directory import RunDirectory
from r2s.runs.reading import read_run
from r2s.runs.runner import Run, RunReport
from r2s.trees.tree import ConversationTree
from r2s.usage import Usage
from tests.conftest import HONEST, LIGHTHOUSE, Scripted, lighthouse

Body = dict[str, Any]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Texts that are all different, so that no reply serves two dialogues."""
    path = tmp_path / "docs.jsonl"
    rows = [
        {"id": f"d{number}", "title": f"Lighthouse {number}", "text": f"This is light {number} of all. {LIGHTHOUSE}"}
        for number in range(4)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def never_answers(*signs: str) -> Callable[[Body], str]:
    """Replies of a server that gives no JSON where a prompt holds all these signs."""

    def reply(body: Body) -> str:
        asked = "\n".join(message["content"] for message in body["messages"][:2])
        if all(sign in asked for sign in signs):
            return "I would rather not say."
        return answer_well(body, zlib.crc32(orjson.dumps(body)))

    return reply


async def play(docs: Path, out: Path, url: str, journal: Path | None = None, **flags: Any) -> RunReport:
    settings = {"turns": 3, "reviewers": 3, "models.default": "openai:mock", "base_url": url, **flags}
    return await Run([docs], load_config(flags=settings), out, journal=journal).play()


def trees_of(out: Path) -> list[ConversationTree]:
    return list(RunDirectory(out).read_trees())


def assert_all_is_counted(out: Path, trees: list[ConversationTree]) -> None:
    held = tools.info(out)
    assert sum(tree.totals.calls for tree in trees) == held.records
    assert sum(tree.totals.prompt_tokens for tree in trees) == held.prompt_tokens
    assert sum(tree.totals.completion_tokens for tree in trees) == held.completion_tokens


@pytest.mark.parametrize("method", ["cod_review", "cod", "cod_single", "self_chat", "review"])
async def test_replies_that_could_not_be_read_are_counted(docs, tmp_path, serve, method):
    server = await serve(faults={"broken": 0.3})

    await play(docs, tmp_path / "run", server.url, method=method)

    trees = trees_of(tmp_path / "run")
    assert server.stats()["by_status"]["broken"] > 1
    assert len(trees) == 4
    assert_all_is_counted(tmp_path / "run", trees)


async def test_a_tree_that_branches_counts_each_reply_once(docs, tmp_path, serve):
    server = await serve(faults={"broken": 0.3})

    await play(docs, tmp_path / "run", server.url, policies={"branching": {"kind": "top", "count": 2}})

    trees = trees_of(tmp_path / "run")
    assert all(len(tree.dialogues()) > 2 for tree in trees)
    assert_all_is_counted(tmp_path / "run", trees)


@pytest.mark.parametrize(
    ("signs", "stop"),
    [
        # One voice is missing in each turn: a reviewer, the last check of a rewrite, a candidate, the rewrite, the chairman.
        (('"reviews"', "without any training"), "max_turns"),
        (('"reviews"', "That is all."), "max_turns"),
        (('"citations"', "You are drafter 1"), "max_turns"),
        (('"citations"', "<draft>\n"), "max_turns"),
        (('"advice"',), "max_turns"),
        # The second turn cannot be brought to its end.
        (('"key_phrases"', "\nAssistant: "), "failed_turn"),
        (('"closes"', "\nAssistant: "), "failed_turn"),
        (('"citations"', "\nAssistant: "), "failed_turn"),
        (('"reviews"', "\nAssistant: "), "failed_turn"),
    ],
)
async def test_what_a_role_that_never_answers_cost_is_counted(docs, tmp_path, serve, signs, stop):
    server = await serve(reply=never_answers(*signs))

    report = await play(docs, tmp_path / "run", server.url)

    (endpoint,) = report.endpoints.values()
    trees = trees_of(tmp_path / "run")
    assert endpoint["unreadable"] > 0
    assert [tree.stop.rule for tree in trees] == [stop] * 4
    assert_all_is_counted(tmp_path / "run", trees)


async def test_a_replayed_reply_counts_as_much_as_a_new_one(docs, tmp_path, serve):
    server = await serve(faults={"broken": 0.3})
    await play(docs, tmp_path / "first", server.url)
    asked = server.stats()["requests"]

    await play(docs, tmp_path / "again", server.url, journal=tmp_path / "first" / "journal.sqlite")

    assert server.stats()["requests"] == asked
    assert trees_of(tmp_path / "again") == trees_of(tmp_path / "first")


class Uncounting(Scripted):
    """Says nothing of what it costs."""

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        try:
            return Reply((await super().answer(request)).answer, Usage())
        except AnswerError as error:
            raise AnswerError(str(error)) from None


async def test_a_model_that_counts_nothing_gave_one_reply_a_request(broken):
    def some_are_broken(request: Request[Any]) -> Any:
        return broken if request.speaker in ("candidate-1", "teacher") else HONEST[request.role](request)

    model = Uncounting({"candidate": some_are_broken, "reviewer": some_are_broken})

    (tree,) = await r2s.arun(lighthouse(), model=model, turns=2, reviewers=3)

    assert len(model.of("candidate")) > 2 * 2
    assert tree.totals.calls == len(model.requests)


async def test_the_figures_of_an_endpoint_cover_the_whole_run_however_often_it_was_begun(docs, tmp_path, serve):
    server, out = await serve(), tmp_path / "run"

    def counted() -> tuple[int, int, int]:
        """The replies in the figures of the endpoint and of the run, and those in the journal."""
        metrics = RunDirectory(out).read_metrics()
        (endpoint,) = metrics["endpoints"].values()
        return endpoint["succeeded"], metrics["spent"]["calls"], tools.info(out).records

    first = await play(docs, out, server.url, None, **{"limits.max_calls": 20})
    begun = counted()
    await play(docs, out, server.url)
    ended = counted()
    idle = await play(docs, out, server.url)
    node = trees_of(out)[0].dialogues()[0][1]
    await asyncio.to_thread(r2s.fork, out, node.id, doc="d0", reviewers=1)
    forked = counted()

    (this_time,) = idle.endpoints.values()
    assert first.status == "budget"
    assert this_time["succeeded"] == 0
    assert 0 < begun[0] < ended[0] < forked[0]
    assert all(told == spent == held for told, spent, held in (begun, ended, forked))


async def test_what_no_dialogue_came_of_is_spent_all_the_same_and_an_unknown_price_is_unknown(docs, tmp_path, serve):
    server, out = await serve(never_answers("This is light")), tmp_path / "run"

    report = await play(docs, out, server.url, None, **{"documents.limit": 1})

    figures, records = report.summary.figures(), [*tools.records(out)]
    assert (figures["documents"]["failed"], figures["usage"]["calls"]) == (1, 0)
    assert figures["spent"]["calls"] == len(records) > 0
    assert figures["spent"]["prompt_tokens"] == sum(record.prompt_tokens or 0 for record in records)
    assert figures["spent"]["cost_usd"] is None
    assert read_run(out).figures == figures
