"""Circles: a weak model may find itself where it looks for what to copy, and say one thing until its room is used up.

A penalty on what was said before would end them too, and with them quotes and the marks of JSON. Here nothing is barred
but a piece that follows upon itself, again and again, where the prompt does not have it so.
"""

from collections.abc import Sequence
from typing import Any

# The longest piece, in tokens: more than most turns of a dialogue have.
LONGEST = 128
# What keeps replies straight within vLLM, and what a request to it calls the number of times.
PROCESSOR, SETTING = "r2s.models.local.straight:Straight", "r2s_repeats"


def without_circles(repeats: int, prompt: Sequence[int], said: Sequence[int], scores: Any) -> Any:
    """The scores of one reply's next token, none for those that are barred; as they are where no other is left."""
    tokens = barred(repeats, prompt, said)
    if not tokens:
        return scores
    kept = scores.clone()
    kept[sorted(tokens)] = float("-inf")
    return kept if bool(kept.isfinite().any()) else scores


def barred(repeats: int, prompt: Sequence[int], said: Sequence[int]) -> set[int]:
    """The tokens by which a piece would stand more than `repeats` times on end (two at the least), and in the prompt
    never so often."""
    longest = min(LONGEST, (len(said) + 1) // (repeats + 1))
    full = (length for length in range(1, longest + 1) if _is_full(said, length, repeats))
    return {said[-length] for length in full if not _holds(prompt, [*_circle(said, length), said[-length]])}


def _is_full(said: Sequence[int], length: int, repeats: int) -> bool:
    """Whether the last tokens are a piece of this length over and over, one token short of once too often."""
    if said[-1] != said[-1 - length]:
        return False
    last = said[1 - (repeats + 1) * length :]
    return last[length:] == last[:-length]


def _circle(said: Sequence[int], length: int) -> Sequence[int]:
    """All of the last tokens of which each is the one that stands `length` before it, and the first piece."""
    first = len(said)
    while first > length and said[first - 1] == said[first - 1 - length]:
        first -= 1
    return said[first - length :]


def _holds(prompt: Sequence[int], piece: Sequence[int]) -> bool:
    size = len(piece)
    return any(prompt[start] == piece[0] and prompt[start : start + size] == piece for start in range(len(prompt)))
