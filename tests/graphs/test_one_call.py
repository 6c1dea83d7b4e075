"""Whole dialogues in one call, with a scripted model: what becomes of the reply, and what is asked for again."""

from typing import Any, get_args

import pytest

from r2s.agents.writer import Style, Writer
from r2s.documents import Document
from r2s.errors import AnswerError
from r2s.graphs.one_call import one_call_graph
from r2s.graphs.state import DialogueState, opening_state, path_to
from r2s.graphs.team import Rules
from r2s.policies.casting import SampledCast
from r2s.seeds import generator
from r2s.trees.coverage import covered_share
from r2s.trees.node import Node
from tests.conftest import Scripted, lighthouse, replies, written_turns

STYLES: tuple[Style, ...] = get_args(Style)
RULES = Rules(min_turns=3, max_turns=12)


async def play(
    model: Scripted, document: Document, style: Style = "cod_single", rules: Rules = RULES, **settings: Any
) -> DialogueState:
    cast = SampledCast().draw("the lighthouse", "en", generator(0))
    graph = one_call_graph(Writer(model, style), rules, **settings)
    return await graph.ainvoke(opening_state(document, cast, 7))  # type: ignore[return-value]


def kept(state: DialogueState) -> list[Node]:
    return path_to(state["nodes"], state["leaf"])


def written(turns: list[dict[str, Any]]) -> dict[str, Any]:
    return {"characters": {"A": "a neighbour", "B": "a guide"}, "turns": turns}


@pytest.mark.parametrize("style", STYLES)
async def test_one_call_makes_a_whole_dialogue(says, document, style):
    model = says()

    state = await play(model, document, style)

    assert [request.role for request in model.requests] == ["writer"]
    assert [node.role for node in kept(state)] == ["user", "assistant"] * len(document.passages)
    assert {node.status for node in state["nodes"].values()} == {"kept"}
    assert state["stop"] is not None
    assert (state["stop"].rule, state["stop"].turn, replies(state)) == ("written", len(document.passages), 1)


async def test_the_chain_and_what_was_found_become_plan_and_evidence(says, document):
    state = await play(says(), document)

    asked, replied, *_ = kept(state)
    assert asked.plan is not None
    assert (asked.plan.type, asked.plan.progress) == ("question-answer", "continues")
    assert (asked.plan.process, asked.plan.purpose) == ("asks and answers", "to go on from 1")
    assert (asked.plan.key_phrases, asked.found) == (("stone",), ("p1",))
    assert [document.text[span.start : span.end] for span in replied.evidence] == [replied.evidence[0].quote]
    assert covered_share(kept(state), len(document.text)) > 0.9


@pytest.mark.parametrize("style", ["direct", "cot"])
async def test_the_other_styles_have_neither_plan_nor_evidence(says, document, style):
    state = await play(says(), document, style)

    assert all(node.plan is None and not node.evidence for node in kept(state))
    assert [bool(node.thought) for node in kept(state)[:2]] == [False, style == "cot"]


async def test_what_stands_nowhere_in_the_document_is_no_evidence_and_a_flaw(says, document):
    turns = written_turns(document)
    turns[0]["thought"]["find"] = ["The lamp was painted green by a bishop."]

    state = await play(says(writer=written(turns)), document)

    assert kept(state)[1].evidence == ()
    assert "ungrounded" in kept(state)[1].flaws
    assert "ungrounded" not in kept(state)[3].flaws


async def test_flaws_of_messages_are_recorded_and_cost_no_second_call(says, document):
    turns = written_turns(document)
    turns[0]["A"] = "Why did they take granite?"
    turns[1]["B"] = "According to the document, it is tall."
    model = says(writer=written(turns))

    state = await play(model, document)

    assert len(model.requests) == 1
    assert {"foreknowledge", "unnamed-subject"} <= set(kept(state)[0].flaws)
    assert "names-the-document" in kept(state)[3].flaws
    assert kept(state)[3].status == "kept"


async def test_too_few_turns_are_asked_for_again_with_what_is_wrong(says, document):
    turns = written_turns(document)
    model = says(writer=lambda request: written(turns[: 2 + 3 * len(model.requests)]))

    state = await play(model, document, rules=Rules(min_turns=6, max_turns=12))

    assert len(kept(state)) == 2 * 6
    assert [request.fields["faults"] for request in model.requests[:1]] == [()]
    assert "5/6" in model.requests[1].fields["faults"][0]
    assert [request.sampling.temperature for request in model.requests] == [0.0, 0.7]
    assert replies(state) == 2


async def test_a_dialogue_that_stays_short_is_kept_with_its_flaw(says, document):
    model = says(writer=written(written_turns(document)[:2]))

    state = await play(model, document)

    assert (len(model.requests), len(kept(state))) == (3, 4)
    assert [node.flaws.count("few-turns") for node in kept(state)] == [0, 0, 0, 1]


async def test_what_all_attempts_cost_stands_on_the_first_message(says, document):
    state = await play(says(writer=written(written_turns(document)[:2])), document)

    assert [node.usage.prompt_tokens for node in kept(state)] == [30, 0, 0, 0]


async def test_a_dialogue_ends_before_the_first_broken_turn(says, document):
    turns = written_turns(document)
    turns[4]["B"] = ""

    state = await play(says(writer=written(turns)), document)

    assert len(kept(state)) == 8


async def test_more_turns_than_allowed_are_cut_off(says, document):
    state = await play(says(), document, rules=Rules(min_turns=1, max_turns=4))

    assert len(kept(state)) == 8
    assert state["stop"] is not None
    assert (state["stop"].rule, state["stop"].turn) == ("max_turns", 4)


@pytest.mark.parametrize("reply", [written([]), AnswerError("no JSON in it")])
async def test_nothing_written_is_no_dialogue(says, document, reply):
    model = says(writer=reply)

    state = await play(model, document)

    assert state["leaf"] is None
    assert state["stop"] is not None
    assert state["stop"].rule == "failed_turn"
    assert len(model.requests) == 3


async def test_the_cast_is_whom_the_writer_made_up(says, document):
    state = await play(says(), document)

    assert (state["cast"].user.persona, state["cast"].assistant.manner) == ("a neighbour", "a guide")


async def test_of_a_long_document_only_the_beginning_is_read_in_whole_sentences(says):
    long = lighthouse()
    model = says()

    state = await play(model, long, longest_document=180)

    shown = model.requests[0].document
    assert shown is not None
    assert shown.text == long.text[: long.passages[2].end]
    assert [passage.id for passage in shown.passages] == ["p1", "p2", "p3"]
    assert all(long.text[span.start : span.end] == span.quote for node in kept(state) for span in node.evidence)
