"""The normal form of a text, to which every offset refers: NFC, plain line ends, no characters that cannot be seen."""

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, soft hyphens, zero-width spaces, direction marks, byte-order marks, halves of surrogate pairs, and the tag
# characters, in which whole sentences can be hidden.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    r"\U000e0000-\U000e007f]"
)
_LINE_MARGINS = re.compile(r"[^\S\n]+\n")
_BLANK_LINES = re.compile(r"\n{3,}")


def normalise(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return _BLANK_LINES.sub("\n\n", _LINE_MARGINS.sub("\n", text)).strip()


def one_line(text: str) -> str:
    """Normal, and without line ends: for titles and ids."""
    return " ".join(normalise(text).split())
