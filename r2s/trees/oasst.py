"""Open-Assistant's message trees, in and out: `prompter` and `assistant` in turn, replies nested in what they answer.

Out, ids follow from the tree and the message (UUIDs stay as they are), so that an export and its repetition agree.
In, every message that was not deleted is kept: there, siblings are alternatives and none is a draft.
"""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from r2s.errors import TreeError
from r2s.trees.node import AssistantCast, Cast, Node, Stop, UserCast
from r2s.trees.tree import ConversationTree, Totals, TreeDocument

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "r2s.tree/1")
# Nested JSON is read by recursion, here and in Open-Assistant's tools.
DEEPEST = 100


class OasstMessage(BaseModel):
    """One message with the replies to it. `rank` orders the replies of siblings, 0 is the best."""

    message_id: str
    parent_id: str | None = None
    text: str
    role: Literal["prompter", "assistant"]
    lang: str = "en"
    review_count: int = 0
    review_result: bool | None = True
    deleted: bool = False
    rank: int | None = None
    synthetic: bool | None = None
    model_name: str | None = None
    replies: list["OasstMessage"] = Field(default_factory=list)


class OasstTree(BaseModel):
    """One tree; its id is that of its first message."""

    message_tree_id: str
    tree_state: str = "ready_for_export"
    prompt: OasstMessage

    def row(self) -> dict[str, Any]:
        """The tree as one line of Open-Assistant's tree files holds it."""
        return self.model_dump(exclude_none=True)

    def messages(self) -> Iterator[dict[str, Any]]:
        """The messages as flat rows, depth first, as Open-Assistant's data sets hold them."""
        left = [self.prompt]
        while left:
            message = left.pop()
            row = message.model_dump(exclude={"replies"})
            yield {**row, "message_tree_id": self.message_tree_id, "tree_state": self.tree_state}
            left.extend(reversed(message.replies))


def to_oasst(
    tree: ConversationTree, nodes: Sequence[Node], ranks: dict[str, int], *, synthetic: bool
) -> list[OasstTree]:
    """These messages of a tree, parents before their replies, as one Open-Assistant tree for each first message.

    Open-Assistant's own loader leaves out whatever is `synthetic`; what a model wrote is nothing else.
    """
    messages: dict[str, OasstMessage] = {}
    roots: list[OasstMessage] = []
    for node in nodes:
        parent = messages.get(node.parent) if node.parent is not None else None
        message = _message(tree, node, parent, ranks.get(node.id), synthetic)
        messages[node.id] = message
        (parent.replies if parent else roots).append(message)
    return [OasstTree(message_tree_id=root.message_id, prompt=root) for root in roots]


def read_oasst(line: str | bytes, where: str) -> ConversationTree:
    """The tree in one line of an Open-Assistant tree file; raises `TreeError` that says `where`.

    It has no document and no cast: its document's text is empty.
    """
    try:
        given = OasstTree.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        raise TreeError(f"{where}: no Open-Assistant tree: {place}: {first['msg']}") from None
    return _tree(given, tuple(_nodes(given)))


def _message(
    tree: ConversationTree, node: Node, parent: OasstMessage | None, rank: int | None, synthetic: bool
) -> OasstMessage:
    return OasstMessage(
        message_id=_uuid(tree.id, node.id),
        parent_id=parent.message_id if parent else None,
        text=node.text,
        role="prompter" if node.role == "user" else "assistant",
        lang=tree.document.lang.partition("-")[0],
        rank=rank,
        synthetic=synthetic,
        model_name=tree.models.get(node.agent.partition("-")[0]) or tree.models["default"],
    )


def _uuid(tree: str, node: str) -> str:
    try:
        return str(uuid.UUID(node))
    except ValueError:
        return str(uuid.uuid5(NAMESPACE, f"{tree}/{node}"))


def _nodes(given: OasstTree) -> Iterator[Node]:
    """Every message, depth first; what hangs below a deleted one is left out as that is."""
    left: list[tuple[OasstMessage, Node | None, int]] = [(given.prompt, None, 0)]
    while left:
        message, parent, order = left.pop()
        node = _node(message, parent, order)
        yield node
        left.extend((reply, node, place) for place, reply in reversed(list(enumerate(message.replies))))


def _node(message: OasstMessage, parent: Node | None, place: int) -> Node:
    role = "user" if message.role == "prompter" else "assistant"
    is_gone = message.deleted or (parent is not None and parent.status == "pruned")
    return Node(
        id=message.message_id,
        parent=parent.id if parent else None,
        order=place if message.rank is None else message.rank,
        turn=1 if parent is None else parent.turn + (role == "user"),
        role=role,
        agent=role,
        status="pruned" if is_gone else "kept",
        text=message.text,
        seed=0,
    )


def _tree(given: OasstTree, nodes: tuple[Node, ...]) -> ConversationTree:
    turns = max(node.turn for node in nodes)
    unknown = UserCast(persona="", goal="", knowledge="", manner="")
    return ConversationTree(
        id=given.message_tree_id,
        run="open-assistant",
        method="open-assistant",
        models={"default": given.prompt.model_name or "unknown"},
        seed=0,
        replicate=0,
        cast=Cast(user=unknown, assistant=AssistantCast(manner="")),
        stop=Stop(rule="imported", turn=turns, reason=f"an Open-Assistant tree, {given.tree_state}"),
        document=TreeDocument(
            id=given.message_tree_id,
            title=None,
            lang=given.prompt.lang,
            source="open-assistant",
            sha256="",
            text="",
            passages=(),
        ),
        nodes=nodes,
        coverage=0.0,
        totals=Totals(nodes=len(nodes), turns=turns, calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=None),
    )
