"""Consensus policies, each on a panel worked out by hand."""

from typing import Literal

import pytest

from r2s.policies.consensus import (
    AgreementScore,
    ConsensusPolicy,
    MajorityScore,
    MeanScore,
    MedianScore,
    MinimumScore,
    RankScore,
    TrimmedScore,
    dissent,
    has_quorum,
)
from r2s.trees.node import Review

ALL = (RankScore, MeanScore, MedianScore, TrimmedScore, MajorityScore, MinimumScore, AgreementScore)


def review(name: str, usefulness: int, depth: int, vote: Literal["positive", "negative"] = "positive") -> Review:
    return Review(reviewer=name, model="m", scores={"usefulness": usefulness, "depth": depth}, rank=1, vote=vote)


# Mean scores 4.5, 4, 4, 2.5 and 1; the last two vote against.
PANEL = [
    review("a", 5, 4),
    review("b", 4, 4),
    review("c", 3, 5),
    review("d", 3, 2, "negative"),
    review("e", 1, 1, "negative"),
]


@pytest.mark.parametrize(
    ("policy", "score"),
    [
        (MeanScore(), 16 / 5),
        (MedianScore(), 4.0),
        (TrimmedScore(), (4 + 4 + 2.5) / 3),
        (TrimmedScore(cut=0), 16 / 5),
        (TrimmedScore(cut=2), 4.0),
        (TrimmedScore(cut=9), 4.0),
        (MajorityScore(), 3 / 5 + 0.032),
        (MinimumScore(), 1.0),
        # Distances from the median 4: .5, 0, 0, 1.5, 3; so shares 2/3, 1, 1, .4 and .25.
        (AgreementScore(), (4.5 * 2 / 3 + 4 + 4 + 2.5 * 0.4 + 1 * 0.25) / (2 / 3 + 1 + 1 + 0.4 + 0.25)),
    ],
)
def test_a_panel_of_five_comes_to_what_is_worked_out_by_hand(policy: ConsensusPolicy, score: float) -> None:
    assert policy.score(PANEL, {}) == pytest.approx(score)


@pytest.mark.parametrize(
    ("policy", "score"),
    [
        (MeanScore(), (4.5 + 4 + 4 + 2.5 + 6 * 1) / 10),
        (MedianScore(), 4.0),
        # The weight of one who is cut goes with them.
        (TrimmedScore(), 10.5 / 3),
        (MajorityScore(), 3 / 10 + 0.021),
        (MinimumScore(), 1.0),
        (AgreementScore(), (3 + 4 + 4 + 1 + 1 * 1.5) / (2 / 3 + 1 + 1 + 0.4 + 1.5)),
    ],
)
def test_weights_count_where_reviewers_are_averaged(policy: ConsensusPolicy, score: float) -> None:
    assert policy.score(PANEL, {"e": 6.0}) == pytest.approx(score)


def test_trimming_leaves_somebody_in_a_small_panel() -> None:
    assert TrimmedScore().score(PANEL[:1], {}) == 4.5
    assert TrimmedScore().score(PANEL[:2], {}) == 4.25
    assert TrimmedScore().score(PANEL[2:], {}) == 2.5


def test_votes_come_before_scores_in_a_majority() -> None:
    loved = [review("a", 5, 5), review("b", 5, 5, "negative"), review("c", 5, 5, "negative")]
    liked = [review("a", 3, 3), review("b", 3, 3), review("c", 1, 1, "negative")]

    assert MajorityScore().score(liked, {}) > MajorityScore().score(loved, {})


def test_length_never_outweighs_a_vote_in_a_majority() -> None:
    scores = MajorityScore().scores({"long": PANEL, "short": PANEL[1:]}, {"long": 800, "short": 100}, {})

    assert scores["long"] > scores["short"]


@pytest.mark.parametrize("policy", ALL)
def test_nobody_heard_is_no_points(policy: type) -> None:
    assert policy().score([], {}) == 0.0


@pytest.mark.parametrize("policy", ALL)
def test_every_policy_can_be_named_in_yaml(policy: type) -> None:
    from r2s.config import load_config

    named = load_config(flags={"policies.consensus.kind": policy().kind})

    assert isinstance(named.policies.consensus, policy)


def test_dissent_is_the_spread_of_the_panel() -> None:
    # Mean 3.2; squared distances 1.69, .64, .64, .49, 4.84: together 8.3.
    assert dissent(PANEL) == round((8.3 / 5) ** 0.5, 4)


@pytest.mark.parametrize(
    ("heard", "seats", "quorum", "is_enough"),
    [
        (1, 2, 0.5, True),
        (1, 3, 0.5, False),
        (2, 3, 0.5, True),
        (2, 3, 1.0, False),
        (0, 0, 0.5, True),
        (0, 5, 0.1, False),
    ],
)
def test_a_quorum_is_a_share_of_the_seats(heard: int, seats: int, quorum: float, is_enough: bool) -> None:
    assert has_quorum(heard, seats, quorum) == is_enough
