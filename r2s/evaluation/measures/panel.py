"""What the run's own reviewers thought, and how far they agreed: it describes the panel and not the dialogues."""

from r2s.evaluation.collectors import Figures, Measure, Turn, per_turn
from r2s.trees.node import mean_score

SHARE = (0.0, 1.0)


@per_turn(
    Measure("reviewers_heard", "reviewers heard on a reply", kind="panel"),
    Measure("review_score", "the panel's own score", kind="panel", of=(1.0, 5.0)),
    Measure("accepted_votes", "positive votes of the panel", kind="panel", of=SHARE),
    Measure("dissent", "dissent in the panel", kind="panel"),
)
def reviews(turn: Turn) -> Figures:
    """Of the kept reply; dissent is the chairman's, the standard deviation of the reviewers' mean scores."""
    heard = [review for review in turn.reply.reviews if not review.error]
    votes = [review.vote == "positive" for review in heard if review.vote]
    chair = turn.reply.chair
    return {
        "reviewers_heard": len(heard),
        "review_score": mean_score(turn.reply),
        "accepted_votes": sum(votes) / len(votes) if votes else None,
        "dissent": chair.dissent if chair and len(heard) > 1 else None,
    }
