"""Dialogues of our own to judge, with a cast, plans and evidence where a test wants them."""

from collections.abc import Sequence
from typing import Any

from r2s.documents.document import Document
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.trees.node import NOBODY, AssistantCast, Cast, Evidence, Node, Plan, Stop, UserCast
from r2s.trees.tree import ConversationTree, Totals, TreeDocument
from tests.conftest import lighthouse

GOAL = "I have to give a short talk about the lighthouse next week and hardly know where to begin."


def cast(goal: str = GOAL, knowledge: str = "knows the name and hardly more") -> Cast:
    user = UserCast(persona="a student", goal=goal, knowledge=knowledge, manner="short")
    return Cast(user=user, assistant=AssistantCast(manner="calm"))


def evidence(document: Document, quote: str) -> tuple[Evidence, ...]:
    start = document.text.index(quote)
    return (Evidence(passage="p1", start=start, end=start + len(quote), quote=quote, match="exact"),)


def dialogue(
    *said: str,
    document: Document | None = None,
    cast: Cast = NOBODY,
    types: Sequence[str] = (),
    quotes: Sequence[str | None] = (),
) -> Dialogue:
    """The one dialogue of a tree in which these texts are said by turns; `types` and `quotes` are those of the turns."""
    document = document or lighthouse()
    nodes: list[Node] = []
    for place, text in enumerate(said):
        turn, is_user = place // 2, place % 2 == 0
        more: dict[str, Any] = {}
        if is_user and turn < len(types):
            more["plan"] = Plan.model_validate(
                {"type": types[turn], "progress": "continues", "process": "", "purpose": ""}
            )
        if not is_user and turn < len(quotes) and (quote := quotes[turn]):
            more["evidence"] = evidence(document, quote)
        role = "user" if is_user else "assistant"
        parent = nodes[-1].id if nodes else None
        fields = {"id": f"n{place}", "parent": parent, "order": 0, "turn": turn + 1, "role": role, "agent": role}
        nodes.append(Node.model_validate({**fields, "text": text, "seed": 0, **more}))
    return next(dialogues_of(_tree(nodes, document, cast)))


def _tree(nodes: Sequence[Node], document: Document, cast: Cast) -> ConversationTree:
    kept = {name: getattr(document, name) for name in TreeDocument.model_fields}
    return ConversationTree(
        id="t",
        run="r",
        method="cod_review",
        models={"default": "extractive"},
        seed=0,
        replicate=0,
        cast=cast,
        stop=Stop(rule="max_turns", turn=1, reason="done"),
        document=TreeDocument(**kept),
        nodes=tuple(nodes),
        coverage=0,
        totals=Totals(nodes=len(nodes), turns=1, calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=None),
    )


def chinese(**changes: Any) -> Document:
    text = "斯凯里灯塔由工程师马尔设计，于1844年建成。塔身高48米，内部有151级台阶。据说马尔因为软石两次被海浪冲走才改用花岗岩。"
    return lighthouse(**{"id": "zh", "title": "斯凯里灯塔", "text": text, **changes})


def nothing() -> Document:
    """A document without a text, as pairs and dialogues have."""
    return lighthouse().model_copy(update={"text": "", "passages": ()})
