"""How far the reviewers of a cell agree: Krippendorff's alpha of what they gave the same drafts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from r2s.evaluation.agreement import krippendorff_alpha
from r2s.experiments.statistics import LEVEL, Interval
from r2s.trees.tree import ConversationTree

Ratings = dict[str, dict[str, list[list[float]]]]
"""By cell and document: for every draft the reviewers' mean scores."""

# Alpha is slow, and its interval need not be read to the third place.
DRAWS = 200


@dataclass(frozen=True)
class PanelAgreement:
    """Ordinal alpha over `drafts` that two reviewers or more have scored: 1 is full agreement, 0 that of chance."""

    cell: str
    drafts: int
    alpha: Interval


def ratings_of(tree: ConversationTree) -> Iterator[list[float]]:
    """The reviewers' mean scores of every draft that two or more of them scored."""
    for node in tree.nodes:
        scores = [fmean(review.scores.values()) for review in node.reviews if review.scores]
        if len(scores) > 1:
            yield scores


def panel_agreements(ratings: Ratings, seed: int) -> list[PanelAgreement]:
    """The agreement in every cell that has any, with its interval over documents."""
    found = (_agreement(cell, documents, seed) for cell, documents in ratings.items())
    return [agreement for agreement in found if agreement is not None]


def _agreement(cell: str, documents: Mapping[str, Sequence[Sequence[float]]], seed: int) -> PanelAgreement | None:
    import numpy

    groups = list(documents.values())
    units = _joined(groups)
    alpha = krippendorff_alpha(units)
    if alpha is None:
        return None
    generator = numpy.random.default_rng(seed)
    drawn = (
        _joined([groups[place] for place in generator.integers(len(groups), size=len(groups))]) for _ in range(DRAWS)
    )
    alphas = [value for draw in drawn if (value := krippendorff_alpha(draw)) is not None]
    low, high = numpy.quantile(alphas, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return PanelAgreement(cell, len(units), Interval(alpha, float(low), float(high), "percentile"))


def _joined(groups: Sequence[Sequence[Sequence[float]]]) -> list[Sequence[float]]:
    return [unit for group in groups for unit in group]
