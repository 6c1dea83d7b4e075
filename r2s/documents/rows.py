"""Rows: the files that hold many objects, read one by one, whatever their format."""

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import chain, islice

from r2s.documents.failure import DocumentFailure
from r2s.documents.opening import SourceFile
from r2s.documents.raw import Row
from r2s.documents.suffixes import Kind
from r2s.errors import DocumentError

# What the first rows are must do for the others.
SAMPLE = 50
_READERS: dict[Kind, tuple[str, str]] = {
    "jsonl": ("jsonl", "read_lines"),
    "json": ("json_lists", "read_list"),
    "csv": ("tables", "read_table"),
    "parquet": ("arrow", "read_parquet"),
    "arrow": ("arrow", "read_arrow"),
}

Rows = Iterator[Row | DocumentFailure]


def read_rows(file: SourceFile, kind: Kind) -> Rows:
    """The rows of a file; the reader of its format is loaded only now, as it may be heavy."""
    module, name = _READERS[kind]
    reader: Callable[[SourceFile], Rows] = getattr(import_module(f"r2s.documents.formats.{module}"), name)
    return guarded(reader(file))


def guarded(rows: Rows) -> Rows:
    """The rows, and last the failure that ended them, if one did."""
    try:
        yield from rows
    except DocumentError as error:
        yield DocumentFailure.of(error)


def peek(rows: Rows) -> tuple[list[Row], Rows]:
    """The first rows, and all of them again."""
    first = list(islice(rows, SAMPLE))
    return [row for row in first if isinstance(row, Row)], chain(first, rows)
