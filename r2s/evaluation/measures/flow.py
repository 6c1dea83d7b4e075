"""How a dialogue goes: its turns, their lengths, its moves, and what went wrong on the way."""

from r2s.documents.words import spoken_length
from r2s.evaluation.collectors import Figures, Measure, Turn, per_tree, per_turn
from r2s.policies.logic import QUESTIONS
from r2s.trees.tree import ConversationTree

SHARE = (0.0, 1.0)


@per_tree(Measure("turns", "turns", kind="size"), Measure("nodes", "messages in the tree", kind="size"))
def extent(tree: ConversationTree) -> Figures:
    """The turns of the longest dialogue, and all messages, kept or not."""
    return {"turns": tree.totals.turns, "nodes": tree.totals.nodes}


@per_turn(
    Measure("user_words", "words a user's message", kind="size"),
    Measure("assistant_words", "words a reply", kind="size"),
)
def lengths(turn: Turn) -> Figures:
    """Words, or characters in Chinese."""
    return {
        "user_words": spoken_length(turn.question.text, turn.language),
        "assistant_words": spoken_length(turn.reply.text, turn.language),
    }


@per_turn(Measure("questions", "turns that are questions", of=SHARE))
def moves(turn: Turn) -> Figures:
    """By the planned type of the turn; about half is what good dialogues have, so neither way is better."""
    plan = turn.question.plan
    return {"questions": float(plan.type in QUESTIONS) if plan else None}


@per_tree(Measure("distinct_types", "kinds of turns", better="higher", of=(1.0, 6.0)))
def variety(tree: ConversationTree) -> Figures:
    """How many of the six logic types a tree has, over its kept turns."""
    types = {node.plan.type for node in tree.nodes if node.plan and node.status == "kept"}
    return {"distinct_types": len(types) or None}


@per_turn(Measure("flawless", "turns without a recorded flaw", better="higher", of=SHARE))
def flaws(turn: Turn) -> Figures:
    """Of the flaws that the run looked for itself: only runs under the same acceptance policy compare."""
    return {"flawless": float(not (turn.question.flaws or turn.reply.flaws))}


@per_tree(Measure("refused", "messages refused", better="lower", of=SHARE))
def refusals(tree: ConversationTree) -> Figures:
    """The share of all messages that were refused for good: what the acceptance policy let through on no attempt."""
    return {"refused": sum(node.status == "failed" for node in tree.nodes) / len(tree.nodes) if tree.nodes else None}
