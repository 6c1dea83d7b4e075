"""Logic mix, consensus, steering, revision and casting: decisions without a model."""

from collections import Counter
from typing import Literal

import pytest
from pydantic import ValidationError

from r2s.policies.casting import FixedCast, SampledCast
from r2s.policies.consensus import MeanScore, MedianScore, RankScore, dissent
from r2s.policies.logic import FreeChoice, TargetMix
from r2s.policies.population import shipped_population
from r2s.policies.revision import AsItStands, WhenCriticised
from r2s.policies.steering import AlwaysBreadth, VoteSteering
from r2s.seeds import generator
from r2s.trees.node import CRITERIA, LOGIC_TYPES, AssistantCast, Cast, LogicType, Review, UserCast


def review(
    score: int, rank: int = 1, vote: Literal["positive", "negative"] = "positive", name: str = "r", weak: bool = True
) -> Review:
    weaknesses = ("dry",) if weak else ()
    return Review(
        reviewer=name, model="m", scores=dict.fromkeys(CRITERIA, score), rank=rank, vote=vote, weaknesses=weaknesses
    )


def play(policy: TargetMix | FreeChoice, turns: int, seed: int = 0) -> list[LogicType]:
    used: list[LogicType] = []
    for turn in range(turns):
        used.append(policy.choose(used, generator(seed, turn))[0])
    return used


def test_a_target_mix_is_held_over_a_long_dialogue() -> None:
    policy = TargetMix(shares={"question-answer": 0.5, "opinion-rebuttal": 0.25, "statement-inquiry": 0.25})

    counts = Counter(play(policy, 40))

    assert counts == {"question-answer": 20, "opinion-rebuttal": 10, "statement-inquiry": 10}


def test_the_default_mix_gives_variety_and_at_most_half_questions_in_eight_turns() -> None:
    for seed in range(20):
        used = play(TargetMix(), 8, seed)
        questions = sum(type in ("question-answer", "question-question") for type in used)
        assert len(set(used)) >= 3
        assert questions <= 4


def test_the_order_of_shares_means_nothing() -> None:
    shares = dict(TargetMix().shares)
    turned = dict(reversed(shares.items()))

    assert TargetMix(shares=turned) == TargetMix(shares=shares) == TargetMix()
    for seed in range(20):
        assert play(TargetMix(shares=turned), 8, seed) == play(TargetMix(), 8, seed)


def test_no_type_takes_more_than_its_bound() -> None:
    policy = TargetMix(shares={"question-answer": 1.0, "opinion-agreement": 0.001}, max_share=0.6, spread=0)

    used = play(policy, 10)

    assert used.count("question-answer") == 6


def test_another_seed_gives_another_order_and_the_same_seed_the_same() -> None:
    assert play(TargetMix(), 8, seed=1) == play(TargetMix(), 8, seed=1)
    assert len({tuple(play(TargetMix(), 8, seed)) for seed in range(10)}) > 5


def test_free_choice_offers_all_six_types() -> None:
    assert sorted(FreeChoice().choose([], generator(1))) == sorted(LOGIC_TYPES)


def test_shares_must_add_up_to_something() -> None:
    with pytest.raises(ValidationError, match="at least one must be above 0"):
        TargetMix(shares={"question-answer": 0.0})


def test_the_mean_weighs_reviewers() -> None:
    reviews = [review(5, name="kind"), review(1, name="strict")]

    assert MeanScore().score(reviews, {}) == 3
    assert MeanScore().score(reviews, {"strict": 3.0}) == 2


def test_the_median_ignores_one_harsh_reviewer() -> None:
    assert MedianScore().score([review(4), review(4), review(1)], {}) == 4


def test_ranks_decide_where_scores_are_all_the_same() -> None:
    first, second = [review(4, rank=1)] * 3, [review(4, rank=2)] * 3

    assert RankScore().score(first, {}) > RankScore().score(second, {})


def test_of_two_equal_drafts_the_longer_one_loses() -> None:
    panel = {"short": [review(4)], "long": [review(4)]}

    scores = MeanScore(length_cost=0.2).scores(panel, {"short": 100, "long": 200}, {})

    assert scores == {"short": 4.0, "long": 3.8}


def test_dissent_is_how_far_reviewers_are_apart() -> None:
    assert dissent([review(3), review(3)]) == 0
    assert dissent([review(1), review(5)]) == 2
    assert dissent([review(3)]) == 0


@pytest.mark.parametrize(
    ("votes", "mode"),
    [("++-", "breadth"), ("+--", "depth"), ("+-", "depth"), ("+", "breadth")],
)
def test_the_votes_steer_and_a_tie_digs(votes: str, mode: str) -> None:
    reviews = [review(3, vote="positive" if vote == "+" else "negative") for vote in votes]

    assert VoteSteering().mode(reviews, {}, uncovered=1, turns_left=5, dug=0) == mode


def test_a_dialogue_moves_on_when_time_is_short_or_it_has_dug_long_enough() -> None:
    against = [review(2, vote="negative")]

    assert VoteSteering().mode(against, {}, uncovered=6, turns_left=5, dug=0) == "breadth"
    assert VoteSteering(longest_dig=2).mode(against, {}, uncovered=1, turns_left=5, dug=2) == "breadth"
    assert AlwaysBreadth().mode(against, {}, uncovered=1, turns_left=5, dug=0) == "breadth"


def test_a_reply_is_rewritten_only_where_enough_of_the_panel_says_why() -> None:
    against, silent = review(2, vote="negative"), review(2, vote="negative", weak=False)

    assert WhenCriticised(share=0.5, accuracy=0).wanted([against, review(4)])
    assert not WhenCriticised(share=0.6, accuracy=0).wanted([against, review(4)])
    assert not WhenCriticised().wanted([silent, silent])
    assert not AsItStands().wanted([against])


def test_one_reviewer_who_finds_a_reply_inaccurate_is_enough_for_a_rewrite() -> None:
    doubtful = review(4).model_copy(update={"scores": {"accuracy": 3}})

    assert WhenCriticised(share=1.0).wanted([review(4), review(5), doubtful])
    assert not WhenCriticised(share=1.0).wanted([review(4), review(5)])


def test_the_same_seed_casts_the_same_people() -> None:
    draw = SampledCast().draw

    assert draw("the moon", "en", generator(3)) == draw("the moon", "en", generator(3))
    assert len({draw("the moon", "en", generator(seed)) for seed in range(20)}) > 10


def test_every_goal_names_the_subject_in_both_languages() -> None:
    for language in ("en", "zh"):
        assert all("{subject}" in goal.text for goal in shipped_population()[language].goals)
        assert "the moon" in SampledCast().draw("the moon", language, generator(1)).user.goal


def test_a_fixed_cast_is_the_same_for_all_but_for_the_subject() -> None:
    cast = Cast(
        user=UserCast(persona="a cook", goal="about {subject}", knowledge="none", manner="brisk"),
        assistant=AssistantCast(manner="calm"),
    )

    drawn = FixedCast(cast=cast).draw('the "old" moon', "en", generator(1))

    assert drawn.user.goal == 'about the "old" moon'
    assert drawn.user.persona == "a cook"
