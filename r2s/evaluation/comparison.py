"""Two raters side by side: two judges, or a judge and people, metric by metric."""

from collections.abc import Mapping
from dataclasses import dataclass

from r2s.evaluation.agreement import Agreement, agreement
from r2s.evaluation.scores import JUDGED
from r2s.evaluation.sheets import Place


@dataclass(frozen=True)
class Raters:
    """How `first` agrees with `second` on what both scored; `only_first` and `only_second` count the other scores."""

    first: str
    second: str
    by_metric: dict[str, Agreement]
    overall: Agreement
    only_first: int
    only_second: int


def compare_raters(
    first: str, first_scores: Mapping[Place, float], second: str, second_scores: Mapping[Place, float]
) -> Raters:
    """The agreement on every metric, and on all scores together."""
    shared = [place for place in first_scores if place in second_scores]
    pairs = {place: (first_scores[place], second_scores[place]) for place in shared}
    by_metric = {name: agreement([pair for place, pair in pairs.items() if place[2] == name]) for name in JUDGED}
    return Raters(
        first,
        second,
        by_metric,
        agreement(list(pairs.values())),
        len(first_scores) - len(shared),
        len(second_scores) - len(shared),
    )
