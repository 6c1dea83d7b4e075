"""The page of a run: its trees in a table to sort and to filter, each with a link to its page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Any

from r2s.trees.node import mean_score
from r2s.trees.tree import ConversationTree
from r2s.views.inlining import generator, page_parts, to_json

STYLES = ("tokens.css", "layout.css", "index.css")
SCRIPTS = ("elements.js", "text.js", "memory.js", "table.js", "index.js")


def index_parts(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """The page up to where its rows go (JSON, one a line, with commas between them), and what comes after."""
    facts = {name: manifest.get(name) for name in ("run", "method", "models", "seed", "status", "message", "started")}
    beginning = to_json({"generator": generator(), "run": facts})
    data = f'<script type="application/json" id="data">{beginning[:-1]},"trees":['
    title = f"{manifest.get('method', 'run')} {manifest.get('run', '')} · R2S"
    return page_parts("index.html", STYLES, SCRIPTS, title=title, lang="en", data=data)


def index_ending(errors: Iterable[Mapping[str, Any]]) -> str:
    """The end of the data, behind the rows: what failed, counted by kind, with a few of each."""
    kept, counts = [], Counter[str]()
    for error in errors:
        counts[str(error.get("kind", "unknown"))] += 1
        if counts[str(error.get("kind", "unknown"))] <= 20:
            kept.append({name: str(error.get(name, "")) for name in ("kind", "document", "message")})
    return f'\n],"errors":{to_json(kept)},"failed":{to_json(counts)}}}</script>'


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
