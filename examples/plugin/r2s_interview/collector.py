"""A collector: a number of every turn, in `r2s sweep`, `r2s collect` and their tables."""

from r2s.evaluation.collectors import Figures, Measure, Turn, per_turn


@per_turn(Measure("wh_questions", "questions by what, why, who or how", "size"))
def wh_questions(turn: Turn) -> Figures:
    """What a turn gives is averaged over its tree; what cannot be known is None and never 0."""
    words = turn.question.text.lower().split()
    return {"wh_questions": float(any(word in ("what", "why", "who", "how") for word in words))}
