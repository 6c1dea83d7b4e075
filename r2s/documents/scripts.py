"""Chinese scripts: telling simplified from traditional, and converting between them character by character."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


# What is said is converted again and again, by search, checks and rules; whole documents are not kept.
_CACHED_LENGTH = 1500


def to_simplified(text: str) -> str:
    """The text in simplified script, one character for one, so that offsets stay."""
    if text.isascii():
        return text
    return _one_to_one(text, "t2s") if len(text) > _CACHED_LENGTH else _cached(text, "t2s")


def to_traditional(text: str) -> str:
    """The text in traditional script; words may be chosen anew, so offsets need not stay."""
    return _converter("s2t").convert(text)


def is_traditional(text: str) -> bool:
    """Whether the text holds more characters that only the traditional script has than simplified-only ones."""
    simplified, traditional = _converter("t2s").convert(text), _converter("s2t").convert(text)
    return _differences(text, simplified) > _differences(text, traditional)


def _one_to_one(text: str, mode: str) -> str:
    converted = _converter(mode).convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(one if len(one := _converter(mode).convert(character)) == 1 else character for character in text)


_cached = functools.lru_cache(4096)(_one_to_one)


def _differences(first: str, second: str) -> int:
    return sum(a != b for a, b in zip(first, second, strict=False))


@functools.cache
def _converter(mode: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(mode)
