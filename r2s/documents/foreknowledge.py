"""Foreknowledge: what somebody says who cannot know it yet."""

from collections.abc import Iterable

from r2s.documents.document import Document
from r2s.documents.words import specific_words, stems


def foreknown(text: str, document: Document, heard: Iterable[str]) -> set[str]:
    """The document's own words that `text` says before any of the `heard` texts did."""
    said = set(specific_words(text, document.language) & document.specific_words)
    for known in heard:
        if not said:
            break
        said.difference_update(stems(known, document.language))
    return said
