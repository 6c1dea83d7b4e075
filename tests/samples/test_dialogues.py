"""Dialogues of a tree: one a leaf, in Open-Assistant's counts where every reply is trained."""

from collections import Counter

from r2s.samples.dialogue import dialogues_of
from r2s.trees.oasst import read_oasst
from r2s.trees.tree import read_tree
from r2s.usage import Usage
from tests.samples.open_assistant import example
from tests.trees.forest import make_tree, node


def test_the_example_of_open_assistant_gives_five_samples_of_four_messages() -> None:
    tree = read_oasst(example(), "here")

    dialogues = list(dialogues_of(tree, "every"))

    assert len(tree.nodes) == len([tree.path_to(node.id) for node in tree.nodes]) == 10
    assert [len(dialogue.path) for dialogue in dialogues] == [4] * 5
    trained = Counter(dialogue.path[index].id for dialogue in dialogues for index in dialogue.train)
    assert sorted(trained.values(), reverse=True) == [3, 2, 1, 1, 1, 1, 1]


def test_each_of_its_seven_replies_is_trained_once_by_default() -> None:
    dialogues = list(dialogues_of(read_oasst(example(), "here")))

    trained = Counter(dialogue.path[index].id for dialogue in dialogues for index in dialogue.train)
    assert sorted(trained.values()) == [1] * 7


def test_questions_nobody_answered_do_not_repeat_the_dialogue_before_them() -> None:
    tree = make_tree()
    unanswered = (node("u4", "a2", "user", "four?"), node("u5", "a2", "user", "five?"))
    tree = tree.model_copy(update={"nodes": (*tree.nodes, *unanswered)})

    dialogues = list(dialogues_of(tree, "every"))

    assert sorted(dialogue.path[-1].id for dialogue in dialogues) == ["a2", "a3"]


def test_samples_and_trees_name_the_people_who_answered_and_say_nothing_where_none_did() -> None:
    tree = make_tree()
    first = tree.nodes[0].model_copy(update={"usage": Usage(people=("human:bo", "human:ann"))})
    told = tree.model_copy(update={"nodes": (first, *tree.nodes[1:])})

    metas = [dialogue.meta for dialogue in dialogues_of(told)]

    assert {tuple(meta["people"]) for meta in metas} == {("human:ann", "human:bo")}
    assert all("people" not in dialogue.meta for dialogue in dialogues_of(tree))
    assert "people" not in tree.to_json()
    assert read_tree(told.to_json(), "here").nodes[0].usage.people == ("human:bo", "human:ann")
