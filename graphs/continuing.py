"""A dialogue rebuilt from its finished tree at any message, so that a graph goes on from there."""

from collections.abc import Iterable, Iterator

from r2s.agents.scene import dialogue_name
from r2s.documents.document import Message
from r2s.graphs.reflection import GIVEN
from r2s.graphs.state import DialogueState, Entry, opening_state
from r2s.seeds import derive_seed
from r2s.trees.node import Chair, Node, Plan
from r2s.trees.tree import ConversationTree, node_id


def state_at(tree: ConversationTree, id: str, seed: int) -> DialogueState:
    """The state in which a message stands last: after a reply the next turn is planned, a question is answered again.

    It holds the messages on the way there and counts those that follow already, so that what comes next gets ids of its
    own. A draft that was not kept counts as kept. The document brings what was said from the first turn to the last,
    for a method that makes something of it.
    """
    node = tree.node(id)
    state = _after(tree, _reply_before(tree, id), seed)
    state["document"] = state["document"].model_copy(update={"messages": tuple(_said(tree, node))})
    if node.role == "assistant":
        return state
    return _asked(state, node, node.plan or state["plan"], "again", siblings=_next_order(tree, id))


def state_planned(tree: ConversationTree, id: str, seed: int, plan: Plan) -> DialogueState:
    """The state in which the user speaks by this plan: next after a reply, or instead of a question."""
    state = _after(tree, _reply_before(tree, id), seed)
    return {**state, "turn": state["turn"] + 1, "plan": plan, "enter": "plan"}


def state_said(tree: ConversationTree, id: str, seed: int, text: str, plan: Plan | None) -> DialogueState:
    """The state in which the user has said this: next after a reply, or instead of a question, whose plan it keeps."""
    before, state = _reply_before(tree, id), _after(tree, _reply_before(tree, id), seed)
    turn = state["turn"] + 1
    plain = Plan(type="question-answer", progress="starts" if turn == 1 else "continues", process="", purpose="")
    said = Node(
        id=node_id(before or dialogue_name(tree.document.id, seed), "person", state["siblings"]),
        parent=before,
        order=state["siblings"],
        turn=turn,
        role="user",
        agent="person",
        kind="intervention",
        text=text,
        plan=plan or tree.node(id).plan or plain,
        seed=derive_seed(seed, "person", turn),
    )
    return _asked(state, said, said.plan or plain, "say")


def _after(tree: ConversationTree, leaf: str | None, seed: int) -> DialogueState:
    """The state after a reply, or before the first turn."""
    state = {**opening_state(tree.document.restored, tree.cast, seed), "siblings": _next_order(tree, leaf)}
    if leaf is None:
        return state  # type: ignore[return-value]
    path = [_kept(node) for node in tree.path_to(leaf)]
    replies = path[1::2]
    verdicts = [_verdict(tree, reply) for reply in replies]
    # A weakness that a rewrite has mended is nothing to dig into any more.
    steered = verdicts[-1] if replies[-1].kind != "rewrite" else None
    change = {
        "nodes": {node.id: node for node in path},
        "turn": replies[-1].turn,
        "leaf": leaf,
        "asked": path[-2].id,
        "mode": steered.mode if steered else None,
        "advice": steered.advice if steered else "",
        "dug": _dug(verdicts),
        "closed": path[-2].closes,
    }
    return {**state, **change}  # type: ignore[return-value]


def _asked(state: DialogueState, asked: Node, plan: Plan, enter: Entry, siblings: int = 0) -> DialogueState:
    """The state in which this message of the user is to be answered."""
    nodes = {**state["nodes"], asked.id: asked}
    moment = {"turn": asked.turn, "asked": asked.id, "plan": plan, "closed": asked.closes, "siblings": siblings}
    return {**state, **moment, "nodes": nodes, "enter": enter}  # type: ignore[return-value]


def _said(tree: ConversationTree, node: Node) -> Iterator[Message]:
    """The dialogue that a message stands in, or stood beside, each turn as it was before any reflection."""
    path = [*tree.path_to(node.id), *_after_it(tree, node)]
    for question, answer in zip(path[::2], path[1::2], strict=False):
        given = _given(tree, question.parent) if question.kind == "rewrite" else None
        asked = given or question
        yield Message(role="user", text=asked.text)
        yield Message(role="assistant", text=(_given(tree, asked.id) or answer).text)


def _after_it(tree: ConversationTree, node: Node) -> list[Node]:
    """What follows a message in the first dialogue that it, or what comes nearest before it, is kept in."""
    dialogues = tree.dialogues()
    through = (path for earlier in reversed(tree.path_to(node.id)) for path in dialogues if earlier in path)
    path = next(through, dialogues[0])
    return [later for later in path if _place(later) > _place(node)]


def _place(node: Node) -> tuple[int, bool]:
    return node.turn, node.role == "assistant"


def _given(tree: ConversationTree, parent: str | None) -> Node | None:
    return next((node for node in tree.nodes if node.parent == parent and node.agent == GIVEN), None)


def _reply_before(tree: ConversationTree, id: str) -> str | None:
    node = tree.node(id)
    return id if node.role == "assistant" else node.parent


def _next_order(tree: ConversationTree, parent: str | None) -> int:
    """The place of the next message under this one: behind all that are there."""
    return 1 + max((node.order for node in tree.nodes if node.parent == parent), default=-1)


def _kept(node: Node) -> Node:
    return node if node.status == "kept" else node.model_copy(update={"status": "kept", "reason": ""})


def _verdict(tree: ConversationTree, reply: Node) -> Chair | None:
    """The chairman's decision about the drafts of a turn, which stands with the one that the chairman chose."""
    chairs = [node.chair for node in tree.nodes if node.parent == reply.parent and node.chair]
    return reply.chair or next((chair for chair in chairs if reply.id in chair.scores), None)


def _dug(verdicts: Iterable[Chair | None]) -> int:
    """For how many turns up to now the dialogue has been digging."""
    dug = 0
    for verdict in verdicts:
        dug = dug + 1 if verdict and verdict.mode == "depth" else 0
    return dug
