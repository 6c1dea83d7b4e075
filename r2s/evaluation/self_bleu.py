"""Self-BLEU: how like each other the texts of a set are (Zhu et al., Texygen): 1 is one text over and over."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from statistics import fmean

Tokens = Sequence[Hashable]
# NLTK's first way of smoothing, which Texygen uses: what an order without a match counts as.
EPSILON = 0.1


def self_bleu(texts: Sequence[Tokens], order: int = 4) -> float | None:
    """The mean BLEU (0 to 1) of each text with all others as its references; null for fewer than two texts.

    It takes time in proportion to the texts together, as for every gram only the two texts that have most of it count.
    """
    texts = [text for text in texts if text]
    if len(texts) < 2:
        return None
    precisions = [_precisions(texts, length) for length in range(1, order + 1)]
    lengths = sorted(map(len, texts))
    return round(fmean(_bleu(text, each, lengths) for text, *each in zip(texts, *precisions, strict=True)), 6)


def _bleu(text: Tokens, precisions: Sequence[tuple[int, int]], lengths: Sequence[int]) -> float:
    if not precisions[0][0]:
        return 0.0
    logs = [math.log((matches or EPSILON) / possible) for matches, possible in precisions]
    nearest = _nearest_other(len(text), lengths)
    brevity = 1.0 if len(text) > nearest else math.exp(1 - nearest / len(text))
    return brevity * math.exp(fmean(logs))


def _precisions(texts: Sequence[Tokens], length: int) -> list[tuple[int, int]]:
    """For each text how many of its grams another text has too, each as often as that text has it, and out of how
    many."""
    counts = [Counter(grams_of(text, length)) for text in texts]
    most: dict[Hashable, tuple[int, int, int]] = {}
    for number, counted in enumerate(counts):
        for gram, count in counted.items():
            best, owner, second = most.get(gram, (0, -1, 0))
            most[gram] = (count, number, best) if count > best else (best, owner, max(second, count))
    return [
        (sum(min(count, _of_others(most[gram], number)) for gram, count in counted.items()), max(1, counted.total()))
        for number, counted in enumerate(counts)
    ]


def _of_others(most: tuple[int, int, int], number: int) -> int:
    best, owner, second = most
    return second if owner == number else best


def _nearest_other(length: int, lengths: Sequence[int]) -> int:
    """The length nearest to this one among the other texts', the shorter of two as near."""
    place = bisect_left(lengths, length)
    others = [*lengths[max(0, place - 1) : place], *lengths[place + 1 : place + 2]]
    return min(others, key=lambda other: (abs(other - length), other))


def grams_of(text: Tokens, length: int) -> list[tuple[Hashable, ...]]:
    """The runs of `length` tokens of a text, in order."""
    return [tuple(text[start : start + length]) for start in range(len(text) - length + 1)]
