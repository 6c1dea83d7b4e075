"""Trees that branch: who goes on, who is pruned, and the same tree whoever is faster."""

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from r2s.documents import Document
from r2s.errors import EndpointError, WaitingError
from r2s.graphs.branching import play_tree
from r2s.graphs.cod_review import cod_review_graph
from r2s.graphs.state import DialogueEnd, opening_state
from r2s.graphs.team import Rules, team
from r2s.models.request import Answer, Reply, Request
from r2s.policies.branching import BranchingPolicy, KeepTop
from r2s.policies.casting import SampledCast
from r2s.policies.revision import AsItStands
from r2s.policies.stopping import AnyOf, MaxTurns
from r2s.samples.flatten import flatten
from r2s.seeds import generator
from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree, check_tree, grow_tree
from tests.conftest import Scripted, rate


class Jittery(Scripted):
    """Takes its time, another for every call: whoever was first is last in the next run."""

    def __init__(self, seed: int) -> None:
        super().__init__({})
        self.random = Random(seed)

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        for _ in range(self.random.randrange(30)):
            await asyncio.sleep(0)
        return await super().answer(request)


def rules(policy: BranchingPolicy, turns: int = 3, **more: Any) -> Rules:
    settings = {"revision": AsItStands(), "stop": AnyOf(rules=(MaxTurns(),)), **more}
    return Rules(min_turns=1, max_turns=turns, branching=policy, **settings)


async def play(
    model: Scripted, document: Document, rules: Rules, candidates: int = 2, reviewers: int = 3
) -> DialogueEnd:
    players = team(lambda role: model, reviewers=reviewers, candidates=candidates)
    cast = SampledCast().draw("the lighthouse", "en", generator(0))
    return await play_tree(cod_review_graph(players, rules), opening_state(document, cast, 7), 200)


def grown(end: DialogueEnd, document: Document) -> ConversationTree:
    assert end["stop"] is not None
    return check_tree(
        grow_tree(
            document=document,
            nodes=end["nodes"],
            cast=SampledCast().draw("the lighthouse", "en", generator(0)),
            stop=end["stop"],
            stops={branch.leaf: branch.stop for branch in end["branches"] if branch.stop},
            overhead=end["overhead"],
            run="r",
            method="cod_review",
            models={"default": "scripted"},
            seed=7,
            replicate=0,
        )
    )


def of_status(nodes: Sequence[Node], status: str) -> list[Node]:
    return [node for node in nodes if node.status == status]


async def test_two_drafts_a_turn_make_a_binary_tree(says, document):
    model = says()

    tree = grown(await play(model, document, rules(KeepTop(count=2, nodes=None))), document)

    # Turn 1: 1 question, 2 replies; turn 2: 2 and 4; turn 3: 4 and 8.
    assert len(tree.nodes) == 3 + 6 + 12
    assert {node.status for node in tree.nodes} == {"kept"}
    assert [len(path) for path in tree.dialogues()] == [6] * 8
    # A turn takes 8 calls, and 1 + 2 + 4 turns are played.
    assert tree.totals.calls == len(model.requests) == 7 * 8
    assert tree.totals.prompt_tokens == 10 * 7 * 8
    assert tree.totals.turns == 3


async def test_the_first_dialogue_is_the_chairmans_and_every_other_has_its_stop(says, document):
    end = await play(says(), document, rules(KeepTop(count=2, nodes=None)))
    tree = grown(end, document)

    first, *others = tree.dialogues()

    assert first[-1].id == end["leaf"]
    assert all(node.chair for node in first if node.role == "assistant")
    assert tree.stop.rule == "max_turns"
    assert set(tree.stops) == {path[-1].id for path in others}
    assert {stop.rule for stop in tree.stops.values()} == {"max_turns"}


async def test_every_path_is_a_sample_and_every_reply_is_trained_once(says, document):
    tree = grown(await play(says(), document, rules(KeepTop(count=2, nodes=None))), document)

    rows = list(flatten(tree))

    trained = [row["meta"]["path"][index] for row in rows for index in row["meta"]["train"]]
    replies = [node.id for node in tree.nodes if node.role == "assistant"]
    assert len(rows) == 8
    assert sorted(trained) == sorted(replies)
    assert rows[0]["meta"]["train"] == [1, 3, 5]


async def test_whoever_watches_hears_of_every_message_on_every_path_from_the_first_on(says, document):
    graph = cod_review_graph(team(lambda role: says(), reviewers=3, candidates=2), rules(KeepTop(count=2, nodes=None)))
    opening = opening_state(document, SampledCast().draw("the lighthouse", "en", generator(0)), 7)
    steps: list[list[str]] = []

    end = await play_tree(graph, opening, 200, on_step=lambda nodes: steps.append([*nodes]))

    assert {id for step in steps for id in step} == end["nodes"].keys()
    assert [len(step) for step in steps if step][:3] == [1, 1, 3]


