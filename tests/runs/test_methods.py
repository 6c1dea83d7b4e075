"""What a method says of its calls, against what it makes."""

import pytest

from r2s import api
from r2s.config import load_config
from r2s.runs.methods import METHODS
from tests.conftest import Scripted, lighthouse


@pytest.mark.parametrize("reviewers", [0, 1, 5])
def test_a_smooth_examination_asks_as_often_as_it_says(reviewers: int) -> None:
    config = load_config(flags={"method": "review", "turns": 3, "reviewers": reviewers})
    smooth, most, model = METHODS["review"].smooth(config), METHODS["review"].most(config), Scripted({})

    (tree,) = api.run(lighthouse(), config=config, model=model)

    assert tree.totals.calls == len(model.requests) == smooth.once + 3 * smooth.a_turn
    assert smooth.once + 3 * smooth.a_turn <= most.once + 3 * most.a_turn
