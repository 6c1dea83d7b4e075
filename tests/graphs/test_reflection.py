"""The whole graph of Reflection-Tuning: both phases, what is kept beside what, and what happens when one fails."""

from collections.abc import Sequence
from typing import Any

import pytest

import r2s
from r2s.agents.exchange import Exchange
from r2s.documents.document import Document, Message
from r2s.documents.pairs import Dialogue
from r2s.documents.spoken import spoken_document
from r2s.errors import AnswerError
from r2s.graphs.reflection import critics, reflection_graph, take_every
from r2s.graphs.state import DialogueState, opening_state, path_to
from r2s.models.extractive.model import ExtractiveModel
from r2s.models.request import Model
from r2s.policies.reflection import Reflection
from r2s.trees.node import NOBODY, Node
from r2s.trees.tree import ConversationTree, check_tree, grow_tree
from tests.conftest import Scripted, replies


def spoken(*texts: str) -> Document:
    roles: Sequence[Any] = ("user", "assistant")
    messages = tuple(Message(role=roles[number % 2], text=text) for number, text in enumerate(texts))
    return spoken_document(Dialogue(id="d", messages=messages, source="test"))


PAIR = spoken("Name a cape.", "Moss Point.")
TALK = spoken("Name a cape.", "Moss Point.", "How high is it?", "12 metres.", "And who lives there?", "Nobody.")


def harder(request) -> dict[str, Any]:
    """A critic who finds one fault each, and asks for a reason."""
    return {
        "instruction_critique": ["detail: no reason"],
        "answer_critique": ["level of details: bare"],
        "instruction": f"{request.fields['asked']} Why?",
        "answer": f"{request.fields['answered']} Because.",
    }


def fuller(request) -> dict[str, Any]:
    return {"critique": ["accuracy: unproven"], "answer": f"{request.fields['answered']} Indeed."}


def critic(**script: Any) -> Scripted:
    return Scripted({"instruction_critic": harder, "response_critic": fuller, **script})


async def play(
    model: Model, document: Document = PAIR, policy: Reflection | None = None, selection: Any = take_every
) -> DialogueState:
    graph = reflection_graph(critics(lambda role: model), policy or Reflection(), selection)
    return await graph.ainvoke(opening_state(document, NOBODY, 7), {"recursion_limit": 100})  # type: ignore[return-value]


def kept(state: DialogueState) -> list[Node]:
    return path_to(state["nodes"], state["leaf"])


def texts(nodes: Sequence[Node]) -> list[str]:
    return [node.text for node in nodes]


def tree_of(state: DialogueState, document: Document) -> ConversationTree:
    assert state["stop"] is not None
    return check_tree(
        grow_tree(
            document=document,
            nodes=state["nodes"],
            cast=NOBODY,
            stop=state["stop"],
            overhead=state["overhead"],
            run="r",
            method="reflection",
            models={"default": "scripted"},
            seed=7,
            replicate=0,
        )
    )


async def test_the_instruction_is_made_better_first_then_the_answer_to_the_new_one():
    model = critic()

    state = await play(model)

    assert [request.role for request in model.requests] == ["instruction_critic", "response_critic"]
    assert model.requests[1].fields["asked"] == "Name a cape. Why?"
    assert texts(kept(state)) == ["Name a cape. Why?", "Moss Point. Because. Indeed."]
    assert replies(state) == 2
    assert state["stop"].rule == "reflected"  # type: ignore[union-attr]


async def test_what_was_there_stays_beside_what_took_its_place():
    tree = tree_of(await play(critic()), PAIR)

    shape = {(node.text, node.agent, node.kind, node.status) for node in tree.nodes}
    assert shape == {
        ("Name a cape.", "given", "message", "rejected"),
        ("Moss Point.", "given", "message", "rejected"),
        ("Name a cape. Why?", "instruction_critic", "rewrite", "kept"),
        ("Moss Point. Because.", "instruction_critic", "rewrite", "rejected"),
        ("Moss Point. Because. Indeed.", "response_critic", "rewrite", "kept"),
    }
    (dialogue,) = tree.dialogues()
    before, after = tree.children(dialogue[0].id)
    assert (before.status, after.status) == ("rejected", "kept")
    assert len([node for node in tree.nodes if node.parent is None]) == 2


