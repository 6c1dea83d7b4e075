"""Words of a text: for the search, for comparing texts, and for telling common words from those of a subject."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from math import log10
from types import ModuleType
from typing import TYPE_CHECKING

from r2s.documents.frequencies import shares
from r2s.documents.scripts import to_simplified

if TYPE_CHECKING:
    from Stemmer import Stemmer

# Numbers with their signs, abbreviations with their stops, and words with what is hyphenated or elided.
_LATIN = re.compile(r"\d+(?:[.,]\d+)+(?!\w)|(?:[A-Za-z]\.){2,}|[^\W_]+(?:['’-][^\W_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_PARTS = re.compile(r"[-']")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Prof|Gen|Capt|Col|Rev|Sir)\.$")
# Zipf 4 is ten uses in a million words: "consensus" and rarer belong to a subject, "publish" and commoner to everybody.
COMMON_ZIPF = 4.0
COMMON_CHARACTER_ZIPF = 5.0
# Words commoner than this say too little to be asked about, or to show what a sentence is about.
EVERYDAY_ZIPF = 5.6


# What is said is looked at by many: planner, candidates, reviewers and checks. Whole documents are not kept.
_CACHED_TEXTS, _CACHED_LENGTH = 2048, 1500
_CACHED_WORDS = 8192


def words(text: str, language: str) -> Sequence[str]:
    """The words of `text` in order, lower case, Chinese in simplified script; punctuation is left out."""
    return _cached_words(text, language) if len(text) <= _CACHED_LENGTH else _words(text, language)


def stems(text: str, language: str) -> Sequence[str]:
    """Words for the search: stemmed in English, as they are in Chinese."""
    return _cached_stems(text, language) if len(text) <= _CACHED_LENGTH else _stems(text, language)


def spoken_length(text: str, language: str) -> int:
    """Words, or characters in Chinese, as people count the length of a text."""
    return sum(character.isalnum() for character in text) if language == "zh" else len(words(text, language))


def _words(text: str, language: str) -> tuple[str, ...]:
    if language == "zh":
        return tuple(word.lower() for word in _segmenter().cut(to_simplified(text)) if word[0].isalnum())
    return tuple(map(_plain, _LATIN.findall(text)))


def _stems(text: str, language: str) -> tuple[str, ...]:
    found = words(text, language)
    return tuple(found) if language == "zh" else tuple(_stemmer().stemWords(list(found)))


_cached_words = functools.lru_cache(_CACHED_TEXTS)(_words)
_cached_stems = functools.lru_cache(_CACHED_TEXTS)(_stems)


def frequency(word: str, language: str) -> float:
    """How common a word is on the Zipf scale: 0 for one rarer than once in a million words, above 7 for "the"."""
    share = shares(language).get(word.lower())
    return log10(share) + 9 if share else 0.0


@functools.lru_cache(_CACHED_TEXTS)
def specific_words(text: str, language: str) -> frozenset[str]:
    """The words, stemmed in English, that belong to a subject: names, numbers, and whatever is not common."""
    if language == "zh":
        return frozenset(word for word in words(text, language) if _is_specific_chinese(word))
    return frozenset(_stemmer().stemWords(sorted(_specific_english(text))))


@functools.lru_cache(_CACHED_TEXTS)
def rare_runs(text: str) -> frozenset[str]:
    """The specific words of a Chinese text, and the pairs of single characters that may be a name nobody has listed."""
    found = words(text, "zh")
    pairs = {
        first + second
        for first, second in itertools.pairwise(found)
        if len(first) == len(second) == 1 and _is_rare_character(first) and _is_rare_character(second)
    }
    return specific_words(text, "zh") | pairs


def _is_rare_character(character: str) -> bool:
    """Whether a character standing alone is no word of everyday use, and so perhaps part of a name."""
    return bool(_HAN.match(character)) and frequency(character, "zh") < COMMON_CHARACTER_ZIPF


@functools.lru_cache(_CACHED_WORDS)
def _plain(word: str) -> str:
    return word.lower().replace("’", "'").rstrip(".")


def _is_specific_chinese(word: str) -> bool:
    if not _HAN.search(word):
        return len(word) > 1
    return len(word) > 1 and frequency(word, "zh") < COMMON_ZIPF


def _specific_english(text: str) -> set[str]:
    found: set[str] = set()
    for match in _LATIN.finditer(text):
        word = match.group()
        plain, is_specific, may_be_name = _looks(word)
        if is_specific or (may_be_name and not _opens_sentence(text, match.start())):
            found.add(plain)
    return found


@functools.lru_cache(_CACHED_WORDS)
def _looks(word: str) -> tuple[str, bool, bool]:
    """A word in its plain form, whether it is specific anywhere, and whether it is one where no sentence opens."""
    plain = _plain(word)
    return plain, word[0].isdigit() or _is_rare(plain), word[0].isupper() and _is_long(word)


def _is_long(word: str) -> bool:
    """Longer than a letter, "I" with what is elided after it being one."""
    return len(_PARTS.split(word.replace("’", "'"))[0]) > 1


@functools.lru_cache(_CACHED_WORDS)
def _is_rare(word: str) -> bool:
    """Whether a word, or a part of a compound, is not common; an elided ending makes no word rare."""
    if len(word) == 1 or frequency(word, "en") >= COMMON_ZIPF:
        return False
    parts = [part for part in _PARTS.split(word) if len(part) > 2]
    return any(frequency(part, "en") < COMMON_ZIPF for part in parts or [word])


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start].rstrip(" \"'“‘([")
    if not before:
        return True
    return before[-1] in ".!?:\n" and not _ABBREVIATION.search(before)


@functools.cache
def _segmenter() -> ModuleType:
    import rjieba

    return rjieba


@functools.cache
def _stemmer() -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer("english")
