"""Trees and samples of any shape: nothing is lost on the way to a file and back, and each reply is trained on once."""

import orjson
from hypothesis import given

from r2s.errors import TreeError
from r2s.samples.flatten import flatten
from r2s.trees.oasst import read_oasst, to_oasst
from r2s.trees.tree import ConversationTree, read_tree
from tests.properties.strategies import trees


@given(trees())
def test_a_tree_survives_its_json(tree: ConversationTree) -> None:
    line = tree.to_json()

    assert "\n" not in line
    assert read_tree(line, "here") == tree
    assert read_tree(line, "here").to_json() == line


@given(trees())
def test_open_assistants_form_keeps_every_message_its_place_and_its_words(tree: ConversationTree) -> None:
    (there,) = to_oasst(tree, tree.nodes, {}, synthetic=True)

    back = read_oasst(orjson.dumps(there.row()), "here")

    def said(one: ConversationTree) -> list[list[tuple[str, str]]]:
        return sorted([(node.role, node.text) for node in one.path_to(leaf.id)] for leaf in one.nodes)

    assert said(back) == said(tree)


@given(trees())
def test_samples_are_paths_of_the_tree_and_train_each_reply_once(tree: ConversationTree) -> None:
    trained: list[str] = []

    for row in flatten(tree):
        path, messages = row["meta"]["path"], row["messages"]
        assert [message["content"] for message in messages] == [tree.node(id).text for id in path]
        assert [message["role"] for message in messages] == ["user", "assistant"] * (len(messages) // 2)
        assert row["meta"]["train"], "a sample without anything to train on"
        trained += [path[place] for place in row["meta"]["train"]]
        assert orjson.loads(orjson.dumps(row)) == row

    replies = {node.id for node in tree.nodes if node.role == "assistant" and node.status == "kept"}
    assert sorted(trained) == sorted(replies)


@given(trees())
def test_a_tree_whose_quote_stands_elsewhere_is_refused(tree: ConversationTree) -> None:
    quoting = [node for node in tree.nodes if node.evidence]
    moved = tree.model_copy(
        update={"document": tree.document.model_copy(update={"text": "\x00" + tree.document.text.swapcase()})}
    )
    spans = [(node, span) for node in quoting for span in node.evidence]
    is_same = all(moved.document.text[span.start : span.end] == span.quote for _, span in spans)

    try:
        read_tree(moved.to_json(), "here")
        assert is_same
    except TreeError:
        assert not is_same
