"""Trees flattened into samples: each dialogue of a tree is one, each assistant turn is trained once per tree."""

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any

from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree


def flatten(tree: ConversationTree) -> Iterator[dict[str, Any]]:
    """One `messages` row a kept path: what was said, and in `meta` where it comes from and what is to be trained on.

    `meta.train` holds the indices of the assistant messages whose loss counts: a prefix that several paths share is
    trained in the first of them only, also where a fork has said the same words again. Plans, thoughts and verdicts
    never reach the messages.
    """
    trained: set[tuple[str, ...]] = set()
    for path in tree.dialogues():
        path = path if path[-1].role == "assistant" else path[:-1]
        said = [tuple(node.text for node in path[: index + 1]) for index in range(len(path))]
        train = [index for index, node in enumerate(path) if node.role == "assistant" and said[index] not in trained]
        trained.update(said[index] for index in train)
        if train:
            yield {
                "messages": [{"role": node.role, "content": node.text} for node in path],
                "meta": _meta(tree, path, train),
            }


def _meta(tree: ConversationTree, path: Sequence[Node], train: list[int]) -> dict[str, Any]:
    replies = [node for node in path if node.role == "assistant"]
    return {
        "document": tree.document.id,
        "tree": tree.id,
        "path": [node.id for node in path],
        "train": train,
        "types": [node.plan.type for node in path if node.plan],
        "evidence": [[span.start, span.end] for node in replies for span in node.evidence],
        "scores": [_score(node) for node in replies],
        "method": tree.method,
        "model": _model(tree, path),
        "seed": tree.seed,
    }


def _model(tree: ConversationTree, path: Sequence[Node]) -> str:
    """What spoke the last reply: the run's model, or that of the last fork on the way."""
    ids = {node.id for node in path}
    models = next((fork.models for fork in reversed(tree.forks) if ids & {*fork.first}), tree.models)
    return models.get("candidate") or models["default"]


def _score(reply: Node) -> float | None:
    """The mean of all of a reply's scores (1 to 5), null where nobody reviewed it."""
    scores = [score for review in reply.reviews for score in review.scores.values()]
    return round(fmean(scores), 4) if scores else None
