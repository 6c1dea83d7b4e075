"""What a tree becomes in the format of each training library."""

import json
from typing import Any

import pytest

from r2s.samples.dialogue import dialogues_of
from r2s.samples.targets.alpaca import Alpaca
from r2s.samples.targets.gllm import Gllm
from r2s.samples.targets.gllm_turn import GllmTurns
from r2s.samples.targets.preference import Preference
from r2s.samples.targets.prompt_completion import PromptCompletion
from r2s.samples.targets.sharegpt import ShareGpt
from r2s.samples.targets.target import Target
from r2s.trees.node import Chair, Review
from r2s.trees.tree import ConversationTree
from tests.trees.forest import TEXT, evidence, make_tree


def rows_of(target: Target, tree: ConversationTree | None = None) -> list[dict[str, Any]]:
    return list(target.rows(list(dialogues_of(tree or make_tree()))))


def changed(tree: ConversationTree, **nodes: dict[str, Any]) -> ConversationTree:
    """The tree with some of its messages changed."""
    return tree.model_copy(
        update={"nodes": tuple(node.model_copy(update=nodes.get(node.id, {})) for node in tree.nodes)}
    )


def reviewed(*scores: int, by: str = "r") -> tuple[Review, ...]:
    return tuple(
        Review(reviewer=f"{by}{seat}", model="m", scores={"depth": score}) for seat, score in enumerate(scores)
    )


def test_each_reply_completes_what_came_before_it_once() -> None:
    rows = rows_of(PromptCompletion())

    assert [(len(row["prompt"]), row["completion"][0]["content"]) for row in rows] == [
        (1, "first reply"),
        (3, "second reply"),
        (3, "third reply"),
    ]
    assert rows[1]["meta"]["train"] == [3]


def test_sharegpt_begins_with_a_human_and_alternates() -> None:
    first, second = rows_of(ShareGpt())

    assert [turn["from"] for turn in first["conversations"]] == ["human", "gpt", "human", "gpt"]
    assert first["id"] != second["id"]


def test_alpaca_keeps_earlier_turns_as_history() -> None:
    row = rows_of(Alpaca())[0]

    assert (row["instruction"], row["output"], row["input"]) == ("two?", "second reply", "")
    assert row["history"] == [["one?", "first reply"]]


def test_a_score_gap_makes_a_pair_once_although_two_dialogues_share_it() -> None:
    tree = changed(make_tree(), d1={"reviews": reviewed(2, 3)}, a1={"reviews": reviewed(4, 4)})

    (row,) = rows_of(Preference(gap=1.5), tree)

    assert [message["content"] for message in row["prompt"]] == ["one?"]
    assert row["chosen"] == [{"role": "assistant", "content": "first reply"}]
    assert row["rejected"] == [{"role": "assistant", "content": "a draft"}]
    assert (row["meta"]["chosen_score"], row["meta"]["rejected_score"]) == (4.0, 2.5)


@pytest.mark.parametrize(
    ("draft", "kept"),
    [
        pytest.param(reviewed(3), reviewed(4), id="too near"),
        pytest.param(reviewed(5), reviewed(1), id="the kept one is worse"),
        pytest.param(reviewed(1, by="other"), reviewed(5), id="another panel"),
        pytest.param((), reviewed(5), id="one is not reviewed"),
    ],
)
def test_no_pair_where_scores_do_not_speak_for_what_was_kept(
    draft: tuple[Review, ...], kept: tuple[Review, ...]
) -> None:
    tree = changed(make_tree(), d1={"reviews": draft}, a1={"reviews": kept})

    assert rows_of(Preference(gap=1.5), tree) == []


def test_a_kept_rewrite_is_chosen_over_the_draft_it_was_made_from() -> None:
    chair = Chair(kept="d1", mode="depth", scores={}, dissent=0, reason="")
    tree = changed(make_tree(), a1={"kind": "rewrite", "chair": chair, "reviews": reviewed(1, by="checker")})

    (row,) = rows_of(Preference(), tree)

    assert (row["meta"]["chosen"], row["meta"]["rejected"], row["meta"]["origin"]) == ("a1", "d1", "rewrite")


def test_a_reflected_answer_without_a_panel_is_chosen_over_the_one_before_it() -> None:
    tree = changed(make_tree(), a1={"kind": "rewrite", "reviews": ()})

    assert [row["meta"]["origin"] for row in rows_of(Preference(), tree)] == ["rewrite"]
    assert rows_of(Preference(rewrites=False), tree) == []


def test_gllm_learns_the_whole_dialogue_from_the_document() -> None:
    tree = changed(make_tree(), u1={"text": 'one "quoted" {brace}?'})

    row = rows_of(Gllm(), tree)[0]

    system, asked, answered = row["messages"]
    assert "JSON" in system["content"]
    assert f"<document>\n{TEXT}\n</document>" in asked["content"]
    assert json.loads(asked["content"].splitlines()[0]) == {"lang": "en", "min_turns": 2}
    answer = json.loads(answered["content"])
    assert list(answer["turns"][0]) == ["id", "A", "thought", "B", "chain"]
    assert answer["turns"][0]["A"] == 'one "quoted" {brace}?'
    assert answer["turns"][0]["thought"] == {"type": "question-answer", "search": "built", "find": TEXT[0:10]}
    assert ": " not in answered["content"]


def test_find_is_null_where_a_reply_stands_on_nothing() -> None:
    row = rows_of(Gllm(), changed(make_tree(), a1={"evidence": ()}))[0]

    turn = json.loads(row["messages"][2]["content"])["turns"][0]
    assert turn["thought"]["find"] is None


@pytest.mark.parametrize(("target", "plan"), [(Gllm(thoughts=False), "kept"), (Gllm(), None)])
def test_without_thoughts_gllm_learns_the_direct_way(target: Gllm, plan: str | None) -> None:
    tree = make_tree() if plan else changed(make_tree(), u1={"plan": None})

    row = rows_of(target, tree)[0]

    assert row["method"] == "direct"
    assert list(json.loads(row["messages"][2]["content"])["turns"][0]) == ["id", "A", "B"]


def test_gllm_turns_are_each_there_once_with_what_was_said_before() -> None:
    rows = rows_of(GllmTurns())

    assert [json.loads(row["messages"][2]["content"])["A"] for row in rows] == ["one?", "two?", "three?"]
    assert "first reply" in rows[1]["messages"][1]["content"]
    assert len({row["id"] for row in rows}) == 3


def test_gllm_refuses_a_dialogue_without_a_document() -> None:
    tree = make_tree()
    bare = tree.model_copy(update={"document": tree.document.model_copy(update={"text": "", "passages": ()})})
    (dialogue, _) = dialogues_of(changed(bare, a1={"evidence": evidence(0, 0)}))

    assert Gllm().refuses(dialogue) == "it has no document to learn from"
