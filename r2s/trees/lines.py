"""A tree as lines: each follows the first kept answer to its end, and every other answer begins a line of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree


@dataclass(frozen=True)
class Line:
    """Messages that answer one another; `parent` is the line that it branches off, and `depth` how often it did."""

    nodes: tuple[Node, ...]
    parent: "Line | None"
    depth: int


def lines_of(tree: ConversationTree) -> Iterator[Line]:
    """Every line, each before those that branch off it; those of one line from its beginning to its end."""
    answers = answers_in(tree)
    left: list[tuple[Node, Line | None]] = [(root, None) for root in reversed(answers.get(None, []))]
    while left:
        first, parent = left.pop()
        line = Line(tuple(_followed(first, answers)), parent, parent.depth + 1 if parent else 0)
        yield line
        others = [other for node in line.nodes for other in answers.get(node.id, [])[1:]]
        left += [(other, line) for other in reversed(others)]


def answers_in(tree: ConversationTree) -> Mapping[str | None, list[Node]]:
    """The answers to each message, kept ones first, else in the order in which they were made; those to none begin."""
    answers: dict[str | None, list[Node]] = {}
    for node in sorted(tree.nodes, key=lambda node: (node.status != "kept", node.order)):
        answers.setdefault(node.parent, []).append(node)
    return answers


def _followed(node: Node, answers: Mapping[str | None, list[Node]]) -> Iterator[Node]:
    yield node
    while after := answers.get(node.id):
        node = after[0]
        yield node
