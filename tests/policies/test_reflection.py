"""Which phases take place when."""

import pytest
from pydantic import ValidationError

from r2s.policies.reflection import Reflection


@pytest.mark.parametrize(
    ("policy", "turns"),
    [
        (Reflection(), [True, False, False]),
        (Reflection(rewrite_user=True), [True, True, True]),
        (Reflection(instruction=False), [False, False, False]),
    ],
)
def test_the_instruction_is_reflected_on_in_turn_one_unless_the_user_is_rewritten(policy, turns):
    assert [policy.takes_instruction(turn) for turn in (1, 2, 3)] == turns


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"instruction": False, "response": False}, "both phases are off"),
        ({"instruction": False, "rewrite_user": True}, "switch on instruction"),
        ({"respons": False}, "Extra inputs"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings, said):
    with pytest.raises(ValidationError, match=said):
        Reflection(**settings)
