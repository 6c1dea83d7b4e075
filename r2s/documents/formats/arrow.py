"""Parquet files, and the Arrow files of data sets that were saved to disk; read batch by batch."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from r2s.documents.opening import SourceFile
from r2s.documents.raw import Row

_BATCH = 256


def read_parquet(file: SourceFile) -> Iterator[Row]:
    """The rows of a Parquet file one by one."""
    with _reading(file):
        from pyarrow.parquet import ParquetFile

        with ParquetFile(file.path) as table:
            yield from _rows(file, table.iter_batches(batch_size=_BATCH))


def read_arrow(file: SourceFile) -> Iterator[Row]:
    """The rows of an Arrow file one by one."""
    with _reading(file):
        import pyarrow

        with pyarrow.memory_map(str(file.path)) as source:
            yield from _rows(file, pyarrow.ipc.open_stream(source))


@contextmanager
def _reading(file: SourceFile) -> Iterator[None]:
    try:
        import pyarrow  # noqa: F401 (only whether it is there)
    except ImportError:
        advice = "install it with: pip install 'r2s-dialogues[data]'"
        raise file.fail(f"a {file.suffix} file is read by pyarrow, which is missing; {advice}") from None
    try:
        yield
    except Exception as error:  # A damaged file makes the parser, and what makes Python's values, raise many things.
        raise file.fail(f"a damaged {file.suffix} file ({str(error)[:100]}); write it again") from None


def _rows(file: SourceFile, batches: Iterable[Any]) -> Iterator[Row]:
    number = 0
    for batch in batches:
        for values in batch.to_pylist():
            number += 1
            yield Row(f"{file.place}:{number}", values)
