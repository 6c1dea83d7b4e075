"""Checking quotes: a citation is a fact with offsets, or it is nothing."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import product
from typing import Literal

_SPACE = re.compile(r"\s+")
_FOLD = str.maketrans("“”‘’–—，：；（）！？", "\"\"''--,:;()!?")
_WRAPPING = " \t\r\n\"“”‘’'「」『』…"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# Below this similarity (0 to 100) two texts are about as alike as any two sentences of one subject.
FUZZY_SCORE = 85.0
SHORTEST_FUZZY = 8
# How much shorter or longer than the quote a place may be and still be the place that was meant.
LENGTHS = (0.75, 1.3)


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]`, and how it was found."""

    start: int
    end: int
    match: Literal["exact", "fuzzy"]


def find_quote(quote: str, text: str, start: int = 0, end: int | None = None) -> Span | None:
    """Where `quote` stands in `text[start:end]`: as it is, else but for spacing and signs, else by close likeness.

    A likeness with another number in it is another fact, and no quote.
    """
    end = len(text) if end is None else min(end, len(text))
    quote = unicodedata.normalize("NFC", quote).strip()
    bare = quote.strip(_WRAPPING)
    if not bare:
        return None
    return _exact(quote, text, start, end) or _exact(bare, text, start, end) or _near(bare, text, start, end)


def _exact(quote: str, text: str, start: int, end: int) -> Span | None:
    position = text.find(quote, start, end)
    while position >= 0:
        if not cuts_word(text, position) and not cuts_word(text, position + len(quote)):
            return Span(position, position + len(quote), "exact")
        position = text.find(quote, position + 1, end)
    return None


def _near(quote: str, text: str, start: int, end: int) -> Span | None:
    return _folded(quote, text, start, end) or _fuzzy(quote, text, start, end)


def _folded(quote: str, text: str, start: int, end: int) -> Span | None:
    parts = [re.escape(part) for part in _SPACE.split(quote.translate(_FOLD))]
    for match in re.finditer(r"\s+".join(parts), text[start:end].translate(_FOLD), re.IGNORECASE):
        if not cuts_word(text, start + match.start()) and not cuts_word(text, start + match.end()):
            return Span(start + match.start(), start + match.end(), "fuzzy")
    return None


def _fuzzy(quote: str, text: str, start: int, end: int) -> Span | None:
    from rapidfuzz.fuzz import partial_ratio_alignment

    if not SHORTEST_FUZZY <= len(quote) <= end - start:
        return None
    found = partial_ratio_alignment(_lower(quote), _lower(text[start:end]), score_cutoff=FUZZY_SCORE)
    if found is None:
        return None
    firsts = _word_edges(text, start + found.dest_start, start, end)
    lasts = _word_edges(text, start + found.dest_end, start, end)
    first, last = _bare_of_signs(text, *_likest(quote, text, firsts, lasts))
    return Span(first, last, "fuzzy") if _is_meant(quote, text[first:last]) else None


def _likest(quote: str, text: str, firsts: set[int], lasts: set[int]) -> tuple[int, int]:
    from rapidfuzz.fuzz import ratio

    places = sorted(product(firsts, lasts))
    return max(places, key=lambda place: ratio(_lower(quote), _lower(text[place[0] : place[1]])))


def _bare_of_signs(text: str, first: int, last: int) -> tuple[int, int]:
    while first < last and not text[first].isalnum():
        first += 1
    while first < last and not text[last - 1].isalnum():
        last -= 1
    return first, last


def _is_meant(quote: str, piece: str) -> bool:
    has_its_length = LENGTHS[0] * len(quote) <= len(piece) <= LENGTHS[1] * len(quote)
    return has_its_length and _NUMBER.findall(quote) == _NUMBER.findall(piece)


def _word_edges(text: str, position: int, start: int, end: int) -> set[int]:
    """The place itself where it is between words, else where its word starts and where it ends."""
    left = right = position
    while left > start and cuts_word(text, left):
        left -= 1
    while right < end and cuts_word(text, right):
        right += 1
    return {left, right}


def cuts_word(text: str, position: int) -> bool:
    """Whether a position of a text is within a word."""
    return 0 < position < len(text) and _is_spelt(text[position - 1]) and _is_spelt(text[position])


def _is_spelt(character: str) -> bool:
    """Whether words are spelt with such characters; a Chinese one may stand beside anything."""
    return character.isalnum() and character < "\u2e80"


def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else text
