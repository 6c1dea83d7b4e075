"""Trees to look at: played by the built-in model, or made so that a page has a hard time with them."""

import functools
from typing import Any

from r2s import api
from r2s.documents.document import Passage
from r2s.trees.node import Evidence
from r2s.trees.tree import ConversationTree
from tests.trees.forest import make_tree, node

ENGLISH = (
    "The Skerry lighthouse 🗼 was built in 1844 by Alan Marr. Its tower is 48 metres high and holds 151 steps. "
    "Marr chose grey granite because softer stone 🪨 had been washed away twice. The lamp burned whale oil until 1881. "
    "A storm 🌊🌊 broke three windows in 1897, but the light never failed. A computer on the mainland runs the lamp today."
)
CHINESE = (
    "斯凯里灯塔🗼由工程师马尔设计，于1844年建成。塔身高48米，内部有151级台阶。"
    "因为软石两次被海浪🌊冲走，马尔改用花岗岩。灯塔最初燃烧鲸油，1881年改用煤油。"
)
BRANCHING = {"consensus": {"kind": "mean"}, "branching": {"kind": "above", "threshold": 2, "count": 2, "nodes": 40}}


def played(text: str, title: str, **settings: Any) -> ConversationTree:
    """A dialogue about a text by the built-in model."""
    document = api.document(text, id=f"{title}.txt", title=title)
    (tree,) = api.run(document, **{"turns": 3, "min_turns": 2, "seed": 7, **settings})
    return tree


@functools.cache
def english() -> ConversationTree:
    """Five reviewers, three candidates, branches; emoji in the document."""
    return played(ENGLISH, "Skerry lighthouse", reviewers=5, candidates=3, policies=BRANCHING)


@functools.cache
def chinese() -> ConversationTree:
    return played(CHINESE, "斯凯里灯塔", reviewers=1, candidates=2)


@functools.cache
def unreviewed() -> ConversationTree:
    return played(ENGLISH, "Skerry lighthouse", reviewers=0)


def overlapping() -> ConversationTree:
    """A reply whose five citations lie over each other in a text of wide and combining signs."""
    text = "🗼a\u0301b🌊cd 灯塔🪨ef שלום gh"
    spans = [(0, 6), (2, 9), (4, 5), (4, len(text)), (8, 10)]
    evidence = tuple(
        Evidence(passage="p1", start=start, end=end, quote=text[start:end], match="exact") for start, end in spans
    )
    tree = make_tree()
    document = tree.document.model_copy(update={"text": text, "passages": (Passage(id="p1", start=0, end=len(text)),)})
    nodes = (tree.nodes[0], node("a1", "u1", "assistant", f"So it says: {text}", evidence=evidence))
    return tree.model_copy(update={"document": document, "nodes": nodes})


def two_replies(first: str, second: str) -> ConversationTree:
    """A draft that was not kept (`d1`) and one that was (`a1`)."""
    tree = make_tree()
    asked, draft, reply, *_ = tree.nodes
    said = (asked, draft.model_copy(update={"text": first}), reply.model_copy(update={"text": second}))
    return tree.model_copy(update={"nodes": said})


def wide(count: int) -> ConversationTree:
    """One question and so many pairs of reply and question, each under one of those before."""
    tree = make_tree()
    nodes = [tree.nodes[0]]
    for number in range(1, count + 1):
        parent = nodes[0].id if number < 3 else f"u{number // 2}x"
        text = f"Reply {number}: it was built. " * 12
        nodes.append(node(f"a{number}x", parent, "assistant", text, order=number, turn=1 + number // 9))
        nodes.append(node(f"u{number}x", f"a{number}x", "user", f"And number {number}?", turn=2 + number // 9))
    return tree.model_copy(update={"nodes": tuple(nodes)})
