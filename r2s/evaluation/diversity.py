"""How much a set of texts says in different ways. All figures depend on how many texts are looked at: it is told."""

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Any

from r2s.documents.words import words
from r2s.evaluation.self_bleu import Tokens, grams_of, self_bleu

if TYPE_CHECKING:
    import numpy

    from r2s.evaluation.embeddings import Encoder

ORDERS = (1, 2, 3)


class Sample:
    """At most `size` texts of a stream, each with the same chance; the same stream gives the same sample."""

    def __init__(self, size: int) -> None:
        self.size, self.count, self.texts = size, 0, list[str]()
        self._random = Random(0)

    def add(self, text: str) -> None:
        self.count += 1
        if len(self.texts) < self.size:
            self.texts.append(text)
        elif (place := self._random.randrange(self.count)) < self.size:
            self.texts[place] = text


def diversity(sample: Sample, language: str, encoder: "Encoder") -> dict[str, Any]:
    """Distinct-n, self-BLEU and embedding diversity of the sampled texts, and how many of all these were."""
    texts = [words(text, language) for text in sample.texts]
    return {
        "texts": sample.count,
        "sampled": len(texts),
        **{f"distinct_{order}": distinct(texts, order) for order in ORDERS},
        "self_bleu": self_bleu(texts),
        "embedding_diversity": mean_distance(encoder.encode(sample.texts)) if len(texts) > 1 else None,
        "encoder": encoder.name,
    }


def distinct(texts: Sequence[Tokens], order: int) -> float | None:
    """Different runs of `order` words over all such runs (Li et al.); null where no text is long enough."""
    grams = [gram for text in texts for gram in grams_of(text, order)]
    return round(len(set(grams)) / len(grams), 6) if grams else None


def mean_distance(vectors: "numpy.ndarray") -> float | None:
    """The mean cosine distance (0 to 2) of all pairs of rows of length 1; null for fewer than two."""
    count = len(vectors)
    if count < 2:
        return None
    # The sum of all products is the square of the sum of all rows.
    total = vectors.astype("float64").sum(axis=0)
    squares = (vectors.astype("float64") ** 2).sum()
    return round(float(1 - (total @ total - squares) / (count * (count - 1))), 6)
