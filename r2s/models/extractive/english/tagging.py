"""The words of an English sentence with their parts of speech (BNC tags: NN1, VVD, AT0 ...) and their offsets."""

import functools
import re
from dataclasses import dataclass
from typing import Any

# "isn't" and "Chopin's" are two words each to the tagger, as they are to a grammar.
_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}|[A-Z]\.(?=\s[A-Z][a-z])|(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|No|Op)\.|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|%)?"
    r"|[^\W\d_]+(?=n['’]t\b)|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b|[^\W_]+(?:[-–][^\W_]+)*|\S"
)
FINITE = frozenset({"VVD", "VVZ", "VVB", "VBD", "VBZ", "VBB", "VHD", "VHZ", "VHB", "VDD", "VDZ", "VDB", "VM0"})
NOUNS = frozenset({"NN0", "NN1", "NN2", "NN", "NP0", "CRD", "ORD", "UNC", "PNI"})
# What may stand inside a noun phrase before its head.
BEFORE_NOUN = frozenset({"AT0", "DPS", "DT0", "AJ0", "AJC", "AJS", "CRD", "ORD", "POS", "NP0"}) | NOUNS
_NEVER_VERBS = frozenset({"according", "following", "including", "left", "united", "south", "north"})


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    tag: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def is_finite(self) -> bool:
        return self.tag in FINITE


@functools.lru_cache(maxsize=4096)
def tagged(sentence: str) -> tuple[Token, ...]:
    """The words of `sentence`, each tagged in the light of the others."""
    matches = list(_TOKEN.finditer(sentence))
    tags: list[str] = _tagger().tag_sent([match.group().replace("’", "'") for match in matches], taglevel=0)
    return tuple(
        Token(match.group(), _mended(match.group(), tag), match.start(), match.end())
        for match, tag in zip(matches, tags, strict=True)
    )


def _mended(word: str, tag: str) -> str:
    """The tag, where the tagger's model is known to go wrong put right."""
    if word in {"'s", "’s"} and tag != "VBZ":
        return "POS"
    if word.lower() == "cannot":
        return "VM0"
    if word in {"(", ")", "[", "]", ",", ";", ":", "—", "–", "-", "/"}:
        return "PUN"
    if word[0].isupper() and word.lower() in _NEVER_VERBS:
        return "AV0" if word[0].islower() else "PRP" if word.lower().endswith("ing") else "NP0"
    return tag


@functools.cache
def _tagger() -> Any:
    from HanTa import HanoverTagger

    return HanoverTagger.HanoverTagger("morphmodel_en.pgz")
