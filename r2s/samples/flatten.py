"""Trees flattened into samples: each dialogue of a tree is one, each assistant turn is trained once per tree."""

from collections.abc import Iterator
from typing import Any

from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.trees.tree import ConversationTree


def flatten(tree: ConversationTree) -> Iterator[dict[str, Any]]:
    """One `messages` row a dialogue: what was said, and in `meta` where it comes from and what is to be trained on."""
    return map(messages_row, dialogues_of(tree))


def messages_row(dialogue: Dialogue) -> dict[str, Any]:
    """The sample row of a dialogue."""
    return {"messages": dialogue.messages, "meta": dialogue.meta}
