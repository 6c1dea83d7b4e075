"""A finished tree that grows on: the messages of a fork put beside those that are there."""

from collections.abc import Mapping

from r2s.trees.coverage import covered_share
from r2s.trees.node import Fork, Node, Stop
from r2s.trees.tree import ConversationTree, read_tree, totals_of
from r2s.usage import Usage


def grown_on(
    tree: ConversationTree,
    nodes: Mapping[str, Node],
    stops: Mapping[str, Stop],
    spent: Usage,
    fork: Fork,
) -> ConversationTree:
    """The tree with these messages, new ones behind all others, and with what was `spent`; each dialogue has its stop.

    A message that is there already takes the place that it has.
    """
    merged = {**{node.id: node for node in tree.nodes}, **nodes}
    kept = [node for node in merged.values() if node.status == "kept"]
    ended = {tree.dialogues()[0][-1].id: tree.stop, **tree.stops, **stops}
    grown = tree.model_copy(update={"nodes": tuple(merged.values())})
    first, *others = [path[-1].id for path in _fresh(grown).dialogues()]
    before = Usage(
        prompt_tokens=tree.totals.prompt_tokens,
        completion_tokens=tree.totals.completion_tokens,
        cost_usd=tree.totals.cost_usd,
        replies=tree.totals.calls,
        people=tree.totals.people,
    )
    update = {
        "stop": ended[first],
        "stops": {leaf: ended[leaf] for leaf in others},
        "coverage": covered_share(kept, len(tree.document.text)),
        "totals": totals_of(merged.values(), before + spent),
        "forks": (*tree.forks, fork),
    }
    return _fresh(grown.model_copy(update=update))


def _fresh(tree: ConversationTree) -> ConversationTree:
    """The tree as it will be read: checked, and without what the one that it was copied from has worked out."""
    return read_tree(tree.to_json(), tree.id)
