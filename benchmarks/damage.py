"""Damage to files, drawn by chance: a flipped bit, a lost end, a lost piece, a piece of zeros."""

import random
from collections.abc import Callable
from pathlib import Path


def flip_a_bit(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def cut_the_end(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def lose_a_piece(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    del content[start : start + chance.randrange(1, 5000)]


def zero_a_piece(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.randrange(1, 5000))
    content[start:end] = bytes(end - start)


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (flip_a_bit, cut_the_end, lose_a_piece, zero_a_piece)


def damage(path: Path, chance: random.Random) -> str:
    """Damage a file in one way; returns in words what was done."""
    content = bytearray(path.read_bytes())
    if not content:
        return f"{path.name}: empty as it is"
    how = chance.choice(DAMAGES)
    how(content, chance)
    path.write_bytes(content)
    return f"{path.name}: {how.__name__.replace('_', ' ')}"
