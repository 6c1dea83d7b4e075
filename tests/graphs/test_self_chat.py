"""Self-chat with a scripted model: two calls a turn, neither side sees what is the other's."""

from typing import Any

import pytest

from r2s.agents.answerer import Answerer
from r2s.agents.asker import Asker
from r2s.documents import Document
from r2s.errors import AnswerError
from r2s.graphs.self_chat import self_chat_graph
from r2s.graphs.state import DialogueState, opening_state, path_to
from r2s.graphs.team import Rules
from r2s.policies.casting import SampledCast
from r2s.policies.stopping import AnyOf, MaxTurns, UserCloses
from r2s.seeds import generator
from r2s.trees.node import Node
from tests.conftest import Scripted, replies

CAST = SampledCast().draw("the lighthouse", "en", generator(0))
FIXED = Rules(min_turns=1, max_turns=3, stop=MaxTurns())


async def play(
    model: Scripted, document: Document, rules: Rules = FIXED, *, sees_document: bool = True
) -> DialogueState:
    graph = self_chat_graph(Asker(model), Answerer(model, sees_document), rules)
    return await graph.ainvoke(opening_state(document, CAST, 7), {"recursion_limit": 50})  # type: ignore[return-value]


def kept(state: DialogueState) -> list[Node]:
    return path_to(state["nodes"], state["leaf"])


async def test_a_turn_is_two_calls_and_the_rounds_are_as_many_as_were_fixed(says, document):
    model = says()

    state = await play(model, document)

    assert [request.role for request in model.requests] == ["asker", "answerer"] * 3
    assert [node.agent for node in kept(state)] == ["asker", "answerer"] * 3
    assert state["stop"] is not None
    assert (state["stop"].rule, state["stop"].turn, replies(state)) == ("max_turns", 3, 6)


async def test_the_asker_never_sees_the_document_and_the_answerer_never_the_cast(says, document):
    model = says()

    await play(model, document)

    user = CAST.user
    for request in model.of("asker"):
        assert request.document is None
        assert user.persona in str(request.messages())
    for request in model.of("answerer"):
        assert not [trait for trait in (user.persona, user.goal, user.manner) if trait in str(request.messages())]


async def test_both_hear_all_that_was_said(says, document):
    model = says()

    state = await play(model, document)

    texts = [node.text for node in kept(state)]
    assert [line.text for line in model.of("asker")[-1].transcript] == texts[:4]
    last = model.of("answerer")[-1]
    assert [*(line.text for line in last.transcript), last.said] == texts[:5]


async def test_replies_carry_evidence_where_the_document_is_seen_and_none_where_it_is_not(says, document):
    grounded = await play(says(), document)
    model = says()
    free = await play(model, document, sees_document=False)

    assert all(node.evidence for node in kept(grounded)[1::2])
    assert len(kept(free)) == 6
    assert not any(node.evidence for node in kept(free))
    assert not any(request.document for request in model.requests)


@pytest.mark.parametrize("broken_reply", [AnswerError("no JSON in it"), {"text": " "}])
async def test_a_message_that_nobody_answers_is_dropped(says, document, broken_reply):
    def answer(request) -> Any:
        return broken_reply if len(request.transcript) >= 2 else {"text": "It stands on a rock."}

    state = await play(says(answerer=answer), document)

    assert len(kept(state)) == 2
    assert [node.status for node in state["nodes"].values()] == ["kept", "kept", "failed"]
    assert state["stop"] is not None
    assert (state["stop"].rule, state["stop"].turn) == ("failed_turn", 1)


async def test_an_asker_with_nothing_to_say_ends_the_dialogue(says, document, broken):
    def ask(request) -> Any:
        return broken if request.transcript else {"text": "Tell me about the Skerry lighthouse."}

    state = await play(says(asker=ask), document)

    assert len(kept(state)) == 2
    assert state["stop"] is not None
    assert state["stop"].rule == "failed_turn"


async def test_the_user_may_take_their_leave(says, document):
    def ask(request) -> Any:
        text = "And the Skerry lighthouse today?" if request.transcript else "What is the Skerry lighthouse?"
        return {"text": text, "closes": bool(request.transcript)}

    state = await play(
        says(asker=ask), document, Rules(min_turns=1, max_turns=9, stop=AnyOf(rules=(UserCloses(), MaxTurns())))
    )

    assert len(kept(state)) == 4
    assert state["stop"] is not None
    assert state["stop"].rule == "user_closes"


async def test_what_could_not_come_from_the_user_is_asked_again(says, document):
    def ask(request) -> Any:
        text = "What is the Skerry lighthouse?" if request.fields["faults"] else "Why granite at the Skerry lighthouse?"
        return {"text": text}

    model = says(asker=ask)

    state = await play(model, document, Rules(min_turns=1, max_turns=1, stop=MaxTurns()))

    assert len(model.of("asker")) == 2
    assert kept(state)[0].text == "What is the Skerry lighthouse?"
