"""What examples are made of: texts of every script, trees of any shape, reviews, JSON."""

from typing import Any

from hypothesis import strategies as st

from r2s.trees.node import CRITERIA, Evidence, Node, Review, Stop
from r2s.trees.tree import ConversationTree
from r2s.usage import Usage
from tests.trees.forest import make_tree

SENTENCES = (
    "The tower is 48 metres high. ",
    "Marr chose granite; softer stone had been washed away twice! ",
    "灯塔建于1844年。",
    "“It never failed,” he said. ",
    "e.g. Dr. Moss, No. 5\n",
    "\n\n",
    "😀👨‍👩‍👧 e\u0301 \u200f ",
    "مرحبا بالعالم. ",
)
# Texts that may be in memory: no halves of surrogate pairs.
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
texts = st.lists(st.one_of(st.sampled_from(SENTENCES), anything), max_size=12).map("".join)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=8,
)


def _scores(values: list[int]) -> dict[Any, int]:
    return dict(zip(CRITERIA, values, strict=True))


reviews = st.builds(
    Review,
    reviewer=st.sampled_from(["a", "b", "c"]),
    model=st.just("m"),
    scores=st.lists(st.integers(1, 5), min_size=len(CRITERIA), max_size=len(CRITERIA)).map(_scores),
    rank=st.integers(1, 5),
    vote=st.sampled_from(["positive", "negative"]),
)


@st.composite
def trees(draw: st.DrawFn) -> ConversationTree:
    """A sound tree: every message hangs from an earlier one of the other side, and every quote stands where it says."""
    base = make_tree()
    text = draw(texts)
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 14))):
        parent = draw(st.sampled_from(nodes)) if nodes else None
        is_user = parent is None or parent.role == "assistant"
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        quote = Evidence(passage="p1", start=start, end=end, quote=text[start:end], match="exact")
        is_lost = parent is not None and parent.status != "kept"
        nodes.append(
            Node(
                id=f"n{number}",
                parent=parent.id if parent else None,
                order=number,
                turn=(parent.turn if parent else 0) + is_user,
                role="user" if is_user else "assistant",
                agent="user" if is_user else "candidate-1",
                status="rejected" if is_lost else draw(st.sampled_from(["kept", "kept", "rejected"])),
                text=draw(anything),
                evidence=() if is_user or start == end else (quote,),
                usage=Usage(prompt_tokens=draw(st.integers(0, 9)), replies=1),
                seed=number,
            )
        )
    document = base.document.model_copy(update={"text": text, "passages": ()})
    stop = Stop(rule="max_turns", turn=1, reason="")
    return base.model_copy(update={"nodes": tuple(nodes), "document": document, "stop": stop})
