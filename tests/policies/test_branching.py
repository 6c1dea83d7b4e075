"""Branching policies, with numbers worked by hand."""

from collections import Counter
from random import Random

import pytest
from pydantic import TypeAdapter, ValidationError

from r2s.policies.branching import BranchingPolicy, KeepAbove, KeepBest, KeepTop, Room, Sample

SCORES = {"a": 3.0, "b": 4.5, "c": 4.0, "d": 4.0}


def test_the_best_alone_is_carried_on_and_its_tree_needs_no_bound():
    assert KeepBest().carried("b", SCORES, Random(0)) == ["b"]
    assert KeepBest().room == Room(None, None)


def test_the_top_are_the_chosen_one_and_the_next_best_the_earlier_of_equals_first():
    assert KeepTop(count=3).carried("b", SCORES, Random(0)) == ["b", "c", "d"]
    assert KeepTop(count=9).carried("b", SCORES, Random(0)) == ["b", "c", "d", "a"]


def test_the_chairmans_choice_comes_first_whatever_its_score():
    assert KeepTop(count=2).carried("a", SCORES, Random(0)) == ["a", "b"]
    assert KeepAbove(threshold=5.0).carried("a", SCORES, Random(0)) == ["a"]


def test_a_threshold_carries_on_what_reaches_it_up_to_a_number():
    assert KeepAbove(threshold=4.0, count=9).carried("b", SCORES, Random(0)) == ["b", "c", "d"]
    assert KeepAbove(threshold=4.0, count=2).carried("b", SCORES, Random(0)) == ["b", "c"]


def test_a_sample_draws_each_draft_once_and_the_same_for_the_same_seed():
    drawn = Sample(count=4).carried("b", SCORES, Random(3))

    assert (drawn[0], sorted(drawn)) == ("b", ["a", "b", "c", "d"])
    assert drawn == Sample(count=4).carried("b", SCORES, Random(3))


def test_a_sample_follows_the_scores_as_far_as_the_temperature_lets_it():
    def seconds(temperature: float) -> Counter[str]:
        policy = Sample(count=2, temperature=temperature)
        return Counter(policy.carried("b", {"a": 1.0, "b": 5.0, "c": 2.0}, Random(seed))[1] for seed in range(2000))

    # exp(1) to 1: 73 in a hundred; at 0.1 exp(10) to 1: nearly always; at 100 nearly even.
    assert 0.70 < seconds(1.0)["c"] / 2000 < 0.76
    assert seconds(0.1)["c"] >= 1999
    assert 0.46 < seconds(100.0)["c"] / 2000 < 0.54


def test_room_is_shared_in_equal_parts_and_never_falls_below_nothing():
    assert Room(17, 30).share(3) == Room(5, 10)
    assert Room(17, None).more(-20, 5) == Room(0, None)
    assert Room(5, 10).holds(5, 10)
    assert not Room(5, 10).holds(5, 11)
    assert Room().holds(10**6, 10**6)


def test_the_most_turns_of_a_tree_follow_from_its_branches_and_its_room():
    assert KeepBest().most_turns(5, nodes=3, calls=8) == 5
    assert KeepTop(count=2, nodes=None).most_turns(5, nodes=3, calls=8) == 1 + 2 + 4 + 8 + 16
    assert KeepTop(count=2, nodes=60).most_turns(5, nodes=3, calls=8) == 20
    assert KeepTop(count=2, nodes=60, calls=90).most_turns(5, nodes=3, calls=8) == 11
    assert KeepTop(count=2, nodes=6).most_turns(5, nodes=3, calls=8) == 5


def test_a_policy_is_named_by_its_kind():
    read = TypeAdapter(BranchingPolicy).validate_python

    assert read({"kind": "above", "threshold": 4}) == KeepAbove(threshold=4.0)
    with pytest.raises(ValidationError):
        read({"kind": "sample", "temperature": 0})
