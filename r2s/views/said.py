"""Where a reply says what it cites: the places in the reply that each piece of its evidence stands behind."""

from difflib import SequenceMatcher
from typing import NamedTuple

from r2s.documents.language import rules_for
from r2s.documents.quotes import cuts_word, find_quote
from r2s.trees.node import Node

# Shorter runs of signs are what any two sentences share.
SHORTEST_RUN = {"zh": 5, "en": 16}
# Comparing texts sign by sign takes the product of their lengths.
LONGEST = 20_000


class Said(NamedTuple):
    """`text[start:end]` of a reply says what its evidence of this number says; offsets count code points."""

    evidence: int
    start: int
    end: int


def said_spans(reply: Node, lang: str) -> list[Said]:
    """Where the reply says each quote: the whole of it where it is there, else the runs that both share."""
    shortest = SHORTEST_RUN[rules_for(lang)]
    return [
        Said(number, start, end)
        for number, evidence in enumerate(reply.evidence)
        for start, end in _places(evidence.quote, reply.text, shortest)
    ]


def _places(quote: str, text: str, shortest: int) -> list[tuple[int, int]]:
    if len(text) > LONGEST or len(quote) > LONGEST:
        start = text.find(quote)
        return [(start, start + len(quote))] if start >= 0 else []
    if found := find_quote(quote, text):
        return [(found.start, found.end)]
    blocks = SequenceMatcher(None, quote, text, autojunk=False).get_matching_blocks()
    runs = (_trimmed(text, block.b, block.b + block.size) for block in blocks)
    return [(start, end) for start, end in runs if end - start >= shortest]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A run without the parts of words and the signs at its ends."""
    while start < end and (not text[start].isalnum() or cuts_word(text, start)):
        start += 1
    while start < end and (not text[end - 1].isalnum() or cuts_word(text, end)):
        end -= 1
    return start, end
