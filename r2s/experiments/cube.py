"""The table as numbers: cell by document by draw, a draw being one seed and replicate; what is not there is NaN."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from r2s.evaluation.collectors import Measure
from r2s.experiments.table import Table

if TYPE_CHECKING:
    from numpy import ndarray


class Cube:
    """The measures of a table, in the order of its cells, documents and draws."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.cells = table.cells
        self.documents = tuple(dict.fromkeys(row.key.document for row in table.rows))
        self.draws = tuple(sorted({(row.key.seed, row.key.replicate) for row in table.rows}))
        self._places = {document: place for place, document in enumerate(self.documents)}
        self._known: dict[str, ndarray] = {}

    @property
    def seeds(self) -> int:
        return len({seed for seed, _ in self.draws})

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Those that have a number anywhere."""
        given = {name for row in self.table.rows for name, value in row.figures.items() if value is not None}
        return tuple(measure for measure in self.table.measures if measure.name in given)

    def of(self, measure: str) -> ndarray:
        """A measure by cell, document and draw."""
        import numpy

        if measure not in self._known:
            values = numpy.full((len(self.cells), len(self.documents), len(self.draws)), numpy.nan)
            for row in self.table.rows:
                value = row.figures.get(measure)
                if value is not None:
                    draw = self.draws.index((row.key.seed, row.key.replicate))
                    values[self.cells.index(row.cell), self._places[row.key.document], draw] = value
            self._known[measure] = values
        return self._known[measure]

    def by_document(self, measure: str) -> ndarray:
        """A measure by cell and document, its draws averaged."""
        return mean_of(self.of(measure))


def mean_of(values: ndarray, weights: ndarray | int = 1) -> ndarray:
    """The mean along the last axis of the numbers that are there, by whole weights; NaN where nothing weighs."""
    import numpy

    known = numpy.where(numpy.isnan(values), 0, weights)
    counts = known.sum(axis=-1)
    sums = (numpy.where(known > 0, values, 0.0) * known).sum(axis=-1)
    return numpy.where(counts > 0, sums / numpy.maximum(counts, 1), numpy.nan)


def present(values: ndarray) -> ndarray:
    """The numbers that are there."""
    import numpy

    return values[~numpy.isnan(values)]
