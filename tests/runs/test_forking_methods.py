"""Forks of every method's trees by every method that goes on from the middle, and what of them is paid for."""

import json
from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.errors import ConfigError, TurnError
from r2s.models.request import Request
from r2s.runs.directory import RunDirectory
from r2s.runs.fork_request import ForkRequest, read_plan
from r2s.runs.forking import Forked, Forking
from r2s.runs.methods import METHODS
from r2s.runs.runner import Run
from r2s.trees.node import NOBODY, Node
from r2s.trees.tree import ConversationTree
from tests.conftest import LIGHTHOUSE, Scripted

ABLE = [name for name, method in METHODS.items() if "next" in method.enters]
SAID = ("Name a cape.", "Cape Horn.", "Why is it known?", "For storms.", "Since when is it known?", "Since 1616.")


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def told(path: Path) -> Path:
    """Two documents of six sentences."""
    return write(path, *({"id": id, "title": "Skerry lighthouse", "text": LIGHTHOUSE} for id in ("d0", "d1")))


def said(path: Path) -> Path:
    """Two dialogues of three turns."""
    turns = [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(SAID)]
    return write(path, *({"id": id, "messages": turns} for id in ("d0", "d1")))


async def play(out: Path, model: Scripted | None = None, **flags: Any) -> Path:
    """A run of three turns by the baseline, or by another model."""
    makes = said if METHODS[flags["method"]].takes == "pairs" else told
    config = load_config(flags={"turns": 3, "policies.stop": {"kind": "max_turns"}, **flags})
    docs = makes(out.parent / f"{makes.__name__}.jsonl")
    await Run([docs], config, out, models=(lambda role: model) if model else None).play()
    return out


def tree_of(run: Path) -> ConversationTree:
    return next(tree for tree in RunDirectory(run).read_trees() if tree.document.id == "d1")


def asked(run: Path, node: Node, **flags: Any) -> ForkRequest:
    given = {name: flags.pop(name) for name in ("say", "plan") if name in flags}
    config = load_config(run / "config.yaml", flags=flags)
    return ForkRequest(run, node.id, config, load_config(run / "config.yaml"), "d1", **given)


async def fork(run: Path, node: Node, model: Scripted | None = None, **flags: Any) -> Forked:
    return await Forking(asked(run, node, **flags), models=(lambda role: model) if model else None).play()


def kept(tree: ConversationTree, turn: int, role: str) -> Node:
    return next(node for node in tree.dialogues()[0] if (node.turn, node.role) == (turn, role))


@pytest.mark.parametrize(("target", "role"), list(zip(ABLE, ["user", "assistant"] * 3, strict=False)))
@pytest.mark.parametrize("source", ["cod_review", "cod_single", "review", "self_chat"])
async def test_a_tree_of_any_method_goes_on_under_any_that_can(tmp_path, source: str, target: str, role: str):
    run, twin = await play(tmp_path / "run", method=source), await play(tmp_path / "twin", method=source)
    before, lines = tree_of(run), (run / "trees.jsonl").read_bytes().splitlines()
    node = kept(before, 2, role)
    outlook = Forking(asked(run, node, method=target, seed=5)).outlook()

    forked = await fork(run, node, method=target, seed=5)
    await fork(twin, node, method=target, seed=5)

    after = forked.tree
    (new,) = [path for path in after.dialogues() if {one.id for one in path} & {*forked.fork.first}]
    assert after == tree_of(run)
    assert (run / "trees.jsonl").read_bytes() == (twin / "trees.jsonl").read_bytes()
    assert (run / "trees.jsonl").read_bytes().splitlines()[0] == lines[0]
    assert [one.text for one in after.nodes[: len(before.nodes)]] == [one.text for one in before.nodes]
    assert node.id in {one.id for one in new}
    assert len(new) == 6
    assert forked.calls == after.totals.calls - before.totals.calls
    assert 0 < forked.calls <= outlook.calls <= outlook.calls_at_most


