"""The figures that the R2S paper prints in its tables 2 to 5, to stand beside one's own."""

import csv
import functools
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

from r2s.errors import ConfigError
from r2s.evaluation.scores import METRICS

# The paper's tables by the set of documents; table 5 is on fine-tuned models.
TABLES = {"artifacts": 2, "science": 3, "wikipedia": 4, "finetuned": 5}


@dataclass(frozen=True)
class PublishedRow:
    """One row: which table, which documents, how and by what the dialogues were made, and its figures as printed.

    `finetuned` names the model that was trained on them, in table 5.
    """

    table: int
    documents: str
    method: str
    generator: str
    finetuned: str
    values: dict[str, Decimal]
    avg: Decimal


@functools.cache
def published_rows() -> tuple[PublishedRow, ...]:
    """All rows, in the paper's order."""
    text = resources.files("r2s.evaluation").joinpath("published.csv").read_text(encoding="utf-8")
    return tuple(
        PublishedRow(
            int(row["table"]),
            row["documents"],
            row["method"],
            row["generator"],
            row["finetuned"],
            {name: Decimal(row[name]) for name in METRICS},
            Decimal(row["avg"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


def rows_named(name: str) -> list[PublishedRow]:
    """The rows of the table with this name; raises `ConfigError` where there is none."""
    if name not in TABLES:
        raise ConfigError(f"the paper has no table on {name!r}; it has {', '.join(TABLES)}")
    return [row for row in published_rows() if row.table == TABLES[name]]
