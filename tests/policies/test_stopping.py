"""Stop rules, alone and combined."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from r2s.policies.stopping import (
    DEFAULT_STOP,
    AllOf,
    AnyOf,
    Covered,
    Echo,
    MaxTurns,
    MinTurns,
    NoNewMatter,
    Progress,
    RepeatedGoodbye,
    StopPolicy,
    UserCloses,
)


def progress(**changes: Any) -> Progress:
    usual = {
        "turn": 5,
        "min_turns": 8,
        "max_turns": 12,
        "coverage": 0.5,
        "matter_left": 3,
        "user_closed": False,
        "goodbyes": 0,
        "echo": 0.0,
    }
    return Progress(**{**usual, **changes})


@pytest.mark.parametrize(
    ("rule", "fires", "rests"),
    [
        (MaxTurns(), {"turn": 12}, {"turn": 11}),
        (MinTurns(), {"turn": 8}, {"turn": 7}),
        (Covered(share=0.9), {"coverage": 0.9}, {"coverage": 0.89}),
        (UserCloses(), {"user_closed": True}, {"user_closed": False}),
        (NoNewMatter(), {"matter_left": 0}, {"matter_left": 1}),
        (Echo(share=0.6), {"echo": 0.6}, {"echo": 0.59}),
        (RepeatedGoodbye(count=2), {"goodbyes": 2}, {"goodbyes": 1}),
    ],
)
def test_a_rule_fires_at_its_bound_and_not_before(
    rule: StopPolicy, fires: dict[str, Any], rests: dict[str, Any]
) -> None:
    fired = rule.fires(progress(**fires))

    assert fired is not None
    assert fired[0] == rule.kind
    assert rule.fires(progress(**rests)) is None


def test_any_names_the_rule_that_fired() -> None:
    rule = AnyOf(rules=(MaxTurns(), UserCloses()))

    assert rule.fires(progress(user_closed=True))[0] == "user_closes"  # type: ignore[index]


def test_a_minimum_guards_against_an_early_end() -> None:
    rule = AllOf(rules=(MinTurns(), UserCloses()))

    assert rule.fires(progress(turn=3, user_closed=True)) is None
    assert rule.fires(progress(turn=8, user_closed=True)) == ("user_closes", "the user took their leave")


def test_by_default_coverage_waits_for_the_minimum_but_lack_of_matter_does_not() -> None:
    assert DEFAULT_STOP.fires(progress(turn=3, coverage=0.95)) is None
    assert DEFAULT_STOP.fires(progress(turn=8, coverage=0.95))[0] == "coverage"  # type: ignore[index]
    assert DEFAULT_STOP.fires(progress(turn=3, matter_left=0))[0] == "no_new_matter"  # type: ignore[index]


def test_rules_are_nameable_from_yaml() -> None:
    rule = TypeAdapter(StopPolicy).validate_python(
        {"kind": "any", "rules": [{"kind": "max_turns"}, {"kind": "all", "rules": [{"kind": "min_turns"}]}]}
    )

    assert isinstance(rule, AnyOf)
    assert isinstance(rule.rules[1], AllOf)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValidationError, match="sunset"):
        TypeAdapter(StopPolicy).validate_python({"kind": "sunset"})
