"""What a model costs: what is on the list, what the user says, and nothing where nobody is paid."""

import pytest

from r2s.models.prices import Price, may_cost, price_of

FREE = Price(input=0, output=0)


@pytest.mark.parametrize("name", ["extractive", "hf:tiny", "vllm:gpt-4o", "human", "human:anna"])
def test_what_plays_here_and_people_cost_nothing_unless_a_price_is_given(name):
    dear = Price(input=1, output=2)

    assert price_of(name, {}) == FREE
    assert not may_cost(name, {})
    assert price_of(name, {name: dear}) == dear


def test_a_price_that_nobody_knows_is_unknown_and_may_be_any():
    assert price_of("openai:my-own", {}) is None
    assert may_cost("openai:my-own", {})
    assert not may_cost("openai:my-own", {"my-own": FREE})