async def test_who_is_faster_changes_no_byte(document):
    trees = {
        grown(await play(Jittery(seed), document, rules(KeepTop(count=2, nodes=None))), document).to_json()
        for seed in range(5)
    }

    assert len(trees) == 1


async def test_a_tree_keeps_to_its_budget_of_messages_and_says_why_a_branch_was_pruned(says, document):
    policy = KeepTop(count=2, nodes=30)

    tree = grown(await play(says(), document, rules(policy, turns=4)), document)

    # A dialogue may take 4 messages a turn (a rewrite too). After turn 1: 27 left, two dialogues of 12 fit. After turn 2
    # each has 13 - 3 = 10 left, and two of 8 do not fit. After turn 3: 7 left, no two of 4 fit. Turn 4 costs nothing.
    pruned = of_status(tree.nodes, "pruned")
    assert [node.turn for node in pruned] == [2, 3, 2, 3]
    assert len(tree.dialogues()) == 4
    assert len(tree.nodes) <= 30
    assert "may take 8 messages" in pruned[0].reason
    assert all(len(path) == 8 for path in tree.dialogues())


async def test_a_tree_keeps_to_its_budget_of_calls(says, document):
    model = says()
    attempts = Rules().acceptance.attempts
    # 3 turns; one dialogue takes at most (attempts * 4 + 3 + 1 + attempts + 1) calls a turn.
    most = attempts * 4 + 5 + attempts
    policy = KeepTop(count=2, nodes=None, calls=8 + 2 * 2 * most)

    tree = grown(await play(model, document, rules(policy)), document)

    assert tree.totals.calls == len(model.requests) <= 8 + 2 * 2 * most
    assert [node.turn for node in of_status(tree.nodes, "pruned")] == [2, 2]


async def test_a_dialogue_is_played_to_its_end_even_where_the_budget_is_below_one(says, document):
    tree = grown(await play(says(), document, rules(KeepTop(count=2, nodes=3))), document)

    assert len(tree.dialogues()[0]) == 6
    # At the last turn another reply costs nothing more.
    assert [node.turn for node in of_status(tree.nodes, "pruned")] == [1, 2]
    assert len(tree.dialogues()) == 2


async def test_without_a_panel_the_drafts_branch_all_the_same(says, document):
    tree = grown(await play(says(), document, rules(KeepTop(count=2, nodes=None), 2), reviewers=0), document)

    assert len(tree.dialogues()) == 4


async def test_a_rewritten_reply_stands_in_for_the_draft_it_was_made_of(says, document):
    model = says(reviewer=rate(2, "negative"))
    branching = rules(KeepTop(count=3, nodes=None), 1, revision=Rules().revision)

    tree = grown(await play(model, document, branching), document)

    assert sorted(node.kind for node in of_status(tree.nodes, "kept") if node.role == "assistant") == [
        "draft",
        "rewrite",
    ]
    assert len(of_status(tree.nodes, "rejected")) == 1


async def test_a_draft_that_says_the_same_word_for_word_is_no_branch(says, document):
    same = {"text": "It has stood there for a long time.", "citations": [{"passage": "p1", "quote": "built in 1844"}]}

    tree = grown(await play(says(candidate=same), document, rules(KeepTop(count=3, nodes=None), 1), 3), document)

    assert len(tree.dialogues()) == 1
    assert len(of_status(tree.nodes, "rejected")) == 2


async def test_a_branch_whose_next_turn_fails_ends_where_it_is(says, document):
    def silent_on_the_branch(request: Request[Any]) -> Any:
        if any("candidate-2" in line.text for line in request.transcript):
            return {"text": "According to the passage, yes."}
        return Scripted({}).script["candidate"](request)

    tree = grown(
        await play(says(candidate=silent_on_the_branch), document, rules(KeepTop(count=2, nodes=None), 2)), document
    )

    failed = [path for path in tree.dialogues() if path[-1].turn == 1]
    assert [tree.stops[path[-1].id].rule for path in failed] == ["failed_turn"]
    assert tree.stop.rule == "max_turns"


@pytest.mark.parametrize("error", [EndpointError("gone"), WaitingError("not yet")])
async def test_an_error_on_one_path_is_raised_after_the_others_have_gone_as_far_as_they_go(says, document, error):
    def fails_on_the_main_path(request: Request[Any]) -> Any:
        if any("candidate-1" in line.text for line in request.transcript):
            return error
        return Scripted({}).script["planner"](request)

    model = says(planner=fails_on_the_main_path)

    with pytest.raises(type(error)):
        await play(model, document, rules(KeepTop(count=2, nodes=None)))

    assert max(len(request.transcript) for request in model.of("chairman")) == 4