async def test_critiques_are_reviews_of_what_they_criticise():
    nodes = (await play(critic()))["nodes"].values()

    said = {node.text: [(review.reviewer, review.weaknesses) for review in node.reviews] for node in nodes}
    assert said["Name a cape."] == [("instruction_critic", ("detail: no reason",))]
    assert said["Moss Point."] == [("instruction_critic", ("level of details: bare",))]
    assert said["Moss Point. Because."] == [("response_critic", ("accuracy: unproven",))]


@pytest.mark.parametrize(
    ("policy", "roles", "said"),
    [
        (Reflection(response=False), ["instruction_critic"], ["Name a cape. Why?", "Moss Point. Because."]),
        (Reflection(instruction=False), ["response_critic"], ["Name a cape.", "Moss Point. Indeed."]),
    ],
)
async def test_either_phase_can_be_left_out(policy, roles, said):
    model = critic()

    state = await play(model, policy=policy)

    assert [request.role for request in model.requests] == roles
    assert texts(kept(state)) == said
    tree_of(state, PAIR)


async def test_what_the_first_critic_cannot_say_whole_changes_nothing_and_is_counted(broken):
    state = await play(critic(instruction_critic=broken))

    assert texts(kept(state)) == ["Name a cape.", "Moss Point. Indeed."]
    assert [node.flaws for node in kept(state)] == [("instruction-not-reflected",), ()]


async def test_what_the_second_critic_cannot_say_leaves_the_first_one_s_pair(broken):
    state = await play(critic(response_critic=broken))

    assert texts(kept(state)) == ["Name a cape. Why?", "Moss Point. Because."]
    assert kept(state)[1].flaws == ("answer-not-reflected",)


async def test_no_error_is_ever_said(broken):
    state = await play(critic(instruction_critic=broken, response_critic=broken), TALK)

    assert texts(kept(state)) == [message.text for message in TALK.messages]
    assert replies(state) == 4


async def test_a_critic_who_finds_nothing_leaves_the_pair_as_it_is_and_its_cost_is_counted():
    model = critic(
        instruction_critic=lambda request: {
            "instruction": request.fields["asked"],
            "answer": request.fields["answered"],
        },
        response_critic=lambda request: {"answer": request.fields["answered"]},
    )

    state = await play(model)

    assert [node.agent for node in state["nodes"].values()] == ["given", "given"]
    assert sum(node.usage.prompt_tokens for node in kept(state)) == 20


async def test_an_answer_alone_that_is_better_has_the_old_instruction_above_it():
    model = critic(instruction_critic=lambda request: {"instruction": request.fields["asked"], "answer": "Skerry."})

    state = await play(model, policy=Reflection(response=False))

    assert [(node.text, node.status) for node in state["nodes"].values()] == [
        ("Name a cape.", "kept"),
        ("Moss Point.", "rejected"),
        ("Skerry.", "kept"),
    ]


async def test_without_the_second_phase_nobody_reads_the_later_turns():
    model = critic()

    state = await play(model, TALK, Reflection(response=False))

    assert [request.role for request in model.requests] == ["instruction_critic"]
    assert texts(kept(state))[2:] == ["How high is it?", "12 metres.", "And who lives there?", "Nobody."]


async def test_a_dialogue_goes_turn_by_turn_with_the_better_turns_as_its_history():
    model = critic()

    state = await play(model, TALK)

    roles = [request.role for request in model.requests]
    assert roles == ["instruction_critic"] + ["response_critic"] * 3
    assert [line.text for line in model.requests[-1].transcript] == [
        "Name a cape. Why?",
        "Moss Point. Because. Indeed.",
        "How high is it?",
        "12 metres. Indeed.",
    ]
    assert [node.turn for node in kept(state)] == [1, 1, 2, 2, 3, 3]
    assert texts(kept(state))[2::2] == ["How high is it?", "And who lives there?"]
    assert tree_of(state, TALK).totals.turns == 3