@pytest.mark.parametrize("role", ["user", "assistant"])
async def test_what_was_said_without_a_document_goes_on_without_one(tmp_path, role: str):
    run = await play(tmp_path / "run", method="reflection")
    node = kept(tree_of(run), 2, role)

    reflected = await fork(run, node, method="reflection", seed=5)
    examined = await fork(run, node, method="review")

    assert {len(path) for path in examined.tree.dialogues()} == {6}
    assert reflected.messages >= 2
    with pytest.raises(ConfigError, match=r"without a document; review, reflection can, by --method"):
        await fork(run, node, method="self_chat")


async def test_a_call_that_the_journal_has_is_not_paid_again(tmp_path, serve):
    """What is asked anew: nothing where a smaller panel hears the same, the questions that follow where it does not."""
    server = await serve()
    openai: dict[str, Any] = {"models.default": "openai:mock", "base_url": server.url}
    review = await play(tmp_path / "review", method="review", **openai)
    reflection = await play(tmp_path / "reflection", method="reflection", **openai)
    chat = await play(tmp_path / "chat", method="self_chat", **openai)

    async def paid(run: Path, turn: int, role: str, **flags: Any) -> tuple[int, int]:
        before, node = len(server.bodies), kept(tree_of(run), turn, role)
        forked = await fork(run, node, **flags)
        assert forked.calls == len(server.bodies) - before
        return forked.calls, forked.messages

    # The respondent and two critics have said it all before.
    assert await paid(review, 3, "user", reviewers=2) == (0, 1)
    # Only the chairman who has heard one critic less, and who asks what was asked before, as this model always does.
    assert await paid(review, 1, "assistant", reviewers=2) == (1, 4)
    # The first turn alone had a new instruction: the later ones are what they were.
    assert await paid(reflection, 1, "assistant", **{"policies.reflection.instruction": False}) == (0, 6)
    # Only the turn behind the end is new.
    assert await paid(chat, 3, "assistant", turns=4) == (2, 2)
    assert await paid(chat, 1, "assistant", turns=5) == (2, 8)


async def test_a_panel_that_hears_a_reply_for_the_first_time_hears_it_as_one_that_was_just_given(tmp_path):
    run = await play(tmp_path / "run", Scripted({}), method="self_chat")
    reply, model = kept(tree_of(run), 2, "assistant"), Scripted({})

    forked = await fork(run, reply, model, method="review")

    first = model.requests[0]
    question = kept(tree_of(run), 2, "user")
    assert (first.role, first.fields["question"], first.fields["response"].node) == ("critic", question.text, reply)
    assert len(first.transcript) == 2
    heard = forked.tree.node(reply.id)
    assert len(heard.reviews) == 3
    assert heard.chair is not None
    assert heard.usage.replies == reply.usage.replies + 3
    assert forked.tree.totals.calls == sum(node.usage.replies for node in forked.tree.nodes)


async def test_a_verdict_that_was_gone_on_from_stands(tmp_path):
    run = await play(tmp_path / "run", Scripted({}), method="review")
    reply = kept(tree_of(run), 1, "assistant")
    another = Scripted({"questioner": {"reason": "another reason", "question": "Who kept it in the winter months?"}})

    tree = (await fork(run, reply, another, reviewers=1, turns=2)).tree

    assert tree.node(reply.id) == reply
    assert [path[2].text for path in tree.dialogues()][1] == "Who kept it in the winter months?"


async def test_without_reviewers_nothing_is_asked_on(tmp_path):
    run = await play(tmp_path / "run", method="direct")

    with pytest.raises(TurnError, match="without reviewers nothing is asked on"):
        await fork(run, kept(tree_of(run), 1, "assistant"), method="review", reviewers=0)


async def test_who_has_no_goal_is_given_one_and_stays_who_they_are(tmp_path):
    run = await play(tmp_path / "run", Scripted({}), method="direct")
    before, model = tree_of(run), Scripted({})

    forked = await fork(run, kept(before, 1, "assistant"), model, method="cod", turns=2)

    cast = forked.fork.cast
    assert before.cast.user.goal == ""
    assert cast is not None
    assert cast.user.goal
    assert cast.user.persona == before.cast.user.persona == "a neighbour"
    assert model.of("user")[0].fields["goal"] == cast.user.goal
    assert forked.tree.cast == before.cast


