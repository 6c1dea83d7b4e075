"""Trees flattened into samples: paths, loss, and nothing in the text but what was said."""

import json

from r2s.samples.flatten import flatten
from tests.trees.forest import make_tree


def test_every_dialogue_of_a_tree_is_one_sample() -> None:
    rows = list(flatten(make_tree()))

    assert [[message["content"] for message in row["messages"]] for row in rows] == [
        ["one?", "first reply", "two?", "second reply"],
        ["one?", "first reply", "three?", "third reply"],
    ]


def test_roles_alternate_from_a_user_on() -> None:
    for row in flatten(make_tree()):
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"] * 2


def test_each_assistant_message_is_trained_once_in_a_tree() -> None:
    first, second = flatten(make_tree())

    assert first["meta"]["train"] == [1, 3]
    assert second["meta"]["train"] == [3]


def test_meta_says_where_a_sample_comes_from() -> None:
    meta = next(iter(flatten(make_tree())))["meta"]

    assert (meta["document"], meta["tree"], meta["path"]) == ("doc", "t", ["u1", "a1", "u2", "a2"])
    assert meta["types"] == ["question-answer", "question-answer"]
    assert meta["evidence"] == [[0, 10], [5, 12]]
    assert meta["scores"] == [3.0, None]
    assert (meta["method"], meta["model"], meta["seed"]) == ("cod_review", "extractive", 1)


def test_plans_and_verdicts_never_reach_the_messages() -> None:
    for row in flatten(make_tree()):
        said = json.dumps(row["messages"])
        assert "to know" not in said
        assert "asks" not in said


def test_a_path_that_ends_with_the_user_loses_that_message() -> None:
    tree = make_tree()
    open_ended = tree.model_copy(update={"nodes": tree.nodes[:4]})

    (row,) = flatten(open_ended)

    assert [message["content"] for message in row["messages"]] == ["one?", "first reply"]
