"""Populations and quotas: traits that go together, in the shares that were asked for."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from r2s.errors import ConfigError
from r2s.policies.casting import QuotaCast, SampledCast
from r2s.policies.population import Combination, Population, read_population, shipped_population
from r2s.policies.quotas import apportion, assemble
from r2s.seeds import generator

LANGUAGES = ("en", "zh")
PLAIN: dict[str, Any] = {
    "personas": ["a nurse", "a cook"],
    "goals": ["I want to know about {subject}."],
    "knowledge": ["none"],
    "manners": ["blunt"],
    "assistants": ["calm"],
}


def population(**changes: Any) -> Population:
    return Population.model_validate({**PLAIN, **changes})


def texts(population: Population, drawn: list[Combination], dimension: int = 0) -> Counter[str]:
    return Counter(population.values[dimension][hand[dimension]].text for hand in drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pupil_has_no_daughter_who_asks_and_no_colleagues(language: str) -> None:
    shipped = shipped_population()[language]

    drawn = [shipped.draw(generator(seed)) for seed in range(400)]

    tags = [
        {tag for values, place in zip(shipped.values, hand, strict=True) for tag in values[place].tags}
        for hand in drawn
    ]
    assert any("young" in own for own in tags)
    assert not [own for own in tags if "young" in own and own & {"has-children", "has-colleagues"}]


def test_shares_are_chances_where_every_cast_is_drawn_by_itself() -> None:
    uneven = population(personas=[{"text": "a nurse", "share": 9}, "a cook"])

    counts = texts(uneven, [uneven.draw(generator(seed)) for seed in range(1000)])

    assert 860 < counts["a nurse"] < 940


def test_draws_do_not_repeat_while_the_population_has_others_and_then_they_do() -> None:
    small = population(manners=["blunt", "chatty"])
    taken: list[Combination] = []

    for number in range(5):
        taken.append(small.draw(generator(number), taken))

    assert len(set(taken[:4])) == 4
    assert taken[4] in taken[:4]


def test_an_age_lies_in_the_ranges_of_all_traits_and_is_told() -> None:
    ages = population(
        personas=[{"text": "a nurse of {age}", "age": "22-64"}],
        goals=[{"text": "My son asked about {subject}.", "age": "30-99"}],
        ages={"14-40": 1, "41-99": 1},
    )

    told = [ages.cast(ages.draw(generator(seed)), "the {age} moon", generator(seed, "age")).user for seed in range(200)]

    years = {int(user.persona.removeprefix("a nurse of ")) for user in told}
    assert (min(years), max(years)) == (30, 64)
    assert told[0].goal == "My son asked about the {age} moon."


def test_quotas_are_met_by_whole_parts_and_the_largest_remainders() -> None:
    assert apportion([0.5, 0.3, 0.2], 10, generator(0)) == [5, 3, 2]
    assert apportion([0.55, 0.3, 0.15], 10, generator(1)) in ([6, 3, 1], [5, 3, 2])
    assert apportion([0.57, 0.28, 0.15], 10, generator(1)) == [6, 3, 1]
    assert sorted(apportion([1, 1, 1], 4, generator(2))) == [1, 1, 2]


@pytest.mark.parametrize("count", [7, 100])
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_quotas_hold_at_once_without_a_clash(language: str, count: int) -> None:
    shipped = shipped_population()[language]

    hands = assemble(shipped, [str(number) for number in range(count)], generator(5))

    assert all(shipped.fits(hand) for hand in hands)
    for dimension, values in enumerate(shipped.values):
        counts = Counter(hand[dimension] for hand in hands)
        assert all(abs(counts[place] - count / len(values)) < 1 for place in range(len(values)))


def test_bands_of_ages_have_quotas_too() -> None:
    ages = population(
        personas=[
            {"text": "a pupil of {age}", "age": "14-19"},
            {"text": "a cook of {age}", "age": "20-64", "share": 3},
        ],
        ages={"14-19": 1, "20-40": 1, "41-64": 2},
    )

    hands = assemble(ages, [str(number) for number in range(40)], generator(1))

    assert texts(ages, hands, 5) == {"14-19": 10, "20-40": 10, "41-64": 20}
    assert texts(ages, hands) == {"a pupil of {age}": 10, "a cook of {age}": 30}
    assert all(ages.fits(hand) for hand in hands)


def test_where_quotas_and_exclusions_cannot_both_hold_no_cast_clashes_and_the_quota_gives_way() -> None:
    torn = population(
        personas=[{"text": "a pupil", "share": 3, "tags": ["young"]}, "a cook"],
        goals=[{"text": "My son asked about {subject}.", "share": 3, "tags": ["parent"]}, "I wonder about {subject}."],
        excludes=[["young", "parent"]],
    )

    hands = assemble(torn, [str(number) for number in range(40)], generator(1))

    assert all(torn.fits(hand) for hand in hands)
    assert texts(torn, hands) != {"a pupil": 30, "a cook": 10}


def test_within_a_group_no_hand_comes_twice() -> None:
    shipped = shipped_population()["en"]
    groups = [str(number % 5) for number in range(200)]

    hands = assemble(shipped, groups, generator(3))

    assert len(set(zip(groups, hands, strict=True))) == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"personas": [{"text": "a cook", "shar": 2}]}, "en.personas.0.shar: Extra inputs are not permitted"),
        ({"personas": [{"text": "a cook", "share": 0}]}, "en.personas.0.share: Input should be greater than 0"),
        ({"goals": []}, "en.goals: Tuple should have at least 1 item"),
        ({"hobbies": ["chess"]}, "en.hobbies: Extra inputs are not permitted"),
        ({"ages": {"young": 1}}, "en.ages.young"),
        ({"personas": [{"text": "a cook", "age": "64-20"}]}, "en: personas.0: the range 64-20 ends before it begins"),
        ({"personas": ["a cook of {age}"]}, "en: personas.0: {age} needs an age"),
        ({"excludes": [["cook", "nurse"]]}, "en: excludes: no trait has the tag cook"),
        (
            {"personas": [{"text": "x", "tags": ["a", "b"]}], "excludes": [["a", "b"]]},
            "en: personas.0: its own tags exclude each other: a, b",
        ),
        (
            {"personas": [{"text": "x", "age": "14-19"}], "manners": [{"text": "y", "age": "20-30"}]},
            "en: excludes and ages leave no traits that go together",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"en": {**PLAIN, **changes}}), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"people\.yaml: .*" + re.escape(said)):
        read_population(path)


def test_a_file_that_is_missing_or_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("en: [", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"broken\.yaml: this is no YAML"):
        read_population(tmp_path / "broken.yaml")
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read"):
        read_population(tmp_path / "none.yaml")


def test_what_a_configuration_keeps_of_a_population_makes_the_same_policy(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"en": {**PLAIN, "ages": {"14-19": 1}}}), encoding="utf-8")

    policy = QuotaCast(population=path)  # type: ignore[arg-type]

    assert QuotaCast.model_validate(policy.model_dump(mode="json")) == policy


def test_a_language_that_a_population_does_not_speak_is_named() -> None:
    with pytest.raises(ConfigError, match="nobody speaks zh"):
        SampledCast(population={"en": population()}).draw("月亮", "zh", generator(1))


def test_a_population_knows_no_other_lists() -> None:
    with pytest.raises(ValidationError, match="hobbies"):
        population(hobbies=["chess"])
