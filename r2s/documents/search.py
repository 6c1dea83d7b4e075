"""Search-Find's search: BM25 over the passages of one document."""

from collections.abc import Iterable

from r2s.documents.bm25 import Bm25
from r2s.documents.document import Document, Passage
from r2s.documents.words import stems


class PassageSearch:
    """BM25 over one document's passages."""

    def __init__(self, document: Document) -> None:
        self._passages, self._language = document.passages, document.language
        self._index = Bm25([_terms(document.passage_text(passage), self._language) for passage in self._passages])

    def search(self, queries: Iterable[str], count: int = 3) -> list[Passage]:
        """The `count` passages nearest to the queries taken together, best first; none where no word is shared."""
        scores = self._index.scores(term for text in queries for term in _terms(text, self._language))
        order = sorted(range(len(scores)), key=lambda place: -scores[place])[:count]
        return [self._passages[place] for place in order if scores[place] > 0]


def _terms(text: str, language: str) -> list[str]:
    """Stems; for Chinese also the characters of each word, as a question may cut or shorten words in another way."""
    found = list(stems(text, language))
    if language != "zh":
        return found
    return found + [character for word in found if len(word) > 1 and not word.isascii() for character in word]