async def test_a_critic_sees_what_the_user_goes_on_to_say():
    model = critic()

    await play(model, TALK)

    later = [request.fields["later"] for request in model.requests]
    next_two = ["How high is it?", "And who lives there?"]
    assert later == [next_two, next_two, next_two[1:], []]


async def test_with_rewrite_user_every_later_turn_is_written_anew():
    model = critic()

    state = await play(model, TALK, Reflection(rewrite_user=True))

    assert [request.role for request in model.requests] == ["instruction_critic", "response_critic"] * 3
    assert texts(kept(state)) == [
        *("Name a cape. Why?", "Moss Point. Because. Indeed."),
        *("How high is it? Why?", "12 metres. Because. Indeed."),
        *("And who lives there? Why?", "Nobody. Because. Indeed."),
    ]
    assert all(request.fields["later"] == [] for request in model.requests)
    assert len(tree_of(state, TALK).dialogues()) == 1


async def test_a_later_turn_that_cannot_be_written_anew_ends_the_dialogue_before_it():
    def fails_in_turn_two(request) -> Any:
        return AnswerError("cut off") if request.fields["asked"] == "How high is it?" else harder(request)

    state = await play(critic(instruction_critic=fails_in_turn_two), TALK, Reflection(rewrite_user=True))

    tree = tree_of(state, TALK)
    assert (state["stop"].rule, state["stop"].turn) == ("failed_turn", 1)  # type: ignore[union-attr]
    assert len(kept(state)) == len(tree.dialogues()[0]) == 2
    assert {node.status for node in tree.nodes if node.turn == 2} == {"failed"}


async def test_as_long_as_nothing_has_changed_a_later_turn_may_stay_as_it_was(broken):
    policy = Reflection(rewrite_user=True, response=False)

    state = await play(critic(instruction_critic=broken), TALK, policy)

    assert texts(kept(state)) == [message.text for message in TALK.messages]


async def test_what_the_selection_declines_stays_beside_what_was_there():
    seen: list[tuple[Exchange, Exchange]] = []

    async def decline(before: Exchange, after: Exchange) -> bool:
        seen.append((before, after))
        return False

    state = await play(critic(), selection=decline)

    assert texts(kept(state)) == ["Name a cape.", "Moss Point."]
    assert len(state["nodes"]) == 5
    assert seen[1] == (Exchange("Name a cape.", "Moss Point."), Exchange("Name a cape.", "Moss Point. Indeed."))
    tree_of(state, PAIR)


def test_nobody_is_cast_even_where_casts_are_developed() -> None:
    settings = {"method": "reflection", "policies.casting": {"kind": "sampled", "develop": True}}

    (tree,) = r2s.run([PAIR], model=critic(caster=AssertionError("the caster was asked")), **settings)

    assert tree.cast == NOBODY
    assert tree.totals.calls == 2


@pytest.mark.parametrize(
    ("given", "better"),
    [
        (("What is the capital of France?", "It is Paris."), ["What is the capital of France?", "The capital of France is Paris."]),
        (("Please name a cape.", "Sure! Moss Point. I hope this helps!"), ["Name a cape.", "Moss Point."]),
        (("请问，什么是潮汐？", "好的，它是海水的涨落。"), ["什么是潮汐？", "潮汐是海水的涨落。"]),
        (("Fix: SELECT name FROM people", "SELECT name FROM people"), ["Fix: SELECT name FROM people", "SELECT name FROM people"]),
        (("What is 6 x 7?", "42"), ["What is 6 x 7?", "42"]),
    ],
)  # fmt: skip
async def test_the_baseline_takes_away_filler_and_adds_nothing(given, better):
    assert texts(kept(await play(ExtractiveModel(), spoken(*given)))) == better


async def test_the_baseline_says_nothing_of_a_placeholder():
    state = await play(ExtractiveModel(), spoken("Name a cape.", "N/A"))

    assert texts(kept(state)) == ["Name a cape.", "N/A"]
    assert kept(state)[1].flaws == ("answer-not-reflected",)
