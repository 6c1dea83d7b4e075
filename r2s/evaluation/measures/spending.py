"""What a tree took: calls, tokens, money; those that a journal answered count as if they had been made."""

from r2s.evaluation.collectors import Figures, Measure, per_tree
from r2s.trees.tree import ConversationTree


@per_tree(
    Measure("calls", "calls", kind="cost"),
    Measure("tokens", "tokens", kind="cost"),
    Measure("cost_usd", "US dollars", kind="cost"),
)
def spending(tree: ConversationTree) -> Figures:
    """So that cells of a sweep compare, whichever of them was played first. An unknown price is no price."""
    totals = tree.totals
    tokens = totals.prompt_tokens + totals.completion_tokens
    return {"calls": totals.calls, "tokens": tokens, "cost_usd": totals.cost_usd}
