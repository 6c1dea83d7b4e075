"""Tables made by hand, for the statistics and figures of comparisons."""

from collections.abc import Mapping, Sequence
from typing import Any

from r2s.evaluation.collectors import Measure
from r2s.experiments.reading import ACCEPTED
from r2s.experiments.table import Key, Row, Table

SCORE = Measure("score", "score by hand", better="higher")
CALLS = Measure("calls", "calls", kind="cost")
TOKENS = Measure("tokens", "tokens", kind="cost")
COST = Measure("cost_usd", "US dollars", kind="cost")

Values = Mapping[str, Sequence[float | None]]


def table(cells: Mapping[str, Values], settings: Mapping[str, Mapping[str, Any]] | None = None) -> Table:
    """A table of measures by cell, each with a value a document; a document without any has failed."""
    measures = (SCORE, ACCEPTED, CALLS, TOKENS, COST)
    rows = []
    for cell, values in cells.items():
        for number in range(len(next(iter(values.values())))):
            figures = {name: column[number] for name, column in values.items()}
            is_there = any(value is not None for value in figures.values())
            given = (
                {"accepted": 1.0, "calls": 10.0, "tokens": 0.0, "cost_usd": 0.0, **figures}
                if is_there
                else {"accepted": 0.0}
            )
            rows.append(Row(Key(f"d{number}", 0, 0), cell, "finished" if is_there else "failed", "en", figures=given))
    chosen = settings or {cell: {"reviewers": number} for number, cell in enumerate(cells)}
    return Table(tuple(cells), chosen, measures, tuple(rows))
