"""BM25 over a few short texts: for the passages of one document, a dictionary each is faster than any index library."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

# The usual weights (Robertson and Zaragoza 2009): how soon more of a term adds little, and how much length counts.
K1, B = 1.5, 0.75


class Bm25:
    """Scores texts, each given as its terms, by the formula of Lucene: no text scores below zero."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        average = sum(map(len, texts)) / len(texts) if any(texts) else 1.0
        self._texts = [_weights(terms, K1 * (1 - B + B * len(terms) / average)) for terms in texts]

    def scores(self, query: Iterable[str]) -> list[float]:
        """The score of every text, in their order; a term asked for twice counts twice."""
        wanted = {term: times * self._rarity(term) for term, times in Counter(query).items()}
        return [sum(rarity * text.get(term, 0.0) for term, rarity in wanted.items()) for text in self._texts]

    def _rarity(self, term: str) -> float:
        holding = sum(term in text for text in self._texts)
        return log(1 + (len(self._texts) - holding + 0.5) / (holding + 0.5))


def _weights(terms: Sequence[str], length: float) -> dict[str, float]:
    return {term: times / (times + length) for term, times in Counter(terms).items()}
