"""A small tree for tests: two branches after the first exchange, one draft that was not kept."""

from typing import Any

from r2s.documents.document import Passage
from r2s.trees.node import AssistantCast, Cast, Evidence, Node, Plan, Review, Stop, UserCast
from r2s.trees.tree import ConversationTree, Totals, TreeDocument

TEXT = "It was built. It fell down. It was rebuilt ."


def evidence(start: int, end: int) -> tuple[Evidence, ...]:
    return (Evidence(passage="p1", start=start, end=end, quote=TEXT[start:end], match="exact"),)


def node(id: str, parent: str | None, role: str, text: str, **more: Any) -> Node:
    fields = {"order": 0, "turn": 1, "agent": role, "seed": 0, **more}
    return Node.model_validate({"id": id, "parent": parent, "role": role, "text": text, **fields})


def make_tree() -> ConversationTree:
    plan = Plan(type="question-answer", progress="starts", process="asks", purpose="to know", key_phrases=("built",))
    reviews = (Review(reviewer="r", model="m", scores={"accuracy": 4, "depth": 2}, vote="positive"),)
    return ConversationTree(
        id="t",
        run="r",
        method="cod_review",
        models={"default": "extractive"},
        seed=1,
        replicate=0,
        cast=Cast(
            user=UserCast(persona="p", goal="g", knowledge="k", manner="m"), assistant=AssistantCast(manner="calm")
        ),
        stop=Stop(rule="no_new_matter", turn=2, reason="done"),
        document=TreeDocument(
            id="doc",
            title="It",
            lang="en",
            source="s",
            sha256="x",
            text=TEXT,
            passages=(Passage(id="p1", start=0, end=13), Passage(id="p2", start=14, end=27)),
        ),
        nodes=(
            node("u1", None, "user", "one?", plan=plan),
            node("d1", "u1", "assistant", "a draft", status="rejected", kind="draft"),
            node("a1", "u1", "assistant", "first reply", order=1, evidence=evidence(0, 10), reviews=reviews),
            node("u2", "a1", "user", "two?", plan=plan, turn=2),
            node("a2", "u2", "assistant", "second reply", evidence=evidence(5, 12), turn=2),
            node("u3", "a1", "user", "three?", plan=plan, turn=2, order=1),
            node("a3", "u3", "assistant", "third reply", evidence=evidence(20, 30), turn=2),
        ),
        coverage=0.5,
        totals=Totals(nodes=7, turns=2, calls=9, prompt_tokens=0, completion_tokens=0, cost_usd=0.0),
    )
