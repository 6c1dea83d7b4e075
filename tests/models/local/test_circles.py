"""Circles: what comes too often in a row is barred, and what is copied, spelt or merely frequent is not."""

import math
from importlib.util import find_spec

import pytest

from r2s.models.local.circles import LONGEST, barred, without_circles

NO_PROMPT: list[int] = []


@pytest.mark.parametrize("length", [1, 2, 5, LONGEST])
def test_a_piece_that_came_often_enough_does_not_come_once_more(length: int) -> None:
    piece = list(range(100, 100 + length))

    before, said = [[7, *piece * 4][:-left] for left in (2, 1)]

    assert barred(3, NO_PROMPT, said) == {piece[-1]}
    assert barred(3, NO_PROMPT, before) == set()


def test_a_piece_longer_than_any_turn_is_not_looked_for() -> None:
    piece = list(range(LONGEST + 1))

    assert barred(3, NO_PROMPT, [*piece * 4][:-1]) == set()


@pytest.mark.parametrize("said", [[], [5], [5, 5, 5, 6], [5, 6, 5, 7, 5, 8, 5], [1, 2, 3, 9, 1, 2, 3, 9, 1, 2, 3]])
def test_what_comes_often_but_not_on_end_may_come_again(said: list[int]) -> None:
    assert barred(3, NO_PROMPT, said) == set()


def test_what_the_prompt_has_so_often_may_be_copied_and_not_once_more() -> None:
    prompt = [1, 0, 0, 0, 0, 0, 2]

    assert barred(3, prompt, [1, 0, 0, 0]) == set()
    assert barred(3, prompt, [1, 0, 0, 0, 0]) == set()
    assert barred(3, prompt, [1, 0, 0, 0, 0, 0]) == {0}


def test_two_circles_that_a_reply_may_fall_into_are_both_barred() -> None:
    said = [4, 4, 4, 5, 4, 4, 4, 5, 4, 4, 4, 5, 4, 4, 4]

    assert barred(3, NO_PROMPT, said) == {4, 5}


@pytest.mark.skipif(find_spec("torch") is None, reason="needs torch")
def test_what_is_barred_has_no_score_unless_nothing_else_has_one() -> None:
    import torch  # pyright: ignore[reportMissingImports]

    free, held = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([-math.inf, -math.inf, 3.0])

    kept, alone = (without_circles(3, NO_PROMPT, [0, 2, 2, 2], scores) for scores in (free, held))

    assert kept.tolist() == [1.0, 2.0, -math.inf]
    assert alone.tolist() == held.tolist()
    assert free.tolist() == [1.0, 2.0, 3.0]
