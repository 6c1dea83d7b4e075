"""Evol-Instruct's operations and its eliminator."""

from collections import Counter

import pytest

from r2s.agents.questioner import briefs
from r2s.policies.evolving import EvolInstruct, NoEvolving
from r2s.seeds import generator


def test_by_default_no_question_is_evolved_or_eliminated() -> None:
    policy = NoEvolving()

    assert policy.operation("depth", generator(1)) is None
    assert policy.flaws_of("the same", "the same", "en") == {}
    assert not policy.eliminates("Sorry.", "en")


def test_the_five_operations_of_depth_have_the_same_chance() -> None:
    policy = EvolInstruct()

    drawn = Counter(policy.operation("depth", generator(seed)) for seed in range(1000))

    assert set(drawn) == {"add-constraint", "deepen", "concretise", "more-reasoning-steps", "complicate-input"}
    assert all(160 <= count <= 240 for count in drawn.values())


def test_breadth_asks_for_something_new_in_the_domain() -> None:
    assert {EvolInstruct().operation("breadth", generator(seed)) for seed in range(9)} == {"new-in-domain"}


def test_the_same_seed_draws_the_same_operation() -> None:
    policy = EvolInstruct()

    assert policy.operation("depth", generator(3)) == policy.operation("depth", generator(3))


def test_every_operation_is_told_in_both_languages() -> None:
    policy = EvolInstruct()

    assert set(briefs()) == {*policy.depth, *policy.breadth}
    assert all(set(told) == {"en", "zh"} for told in briefs().values())


@pytest.mark.parametrize(
    ("question", "before", "language", "has_gain"),
    [
        ("Which ways are there to keep the bees?", "Name ways to keep bees.", "en", False),
        ("And can you keep a bee in what ways?", "Name ways to keep bees.", "en", False),
        ("Name ways to keep bees on a balcony.", "Name ways to keep bees.", "en", True),
        ("Add 12 and 7.", "Add 12 and 5.", "en", True),
        ("可以养蜂的方法是什么？", "养蜂的方法", "zh", False),
        ("阳台上养蜂的方法", "养蜂的方法", "zh", True),
    ],
)
def test_a_question_gains_by_a_word_of_matter(question: str, before: str, language: str, has_gain: bool) -> None:
    assert (EvolInstruct().flaws_of(question, before, language) == {}) == has_gain


@pytest.mark.parametrize(
    ("answer", "language", "is_eliminated"),
    [
        ("I'm sorry, but I cannot open links.", "en", True),
        ("Sorry " + "is a word of many uses here " * 20, "en", False),
        ("He felt sorrow.", "en", False),
        ("...", "en", True),
        ("It is what it is.", "en", True),
        ("42", "en", False),
        ("Granite.", "en", False),
        ("很抱歉，我不知道。", "zh", True),
        ("是的。", "zh", True),
        ("花岗岩。", "zh", False),
    ],
)
def test_short_apologies_and_empty_words_speak_against_a_question(
    answer: str, language: str, is_eliminated: bool
) -> None:
    assert EvolInstruct().eliminates(answer, language) == is_eliminated