async def test_those_of_an_examination_are_cast_for_a_dialogue(tmp_path):
    run = await play(tmp_path / "run", Scripted({}), method="review")
    develops = {"policies.casting": {"kind": "sampled", "develop": True}}
    before, model = tree_of(run), Scripted({})

    forked = await fork(run, kept(before, 1, "assistant"), model, method="cod", turns=2, **develops)

    assert before.cast == NOBODY
    assert forked.fork.cast
    assert len(model.of("caster")) == 1
    assert forked.tree.totals.calls - before.totals.calls == len(model.requests)


@pytest.mark.parametrize("method", ["review", "self_chat"])
async def test_what_a_person_says_is_answered(tmp_path, method: str):
    run, model = await play(tmp_path / "run", Scripted({}), method=method), Scripted({})
    question = kept(tree_of(run), 1, "user")

    forked = await fork(run, question, model, say="Who looks after it now?", turns=2)

    new = forked.tree.dialogues()[-1]
    assert (new[0].text, new[0].kind, new[0].agent) == ("Who looks after it now?", "intervention", "person")
    assert len(new) == 4
    assert {request.role for request in model.requests} == {*METHODS[method].roles} - {"seeder"}


@pytest.mark.parametrize(
    ("source", "flags", "message"),
    [
        ("cod", {"method": "direct"}, "direct cannot go on from the middle of a dialogue; cod_review, cod, self_chat"),
        ("direct", {"say": "Why?"}, r"direct cannot reply to what a person says; .*review can, by --method"),
        ("cod", {"method": "reflection", "say": "Why?"}, "reflection cannot reply to what a person says; cod_review"),
        ("review", {"plan": read_plan('{"type": "question-answer"}')}, "speak by a plan; cod_review, cod can"),
        ("reflection", {"plan": read_plan('{"type": "question-answer"}')}, "plan; nor can any other method"),
        ("review", {"turns": 1}, "is in the last turn, 1; give more --turns"),
    ],
)
async def test_what_has_no_meaning_is_refused_with_what_has(tmp_path, source: str, flags: dict[str, Any], message: str):
    run = await play(tmp_path / "run", method=source)

    with pytest.raises(ConfigError, match=message):
        await fork(run, kept(tree_of(run), 1, "assistant"), **flags)


async def test_behind_the_last_turn_there_is_nothing_to_reflect_on(tmp_path):
    run = await play(tmp_path / "run", method="reflection")

    with pytest.raises(ConfigError, match="last turn, 3; nothing was said after it"):
        await fork(run, kept(tree_of(run), 3, "assistant"), seed=1)


def harder(request: Request[Any]) -> dict[str, Any]:
    asked = request.fields["asked"]
    return {
        "instruction_critique": ["easy"],
        "answer_critique": [],
        "instruction": f"{asked} Why?",
        "answer": "As ever.",
    }


async def test_later_turns_are_reflected_on_as_they_were_given(tmp_path):
    """Also where they stand in the tree as a critic wrote them, and from a reply that was not kept."""
    model = Scripted({"instruction_critic": harder, "response_critic": {"critique": ["bare"], "answer": "It is so."}})
    run = await play(tmp_path / "run", model, method="reflection", **{"policies.reflection.rewrite_user": True})
    tree = tree_of(run)
    given = [node for node in tree.nodes if node.agent == "given"]
    rejected = next(node for node in given if node.status == "rejected" and node.role == "assistant")

    for node in (kept(tree, 1, "assistant"), rejected):
        forked = await fork(run, node, model, seed=node.order + 2)
        fresh = [new for new in forked.tree.nodes if new.agent == "given" and new not in given]
        assert [new.text for new in fresh if new.turn > 1] == [*SAID[2:]] * (1 + (node is rejected))
        assert all(one.status == "kept" for one in forked.tree.path_to(node.id))
        assert len(forked.tree.dialogues()[-1]) == 6
