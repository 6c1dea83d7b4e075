"""GLLM's prompt and replies: asked as it was trained, read as it was taught, and of a broken reply what is whole."""

import json
from typing import Any, get_args

import pytest

from r2s.agents.gllm import FORMS, Gllm
from r2s.agents.scene import Scene
from r2s.documents import Document
from r2s.errors import AnswerError
from r2s.graphs.one_call import one_call_graph
from r2s.graphs.state import opening_state
from r2s.graphs.team import Rules
from r2s.models.extractive.model import ExtractiveModel
from r2s.models.parsing import parse_answer
from r2s.models.request import Request, Sampling
from r2s.samples.dialogue import dialogues_of
from r2s.samples.targets.gllm import Gllm as Target
from r2s.trees.gllm import Layout
from r2s.trees.node import NOBODY
from r2s.trees.tree import ConversationTree, grow_tree
from r2s.usage import Usage
from tests.agents.test_prompts import LANGUAGES, fair
from tests.conftest import Scripted

EACH = pytest.mark.parametrize(("layout", "thoughts"), [(layout, has) for layout in get_args(Layout) for has in (1, 0)])
BOTH = pytest.mark.parametrize("language", LANGUAGES)
WARM = Sampling(0.7, 999)


async def played(document: Document, layout: Layout, thoughts: bool) -> ConversationTree:
    """What the baseline makes of a document, standing in for a trained GLLM."""
    graph = one_call_graph(Gllm(ExtractiveModel(), layout, thoughts, WARM), Rules(min_turns=2, max_turns=6))
    state: Any = await graph.ainvoke(opening_state(document, NOBODY, 7))
    facts = {"run": "run", "method": "gllm", "models": {"default": "extractive"}, "seed": 7, "replicate": 0}
    facts |= {"cast": state["cast"], "stop": state["stop"], "overhead": Usage(), "nodes": state["nodes"]}
    return grow_tree(document=document, **facts)


async def learnt(document: Document, layout: Layout, thoughts: bool) -> list[dict[str, str]]:
    """The messages of the row that such a dialogue teaches."""
    tree = await played(document, layout, thoughts)
    (row,) = Target(layout=layout, thoughts=thoughts).rows(list(dialogues_of(tree)))
    return row["messages"]


async def asked(document: Document, layout: Layout, thoughts: bool, turns: int, **changes: Any) -> Request[Any]:
    model = Scripted({"gllm": {"characters": {"A": "a", "B": "b"}, "turns": [turn(layout, thoughts)]}})
    await Gllm(model, layout, thoughts, WARM).write(Scene(document, NOBODY, (), 0, 1, **changes), turns, 12)
    return model.requests[0]


def turn(layout: Layout, thoughts: bool) -> dict[str, Any]:
    thought = {"type": "question-answer", "search": "s", "find": None}
    chain = {"progress": "starts", "process": "p", "purpose": "q"}
    return {"id": 1, "A": "a?", "B": "b.", "thought": thought, "chain": chain, "type": "question-answer", "find": []}


@BOTH
@EACH
async def test_what_is_asked_is_byte_for_byte_what_was_learnt(language, layout, thoughts):
    *prompt, reply = await learnt(fair(language), layout, bool(thoughts))

    turns = len(json.loads(reply["content"])["turns"])
    assert (await asked(fair(language), layout, bool(thoughts), turns)).messages() == prompt


@BOTH
@EACH
async def test_what_was_learnt_is_read_back_as_it_was_played(language, layout, thoughts):
    tree = await played(fair(language), layout, bool(thoughts))
    (row,) = Target(layout=layout, thoughts=bool(thoughts)).rows(list(dialogues_of(tree)))
    reply = parse_answer(row["messages"][-1]["content"], FORMS[layout, bool(thoughts)]).played()

    users, replies = tree.nodes[::2], tree.nodes[1::2]
    assert [turn.user for turn in reply.turns] == [node.text for node in users]
    assert [turn.assistant for turn in reply.turns] == [node.text for node in replies]
    assert [turn.plan and turn.plan.type for turn in reply.turns] == [node.plan and node.plan.type for node in users]
    cited = [[citation.quote for citation in turn.citations] for turn in reply.turns]
    assert cited == [[span.quote for span in node.evidence] for node in replies]
    assert any(cited) == bool(thoughts)


async def test_the_brief_layout_numbers_the_passages_and_names_them():
    prompt, reply = (await learnt(fair("en"), "brief", True))[1:]

    document = fair("en")
    shown = [f"[{part.id}] {document.passage_text(part)}" for part in document.passages]
    assert prompt["content"].splitlines()[2:-1] == shown
    first = json.loads(reply["content"])["turns"][0]
    assert list(first) == ["type", "find", "A", "B"]
    assert first["find"][0] in prompt["content"]


@EACH
async def test_a_reply_that_was_cut_off_loses_the_turn_that_the_cut_went_through(layout, thoughts):
    content = (await learnt(fair("en"), layout, bool(thoughts)))[-1]["content"]
    form = FORMS[layout, bool(thoughts)]
    whole = parse_answer(content, form).turns
    third = content.index(json.dumps(whole[2].B)) + 5

    assert parse_answer(content[:third], form, is_cut=True).turns == whole[:2]


@EACH
async def test_a_reply_is_good_up_to_its_first_broken_turn(layout, thoughts):
    reply = json.loads((await learnt(fair("en"), layout, bool(thoughts)))[-1]["content"])
    del reply["turns"][1]["B"]

    assert len(parse_answer(json.dumps(reply), FORMS[layout, bool(thoughts)]).turns) == 1


@EACH
@pytest.mark.parametrize("reply", ["I would rather not.", '{"characters": {"A": "a", "B": "b"}, "turns": []}'])
def test_a_reply_without_a_turn_is_none(layout, thoughts, reply):
    with pytest.raises(AnswerError):
        parse_answer(reply, FORMS[layout, bool(thoughts)])


async def test_asked_again_it_is_asked_the_same_and_drawn_otherwise():
    first = await asked(fair("en"), "full", True, 4)
    again = await asked(fair("en"), "full", True, 4, attempt=1, faults=("too short",))

    assert again.messages() == first.messages()
    assert again.seed != first.seed
