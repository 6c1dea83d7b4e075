"""`oasst`: whole trees in Open-Assistant's format; in a table, its flat message rows."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from r2s.samples import columns
from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.target import Row, Target
from r2s.trees.node import Node, mean_score
from r2s.trees.oasst import DEEPEST, OasstTree, to_oasst

_TEXTS = ("message_id", "parent_id", "text", "role", "lang", "model_name", "message_tree_id", "tree_state")


class Oasst(Target, frozen=True):
    """With `drafts`, replies that were not kept stay as lower-ranked siblings: a loader that takes every leaf trains on
    them too. Open-Assistant's own loader leaves out all that is `synthetic`; say `synthetic: false` for it only."""

    kind: Literal["oasst"] = "oasst"
    drafts: bool = True
    synthetic: bool = True

    def refuses(self, dialogue: Dialogue) -> str | None:
        length = len(dialogue.path)
        return f"{length} messages deep, at most {DEEPEST} can be nested" if length > DEEPEST else None

    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        return (tree.row() for tree in self._trees(dialogues))

    def records(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        return (row for tree in self._trees(dialogues) for row in tree.messages())

    def table_schema(self) -> Any:
        types = {
            **dict.fromkeys(_TEXTS, "string"),
            **dict.fromkeys(("review_result", "deleted", "synthetic"), "bool"),
            **dict.fromkeys(("review_count", "rank"), "int32"),
        }
        return columns.table(**types)

    def _trees(self, dialogues: Sequence[Dialogue]) -> list[OasstTree]:
        tree = dialogues[0].tree
        kept = {node.id for dialogue in dialogues for node in dialogue.path}
        nodes = [node for node in tree.nodes if node.id in kept or self._is_draft(node, kept)]
        return to_oasst(tree, nodes, _ranks(nodes), synthetic=self.synthetic)

    def _is_draft(self, node: Node, kept: set[str]) -> bool:
        is_reply = node.role == "assistant" and node.parent in kept
        return self.drafts and is_reply and node.status == "rejected" and bool(node.text)


def _ranks(nodes: Sequence[Node]) -> dict[str, int]:
    """The rank of every reply that has siblings: kept before rejected, then by score, then in the order they came."""
    siblings: dict[str | None, list[Node]] = {}
    for node in nodes:
        if node.role == "assistant":
            siblings.setdefault(node.parent, []).append(node)
    return {
        node.id: rank
        for replies in siblings.values()
        if len(replies) > 1
        for rank, node in enumerate(
            sorted(replies, key=lambda node: (node.status != "kept", -(mean_score(node) or 0), node.order))
        )
    }
