"""Runs of words or signs that a text is made of: what texts are compared by."""

from r2s.documents.words import words


def grams(text: str, language: str, length: int) -> frozenset[tuple[str, ...] | str]:
    """The runs of `length` words of a text; in Chinese, of `length` letters and digits."""
    if language == "zh":
        signs = "".join(sign for sign in text if sign.isalnum())
        return frozenset(signs[start : start + length] for start in range(len(signs) - length + 1))
    found = words(text, language)
    return frozenset(tuple(found[start : start + length]) for start in range(len(found) - length + 1))
