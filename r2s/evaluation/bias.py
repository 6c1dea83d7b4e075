"""Whether a judge's scores follow what they should not: the length of a reply, or its place in the dialogue.

Turns are compared within their dialogue: what is left once its own mean is taken away. A correlation is no proof of a
bias (longer replies may be better), but one near 0 rules it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from r2s.agents.judge import NOT_APPLICABLE, TurnScores, snapped
from r2s.evaluation.agreement import spearman
from r2s.evaluation.judged import JudgedDialogue

_OF_REPLIES = ("us", "uf", "fd", "fl")


@dataclass(frozen=True)
class Bias:
    """Rank correlations of a reply's mean score with its length and with its turn's number; null where unknown."""

    turns: int
    length: float | None
    position: float | None

    def figures(self) -> dict[str, float | int | None]:
        """The bias as files keep it."""
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def bias_of(dialogues: Iterable[JudgedDialogue]) -> Bias:
    """The bias of a judge over the turns of all dialogues that it judged."""
    by_length: list[tuple[float, float]] = []
    by_position: list[tuple[float, float]] = []
    for dialogue in dialogues:
        if dialogue.judgement is None:
            continue
        scores = _centred([_mean_of(turn) for turn in dialogue.judgement.turns])
        by_length += zip(_centred([reply for _, reply in dialogue.lengths]), scores, strict=True)
        by_position += zip(_centred(range(len(scores))), scores, strict=True)
    return Bias(len(by_length), spearman(by_length), spearman(by_position))


def _mean_of(turn: TurnScores) -> float:
    scores = [float(snapped(score)) for name in _OF_REPLIES if (score := getattr(turn, name)) != NOT_APPLICABLE]
    return sum(scores) / len(scores)


def _centred(values: Sequence[float]) -> list[float]:
    mean = sum(values) / len(values)
    return [value - mean for value in values]
