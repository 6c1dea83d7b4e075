"""Consensus policies: one score a draft out of many reviews; the draft with the highest is kept."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from math import log2
from statistics import fmean, median, pstdev
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from r2s.policies.plugged import plugged
from r2s.trees.node import Review


class _Consensus(BaseModel, frozen=True):
    """What all consensus policies share: length is held against a draft, `length_cost` points for each doubling."""

    length_cost: float = Field(default=0.15, ge=0)

    @abstractmethod
    def score(self, reviews: Sequence[Review], weights: Mapping[str, float]) -> float:
        """The panel's score of one draft; the scale is the policy's own, higher is better."""

    def scores(
        self, panel: Mapping[str, Sequence[Review]], lengths: Mapping[str, int], weights: Mapping[str, float]
    ) -> dict[str, float]:
        """The score of every draft by id, from its valid reviews, less the cost of being longer than the shortest."""
        shortest = max(1, min(lengths.values()))
        return {
            draft: round(self.score(reviews, weights) - self.length_cost * log2(max(1, lengths[draft]) / shortest), 4)
            for draft, reviews in panel.items()
        }


class MeanScore(_Consensus, frozen=True):
    """The weighted mean of all reviewers' mean scores (1 to 5)."""

    kind: Literal["mean"] = "mean"

    def score(self, reviews: Sequence[Review], weights: Mapping[str, float]) -> float:
        if not reviews:
            return 0.0
        shares = [weights.get(review.reviewer, 1.0) for review in reviews]
        return fmean([_mean(review) for review in reviews], shares)


class MedianScore(_Consensus, frozen=True):
    """The median of the reviewers' mean scores (1 to 5): one harsh or kind reviewer moves nothing."""

    kind: Literal["median"] = "median"

    def score(self, reviews: Sequence[Review], weights: Mapping[str, float]) -> float:
        return median([_mean(review) for review in reviews]) if reviews else 0.0


class RankScore(_Consensus, frozen=True):
    """Ranks first, scores second: the mean rank turned so that higher is better, plus a tenth of the mean score.

    Reviewers who give every draft the same marks still rank them.
    """

    kind: Literal["rank"] = "rank"

    def score(self, reviews: Sequence[Review], weights: Mapping[str, float]) -> float:
        if not reviews:
            return 0.0
        shares = [weights.get(review.reviewer, 1.0) for review in reviews]
        # A reviewer of a single answer has nothing to rank.
        ranks = fmean([-float(review.rank or 1) for review in reviews], shares)
        return ranks + 0.1 * fmean([_mean(review) for review in reviews], shares)


class TrimmedScore(_Consensus, frozen=True):
    """The weighted mean without the `cut` lowest and the `cut` highest reviewers; a small panel is cut less."""

    kind: Literal["trimmed"] = "trimmed"
    cut: int = Field(default=1, ge=0)

    def score(self, reviews: Sequence[Review], weights: Mapping[str, float]) -> float:
        if not reviews:
            return 0.0
        cut = min(self.cut, (len(reviews) - 1) // 2)
        middle = sorted(reviews, key=_mean)[cut : len(reviews) - cut]
        return fmean([_mean(review) for review in middle], [weights.get(review.reviewer, 1.0) for review in middle])


class MajorityScore(_Consensus, frozen=True):
    """The weighted share (0 to 1) of reviewers who vote for a draft, plus a hundredth of the mean score.

    Scores and length only tell apart drafts that are equal in votes: so `length_cost` is small, in shares of votes.
    """

    kind: Literal["majority"] = "majority"
    length_cost: float = Field(default=0.005, ge=0)

    def score(self, reviews: Sequence[Review], weights: Mapping[str, float]) -> float:
        if not reviews:
            return 0.0
        shares = [weights.get(review.reviewer, 1.0) for review in reviews]
        votes = fmean([float(review.vote == "positive") for review in reviews], shares)
        return votes + 0.01 * fmean([_mean(review) for review in reviews], shares)


class MinimumScore(_Consensus, frozen=True):
    """The lowest of the reviewers' mean scores (1 to 5): a draft is worth what its harshest reviewer says."""

    kind: Literal["minimum"] = "minimum"

    def score(self, reviews: Sequence[Review], weights: Mapping[str, float]) -> float:
        return min((_mean(review) for review in reviews), default=0.0)


class AgreementScore(_Consensus, frozen=True):
    """A weighted mean (1 to 5) in which a reviewer counts less the further they are from the panel's median.

    One who is a whole point away counts half, one who is two points away a third.
    """

    kind: Literal["agreement"] = "agreement"

    def score(self, reviews: Sequence[Review], weights: Mapping[str, float]) -> float:
        if not reviews:
            return 0.0
        means = [_mean(review) for review in reviews]
        middle = median(means)
        shares = [
            weights.get(review.reviewer, 1.0) / (1 + abs(mean - middle))
            for review, mean in zip(reviews, means, strict=True)
        ]
        return fmean(means, shares)


ConsensusPolicy = Annotated[
    RankScore | MeanScore | MedianScore | TrimmedScore | MajorityScore | MinimumScore | AgreementScore,
    Field(discriminator="kind"),
    *plugged("consensus"),
]


def has_quorum(heard: int, seats: int, quorum: float) -> bool:
    """Whether enough of the panel could be heard: at least the share `quorum` (0 to 1) of its seats."""
    return heard >= quorum * seats


def dissent(reviews: Sequence[Review]) -> float:
    """How far the reviewers are apart on one draft: the standard deviation of their mean scores, 0 for one reviewer."""
    return round(pstdev([_mean(review) for review in reviews]), 4) if len(reviews) > 1 else 0.0


def _mean(review: Review) -> float:
    return fmean(review.scores.values()) if review.scores else 0.0
