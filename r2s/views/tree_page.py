"""The page of one conversation tree: a single HTML file that opens from disk."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from r2s.models.journal import CallRecord
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.trees.node import Node, mean_score
from r2s.trees.tree import ConversationTree
from r2s.views.inlining import Look, data_element, fill_page, generator
from r2s.views.said import said_spans

STYLES = ("tokens.css", "layout.css", "tree.css", "reader.css", "markdown.css", "inspector.css", "print.css")
SCRIPTS = (
    "vendor/d3-hierarchy-3.1.3.min.js",
    "elements.js",
    "text.js",
    "memory.js",
    "data.js",
    "model.js",
    "state.js",
    "marks.js",
    "filters.js",
    "words.js",
    "outline.js",
    "map.js",
    "markdown.js",
    "reader.js",
    "compare.js",
    "reviews.js",
    "evidence.js",
    "plan.js",
    "trace.js",
    "sample.js",
    "inspector.js",
    "topbar.js",
    "keys.js",
    "main.js",
)
LOOK = Look("tree.html", STYLES, SCRIPTS)
SERVED = Look(
    "tree.html",
    (*STYLES, "served.css"),
    (*SCRIPTS[:-1], "asking.js", "grown.js", "growing.js", "fork.js", SCRIPTS[-1]),
    is_served=True,
)


@dataclass(frozen=True)
class Place:
    """Where a page stands among the pages of its run: their number, and the addresses of its neighbours."""

    number: int
    index: str | None = None
    before: str | None = None
    after: str | None = None


def tree_page(
    tree: ConversationTree,
    *,
    calls: Mapping[str, CallRecord] | None = None,
    place: Place | None = None,
    served: Mapping[str, Any] | None = None,
) -> str:
    """The page of a tree; with the `calls` behind it (by journal key) it shows their replies and times as well.

    `served` is what a page needs to know of its server.
    """
    title = f"{tree.document.title or tree.document.id} · R2S"
    data = data_element({**page_data(tree, calls or {}, place), "served": served})
    return fill_page(SERVED if served else LOOK, title=title, lang="en", data=data)


def page_data(tree: ConversationTree, calls: Mapping[str, CallRecord], place: Place | None) -> dict[str, Any]:
    """The tree, and what Python knows of it, so that no rule is written a second time in JavaScript."""
    scores = {node.id: mean_score(node) for node in tree.nodes if node.reviews}
    dialogues = tree.dialogues()
    return {
        "generator": generator(),
        "tree": tree.model_dump(mode="json", by_alias=True),
        "main": [node.id for node in next(iter(dialogues), ())],
        "dialogues": len(dialogues),
        "samples": [_sample(dialogue) for dialogue in dialogues_of(tree)],
        "scores": {id: score for id, score in scores.items() if score is not None},
        "said": {node.id: said for node in tree.nodes if (said := said_spans(node, tree.document.lang))},
        "calls": {key: _call(record) for key, record in calls.items()},
        "place": asdict(place) if place else None,
    }


def message_data(node: Node, lang: str) -> dict[str, Any]:
    """A message that is not in the tree yet, and what Python knows of it."""
    score = mean_score(node) if node.reviews else None
    said = [list(place) for place in said_spans(node, lang)]
    return {"node": node.model_dump(mode="json"), "score": score, "said": said}


def _sample(dialogue: Dialogue) -> dict[str, Any]:
    """A sample less its messages, which are the texts of its path."""
    return {"id": dialogue.id, "meta": dialogue.meta}


def _call(record: CallRecord) -> dict[str, Any]:
    """A call less its prompt, which `r2s show --call` prints: prompts repeat the document in every call."""
    names = ("model", "role", "speaker", "content", "prompt_tokens", "completion_tokens", "finish", "created")
    return {name: getattr(record, name) for name in names}
