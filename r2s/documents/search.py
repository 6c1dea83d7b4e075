"""Search-Find's search: BM25 over the passages of one document."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy

from r2s.documents.document import Document, Passage
from r2s.documents.words import stems

if TYPE_CHECKING:
    from bm25s import BM25


class PassageSearch:
    """BM25 over one document's passages; built at the first search, then kept."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def search(self, queries: Iterable[str], count: int = 3) -> list[Passage]:
        """The `count` passages nearest to the queries taken together, best first; none where no word is shared."""
        query = [stem for text in queries for stem in _terms(text, self.document.language)]
        if not query or not self.document.passages:
            return []
        scores = self._index.get_scores(query)
        order = numpy.argsort(-scores, kind="stable")[:count]
        return [self.document.passages[position] for position in order if scores[position] > 0]

    @cached_property
    def _index(self) -> BM25:
        import bm25s

        document = self.document
        corpus = [_terms(document.passage_text(passage), document.language) or [""] for passage in document.passages]
        index = bm25s.BM25()
        index.index(corpus, show_progress=False)
        return index


def _terms(text: str, language: str) -> list[str]:
    """Stems; for Chinese also the characters of each word, as a question may cut or shorten words in another way."""
    found = list(stems(text, language))
    if language != "zh":
        return found
    return found + [character for word in found if len(word) > 1 and not word.isascii() for character in word]
