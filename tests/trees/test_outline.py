"""Outlines: what a table tells of a tree is the same, read from its line or from the tree itself."""

import pytest

from r2s.errors import TreeError
from r2s.trees.lines import answers_in, lines_of
from r2s.trees.outline import read_outline
from r2s.views.index_page import tree_row
from tests.trees.forest import make_tree
from tests.views.trees import english


@pytest.mark.parametrize("make", [make_tree, english])
def test_a_row_from_an_outline_is_the_row_of_the_tree(make) -> None:
    tree = make()

    outline = read_outline(tree.to_json().encode(), "here")

    assert tree_row(outline, "a") == tree_row(tree, "a")


def test_answers_are_in_one_order_for_all_who_draw_a_tree() -> None:
    tree = make_tree()

    answers = answers_in(tree)

    assert {id for id in answers if id} | {None} == {node.parent for node in tree.nodes}
    for given in answers.values():
        assert given == sorted(given, key=lambda node: (node.status != "kept", node.order))
    assert [line.nodes[0] for line in lines_of(tree) if line.parent is None] == answers[None]


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"null", b'{"schema": "r2s.tree/2"}', b"\xff"])
def test_a_line_that_is_no_tree_has_no_outline(line: bytes) -> None:
    with pytest.raises(TreeError, match=r"^here: "):
        read_outline(line, "here")
