"""A tree of the shape of Open-Assistant's published example: two answers, the next questions, five last answers."""

import json
import uuid
from typing import Any

SPACE = uuid.UUID(int=7)


def example() -> str:
    """One line of a tree file: 10 messages."""
    first = message("a-1", "assistant", [message("p-1", "prompter", [message(f"a-1-{n}", "assistant") for n in "123"])])
    second = message("a-2", "assistant", [message("p-2", "prompter", [message(f"a-2-{n}", "assistant") for n in "12"])])
    root = message("root", "prompter", [first, second])
    tree = {"message_tree_id": root["message_id"], "tree_state": "ready_for_export", "prompt": root}
    return json.dumps(linked(tree))


def message(name: str, role: str, replies: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A message whose id follows from its name; ranked where it is a reply."""
    return {
        "message_id": str(uuid.uuid5(SPACE, name)),
        "text": f"this is {name}",
        "role": role,
        "lang": "en",
        "review_count": 3,
        "review_result": True,
        "deleted": False,
        "synthetic": False,
        "model_name": "",
        "emojis": {"+1": 2},
        "labels": {"spam": {"value": 0.0, "count": 3}},
        "replies": replies or [],
    }


def linked(tree: dict[str, Any]) -> dict[str, Any]:
    """The same tree, each reply with the id of what it answers, and ranked among several."""
    left = [tree["prompt"]]
    while left:
        parent = left.pop()
        for rank, reply in enumerate(parent["replies"]):
            reply["parent_id"] = parent["message_id"]
            reply["rank"] = rank if len(parent["replies"]) > 1 else None
            left.append(reply)
    return tree
