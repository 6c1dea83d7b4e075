"""95 % intervals by the bootstrap: whole documents are drawn anew, as the dialogues of one are not independent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy

from r2s.evaluation.scores import METRICS, PERCENT_A_POINT, Values

Interval = tuple[float, float]
DRAWS = 10_000
LEVEL = 0.95
# Draws that are held in memory at once.
_BATCH = 500


def intervals(
    dialogues: Sequence[tuple[str, Values]], *, draws: int = DRAWS, seed: int = 0
) -> dict[str, Interval | None]:
    """The interval of every metric's mean, and of their average as `avg`, over dialogues given with their document.

    Null where fewer than two documents have the score.
    """
    import numpy

    drawn = _draw(dialogues, METRICS, draws, seed)
    if drawn is None:
        return dict.fromkeys((*METRICS, "avg"))
    scale = numpy.array([PERCENT_A_POINT if name == "cr" else 1 for name in METRICS])
    present = drawn.counts.any(axis=0)
    averages = (drawn.means / scale)[:, present].mean(axis=1) if present.any() else drawn.means[:, 0]
    found = {name: drawn.interval(column) for column, name in enumerate(METRICS)}
    return {**found, "avg": _interval(averages, drawn.counts.sum(axis=1))}


def mean_interval(values: Sequence[tuple[str, Fraction]], *, draws: int = DRAWS, seed: int = 0) -> Interval | None:
    """The interval of one mean over values given with their document; null for fewer than two documents."""
    drawn = _draw([(document, {"value": value}) for document, value in values], ("value",), draws, seed)
    return drawn and drawn.interval(0)


class _Drawn(NamedTuple):
    """How many scores each document has, and the means of every draw, by column."""

    counts: numpy.ndarray
    means: numpy.ndarray

    def interval(self, column: int) -> Interval | None:
        return _interval(self.means[:, column], self.counts[:, column])


def _draw(rows: Sequence[tuple[str, Values]], names: Sequence[str], draws: int, seed: int) -> _Drawn | None:
    import numpy

    documents = {document: place for place, document in enumerate(dict.fromkeys(name for name, _ in rows))}
    if not documents:
        return None
    sums, counts = (numpy.zeros((len(documents), len(names))) for _ in range(2))
    for document, values in rows:
        for column, name in enumerate(names):
            if (value := values.get(name)) is not None:
                sums[documents[document], column] += float(value)
                counts[documents[document], column] += 1
    return _Drawn(counts, _drawn_means(sums, counts, draws, seed))


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
