"""The page of a run: its trees in a table to sort and to filter, each with a link to its page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Any

from r2s.samples.dialogue import mean_score
from r2s.trees.tree import ConversationTree
from r2s.views.inlining import Look, generator, page_parts, to_json

STYLES = ("tokens.css", "layout.css", "index.css")
SCRIPTS = ("elements.js", "text.js", "memory.js", "table.js", "index.js")
LOOK = Look("index.html", STYLES, SCRIPTS)
SERVED = Look(
    "index.html", (*STYLES, "served.css"), (*SCRIPTS[:-1], "asking.js", "live.js", SCRIPTS[-1]), is_served=True
)

# So many failures of each kind are told; the others are counted.
TOLD = 20


def index_parts(
    manifest: Mapping[str, Any], *, served: Mapping[str, Any] | None = None, above: str | None = None
) -> tuple[str, str]:
    """The page up to where its rows go (JSON, one a line, with commas between them), and what comes after.

    `served` is what a page needs to know of its server, `above` the address of the page that this one belongs to.
    """
    beginning = to_json({"generator": generator(), "above": above, "run": run_facts(manifest), "served": served})
    data = f'<script type="application/json" id="data">{beginning[:-1]},"trees":['
    title = f"{manifest.get('method', 'run')} {manifest.get('run', '')} · R2S"
    return page_parts(SERVED if served else LOOK, title=title, lang="en", data=data)


def index_ending(errors: Iterable[Mapping[str, Any]]) -> str:
    """The end of the data, behind the rows: what failed."""
    return f"\n],{to_json(failures(errors))[1:]}</script>"


def run_facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says of the run."""
    return {name: manifest.get(name) for name in ("run", "method", "models", "seed", "status", "message", "started")}


def failures(errors: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What failed, counted by kind, with a few of each."""
    kept, counts = [], Counter[str]()
    for error in errors:
        kind = str(error.get("kind", "unknown"))
        counts[kind] += 1
        if counts[kind] <= TOLD:
            kept.append({name: str(error.get(name, "")) for name in ("kind", "document", "message")})
    return {"errors": kept, "failed": counts}


def tree_row(tree: ConversationTree, address: str) -> dict[str, Any]:
    """A tree in figures; `score` is the mean over its kept replies, null where nobody reviewed them."""
    replies = [node for node in tree.nodes if node.role == "assistant" and node.status == "kept"]
    scores = [score for reply in replies if (score := mean_score(reply)) is not None]
    return {
        "address": address,
        "id": tree.id,
        "document": tree.document.title or tree.document.id,
        "source": tree.document.id,
        "language": tree.document.lang,
        "method": tree.method,
        "replicate": tree.replicate,
        "turns": tree.totals.turns,
        "dialogues": len(tree.dialogues()),
        "messages": tree.totals.nodes,
        "coverage": tree.coverage,
        "score": round(fmean(scores), 4) if scores else None,
        "dissent": max((reply.chair.dissent for reply in replies if reply.chair), default=None),
        "flaws": sum(bool(reply.flaws) for reply in replies),
        "tokens": tree.totals.prompt_tokens + tree.totals.completion_tokens,
        "cost": tree.totals.cost_usd,
        "stop": tree.stop.rule,
    }
