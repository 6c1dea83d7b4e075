"""Runs of words or signs that a text is made of: what texts are compared by."""

from collections.abc import Sequence

from r2s.documents.words import words


def grams(text: str, language: str, length: int) -> frozenset[tuple[str, ...] | str]:
    """The runs of `length` words of a text; in Chinese, of `length` letters and digits."""
    if language == "zh":
        signs = "".join(sign for sign in text if sign.isalnum())
        return frozenset(signs[start : start + length] for start in range(len(signs) - length + 1))
    found = words(text, language)
    return frozenset(tuple(found[start : start + length]) for start in range(len(found) - length + 1))


def said_before(text: str, earlier: Sequence[str]) -> bool:
    """Whether much the same has been said already, word order aside."""
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.utils import default_process

    return any(token_sort_ratio(text, other, processor=default_process, score_cutoff=90) for other in earlier)
