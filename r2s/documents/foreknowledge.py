"""Foreknowledge: what somebody says who cannot know it yet."""

from collections.abc import Iterable

from r2s.documents.document import Document
from r2s.documents.scripts import to_simplified
from r2s.documents.words import rare_runs, specific_words, stems


def foreknown(text: str, document: Document, heard: Iterable[str]) -> set[str]:
    """The document's own words that `text` says before any of the `heard` texts did."""
    if document.language == "zh":
        return _foreknown_chinese(text, document, heard)
    said = set(specific_words(text, document.language) & document.specific_words)
    for known in heard:
        if not said:
            break
        said.difference_update(stems(known, document.language))
    return said


def _foreknown_chinese(text: str, document: Document, heard: Iterable[str]) -> set[str]:
    """Chinese is cut otherwise in another sentence, so words are looked for as they are written and not as cut."""
    written = to_simplified(document.text)
    said = {word for word in rare_runs(text) if word in written}
    for known in heard if said else ():
        simplified = to_simplified(known)
        said = {word for word in said if word not in simplified}
    return said
