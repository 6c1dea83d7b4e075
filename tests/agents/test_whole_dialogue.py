"""Whole dialogues as language models write them: every variant that the prompts of R2S bring back is read."""

import json
from typing import Any

import pytest

from r2s.agents.whole_dialogue import Chain, Characters, CodDialogue, CotDialogue, DirectDialogue, Thought
from r2s.errors import AnswerError
from r2s.models.parsing import parse_answer

CHAIN = "[Question-Answer]; The dialogue starts; A asks about the year; B gives it; to learn how old it is"
PAPER = {
    "Reference": "The tower was built in 1844.",
    "Character Information": "[A: a hiker  B: an assistant]",
    "Multi-round Dialogue Content": [
        {
            "id": 1,
            "A": "How old is the tower?",
            "Thought": "{Dialogue Types[Question-Answer], Search[tower, year], Find[The tower was built in 1844.]}",
            "B": "It went up in 1844.",
            "chain": CHAIN,
        }
    ],
}


def test_the_dialogue_of_the_paper_is_read():
    dialogue = parse_answer(f"```json\n{json.dumps(PAPER)}\n```", CodDialogue)

    (turn,) = dialogue.turns
    assert (dialogue.characters.user, dialogue.characters.assistant) == ("a hiker", "an assistant")
    assert (turn.user, turn.assistant) == ("How old is the tower?", "It went up in 1844.")
    assert turn.quotes == ["The tower was built in 1844."]
    assert turn.plan.model_dump() == {
        "type": "question-answer",
        "progress": "starts",
        "process": "A asks about the year; B gives it",
        "purpose": "to learn how old it is",
        "key_phrases": ("tower", "year"),
        "target": (),
    }


@pytest.mark.parametrize(
    "thought",
    [
        "{Dialogue Type[Opinion-Rebuttal], Search[stone; storms], Find[it was washed away]}",
        "Dialogue Types: Opinion Rebuttal; Search: stone, storms; Find: it was washed away",
        "dialogue types【opinion-rebuttal】，search【stone、storms】，find【it was washed away】",
        {"Dialogue Types": "Opinion-Rebuttal", "Search": "stone, storms", "Find": "it was washed away"},
        {"Dialogue Type": ["Opinion–Rebuttal"], "search": ["stone", "storms"], "find": ["it was washed away"]},
        {"type": "opinion_rebuttal", "search": ["stone, storms"], "find": "it was washed away"},
    ],
)
def test_a_thought_is_read_in_all_its_spellings(thought: Any):
    read = Thought.model_validate(thought)

    assert (read.type, read.search, read.find) == ("opinion-rebuttal", ["stone", "storms"], ["it was washed away"])


@pytest.mark.parametrize(
    ("find", "quotes"),
    [
        ("no direct information", []),
        ("No direct information can be found in the reference.", []),
        ("没有直接信息", []),
        ("无", []),
        (None, []),
        ([], []),
        ("None", []),
        ("Nothing remains of the first tower.", ["Nothing remains of the first tower."]),
        ("No keeper ever slept.", ["No keeper ever slept."]),
        ("没有腰牌的人不得入内。", ["没有腰牌的人不得入内。"]),
        ("one span ... another span", ["one span", "another span"]),
        ("前半句……后半句", ["前半句", "后半句"]),
        ("[kept as it is (and so is this)]", ["kept as it is (and so is this)"]),
    ],
)
def test_find_holds_spans_or_says_that_there_are_none(find: Any, quotes: list[str]):
    assert Thought.model_validate({"type": "question-answer", "search": [], "find": find}).find == quotes


@pytest.mark.parametrize(
    ("characters", "user", "assistant"),
    [
        ({"A": "a hiker", "B": "a guide"}, "a hiker", "a guide"),
        ("[A: a hiker  B: a guide]", "a hiker", "a guide"),
        ("{A：想学历史的学生，B：讲解员}", "想学历史的学生", "讲解员"),
        ("A: a hiker; B: a guide", "a hiker", "a guide"),
    ],
)
def test_characters_are_an_object_or_one_text(characters: Any, user: str, assistant: str):
    read = Characters.model_validate(characters)

    assert (read.user, read.assistant) == (user, assistant)


@pytest.mark.parametrize(
    ("chain", "progress"),
    [
        (CHAIN, "starts"),
        ("[问答]；对话继续；A 追问，B 解释；弄清原因", "continues"),
        (["Question-Answer", "ends", "A asks; B answers", "to close"], "ends"),
        ({"progress": "The dialogue ends", "process": "x", "purpose": "y"}, "ends"),
        ({"progress": "对话开始", "process": "x", "purpose": "y"}, "starts"),
        ({"progress": "continues as it depends on him", "process": "x", "purpose": "y"}, "continues"),
    ],
)
def test_a_chain_is_four_parts_or_an_object(chain: Any, progress: str):
    assert Chain.model_validate(chain).progress == progress


def test_a_free_thought_may_come_as_an_object():
    written = {"characters": {"A": "x", "B": "y"}, "turns": [{"id": 1, "A": "Hi?", "Thought": THOUGHT, "B": "Hi."}]}

    (turn,) = CotDialogue.model_validate(written).turns

    assert turn.reasoning == "greet; warm, short"


THOUGHT = {"first": "greet", "then": ["warm", "short"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"chain": "starts"}, r"Content\.0\.chain"),
        ({"Thought": "{Dialogue Types[small talk], Search[x], Find[y]}"}, r"Content\.0\.Thought\.type"),
        ({"B": None}, r"Content\.0\.B"),
    ],
)
def test_what_is_missing_is_named_so_that_it_can_be_asked_for(change: dict[str, Any], said: str):
    turn = {**PAPER["Multi-round Dialogue Content"][0], **change}  # type: ignore[dict-item]

    with pytest.raises(AnswerError, match=said):
        parse_answer(json.dumps({**PAPER, "Multi-round Dialogue Content": [turn]}), CodDialogue)


def test_turns_after_the_first_broken_one_do_not_count():
    turns = [{"id": 1, "A": "Hi?", "B": "Hi."}, {"id": 2, "A": "And?", "B": " "}, {"id": 3, "A": "Bye.", "B": "Bye."}]

    dialogue = DirectDialogue.model_validate({"characters": {"A": "x", "B": "y"}, "turns": turns})

    assert [turn.id for turn in dialogue.whole_turns()] == [1]


def test_what_a_style_does_not_write_down_is_left_out():
    (turn,) = parse_answer(json.dumps(PAPER), DirectDialogue).turns

    assert (turn.plan, list(turn.quotes), turn.reasoning) == (None, [], "")
