"""A branch while it is played: its messages as they come, for pages that show it grow.

It is in no file before it has come to its end, so that a fork that fails leaves the run as it was.
"""

from collections.abc import Sequence
from typing import Any

from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree
from r2s.views.tree_page import message_data


class Growth:
    """What a page does not know yet, by how much it knows: messages in the form that they have by now.

    One thread writes, others read: nothing is ever taken out of the list.
    """

    def __init__(self) -> None:
        self._known: dict[str, Node] = {}
        self._told: list[dict[str, Any]] = []

    def take(self, tree: ConversationTree, branch: Sequence[Node]) -> None:
        """Keep what is new in the branch, or has changed."""
        for node in branch:
            if self._known.get(node.id) != node:
                self._known[node.id] = node
                self._told.append(message_data(node, tree.document.lang))

    def since(self, known: int) -> tuple[int, list[dict[str, Any]]]:
        """How much there is to be known, and what has come after so much of it; each message once."""
        news = self._told[known:]
        return known + len(news), list({message["node"]["id"]: message for message in news}.values())
