"""Open-Assistant's message trees: messages put together to trees, and the threads that run through one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from r2s.documents.records import list_of

Thread = tuple[Mapping[str, Any], ...]


class Root(NamedTuple):
    """The first message of a tree, with its replies nested."""

    id: str
    message: dict[str, Any]


def link_messages(messages: Iterable[Mapping[str, Any]]) -> list[Root]:
    """The trees of messages that name their parents; one whose parent is not there begins a tree."""
    nodes = [dict(message) for message in messages]
    by_id = {_id(node): node for node in nodes}
    roots: list[Root] = []
    for node in nodes:
        parent = by_id.get(str(node.get("parent_id") or node.get("parent_message_id") or ""))
        if parent is None or parent is node:
            roots.append(Root(str(node.get("message_tree_id") or _id(node)), node))
        else:
            parent["replies"] = [*list_of(parent, "replies"), node]
    return roots


def _id(node: Mapping[str, Any]) -> str:
    return str(node.get("message_id") or node.get("user_message_id"))


def threads(root: Mapping[str, Any]) -> Iterator[Thread]:
    """The paths from the root to every last answer, in order; deleted messages and what hangs on them are left out.

    A question that nobody answered ends no thread: its path is that of the answer before it.
    """
    stack: list[Thread] = [(root,)] if not root.get("deleted") else []
    while stack:
        path = stack.pop()
        replies = _replies(path[-1])
        if path[-1].get("role") == "assistant" and not any(_replies(reply) for reply in replies):
            yield path
        else:
            stack.extend((*path, reply) for reply in reversed(replies))


def _replies(message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [reply for reply in list_of(message, "replies") if isinstance(reply, dict) and not reply.get("deleted")]
