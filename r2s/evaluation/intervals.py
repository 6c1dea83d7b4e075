"""95 % intervals by the bootstrap: whole documents are drawn anew, as the dialogues of one are not independent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

from r2s.evaluation.scores import METRICS, PERCENT_A_POINT

Interval = tuple[float, float]
DRAWS = 10_000
LEVEL = 0.95
# Draws that are held in memory at once.
_BATCH = 500


def intervals(
    dialogues: Sequence[tuple[str, Mapping[str, Fraction | None]]], *, draws: int = DRAWS, seed: int = 0
) -> dict[str, Interval | None]:
    """The interval of every metric's mean, and of their average as `avg`, over dialogues given with their document.

    Null where fewer than two documents have the score.
    """
    import numpy

    documents = {document: place for place, document in enumerate(dict.fromkeys(name for name, _ in dialogues))}
    sums, counts = (numpy.zeros((len(documents), len(METRICS))) for _ in range(2))
    for document, values in dialogues:
        for column, name in enumerate(METRICS):
            if (value := values.get(name)) is not None:
                sums[documents[document], column] += float(value)
                counts[documents[document], column] += 1
    if not documents:
        return dict.fromkeys((*METRICS, "avg"))
    means = _drawn_means(sums, counts, draws, seed)
    found = {name: _interval(means[:, column], counts[:, column]) for column, name in enumerate(METRICS)}
    scale = numpy.array([PERCENT_A_POINT if name == "cr" else 1 for name in METRICS])
    present = counts.any(axis=0)
    averages = (means / scale)[:, present].mean(axis=1) if present.any() else means[:, 0]
    return {**found, "avg": _interval(averages, counts.sum(axis=1))}


def _drawn_means(sums: numpy.ndarray, counts: numpy.ndarray, draws: int, seed: int) -> numpy.ndarray:
    """The means of every draw of documents, with replacement; one in which nobody has a score is not a number."""
    import numpy

    generator, size = numpy.random.default_rng(seed), len(sums)
    parts = []
    for start in range(0, draws, _BATCH):
        weights = generator.multinomial(size, [1 / size] * size, size=min(_BATCH, draws - start))
        with numpy.errstate(invalid="ignore", divide="ignore"):
            parts.append((weights @ sums) / (weights @ counts))
    return numpy.concatenate(parts)


def _interval(values: numpy.ndarray, has_score: numpy.ndarray) -> Interval | None:
    import numpy

    if numpy.count_nonzero(has_score) < 2:
        return None
    low, high = numpy.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
