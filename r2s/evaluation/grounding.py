"""Grounding: how much of what the assistant says has verified evidence.

A quote is verified where it stands in the document at its offsets, which reading a tree checks. Whether a sentence
stands on one of its reply's quotes is told by their words, as evidence is cited for a reply and not for a sentence.
"""

from r2s.documents.passages import split_passages
from r2s.documents.words import EVERYDAY_ZIPF, frequency, stems, words
from r2s.evaluation.properties import Figures, share_of
from r2s.samples.dialogue import Dialogue
from r2s.trees.node import Node

# So much of a sentence's own words must stand in one quote; a sentence in other words has no more of them than that.
SHARE = 1 / 3


def grounding_figures(dialogue: Dialogue) -> Figures:
    """The shares of replies, and of their sentences that state anything, with evidence; null without a document."""
    if not dialogue.tree.document.text:
        return {"grounded_replies": None, "grounded_sentences": None}
    sentences = [verdict for reply in dialogue.replies for verdict in _grounded(reply, dialogue.language)]
    return {
        "grounded_replies": share_of(reply.evidence for reply in dialogue.replies),
        "grounded_sentences": share_of(sentences),
    }


def _grounded(reply: Node, language: str) -> list[bool]:
    quotes = [set(stems(span.quote, language)) for span in reply.evidence]
    sentences = (reply.text[span.start : span.end] for span in split_passages(reply.text, language))
    stated = [
        said for sentence in sentences if not sentence.endswith(("?", "？")) and (said := _own(sentence, language))
    ]
    return [any(len(said & quote) >= SHARE * len(said) for quote in quotes) for said in stated]


def _own(sentence: str, language: str) -> set[str]:
    """The words of a sentence that carry its matter, as stems."""
    pairs = zip(words(sentence, language), stems(sentence, language), strict=True)
    return {stem for word, stem in pairs if frequency(word, language) < EVERYDAY_ZIPF}
