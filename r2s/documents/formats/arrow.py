"""Parquet files, and the Arrow files of data sets that were saved to disk; read batch by batch."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from r2s.documents.failure import DocumentFailure
from r2s.documents.opening import SourceFile
from r2s.documents.raw import Row
from r2s.documents.saying import too_long

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

Rows = Iterator[Row | DocumentFailure]
_BATCH = 256
# Writers keep dictionaries below a megabyte; a column of more may hold one that was made to be large.
_LARGE = 16_000_000


def read_parquet(file: SourceFile) -> Rows:
    """The rows of a Parquet file one by one."""
    with _reading(file):
        from pyarrow.parquet import ParquetFile

        with ParquetFile(file.path) as table:
            yield from _rows(file, table.iter_batches(batch_size=1 if _may_swell(table) else _BATCH))


def _may_swell(table: "ParquetFile") -> bool:
    """Whether a column refers to a dictionary so large that a few rows may be far more than the file."""
    return any(
        column.has_dictionary_page and column.total_uncompressed_size > _LARGE
        for index in range(table.metadata.num_row_groups)
        for column in _columns(table, index)
    )


def _columns(table: "ParquetFile", group: int) -> Iterator[Any]:
    """What a file says of the columns of a group of rows.

    Where it is damaged, reading a row is an error; to ask for the columns at once would abort the process.
    """
    next(table.iter_batches(batch_size=1, row_groups=[group]), None)
    described = table.metadata.row_group(group)
    return map(described.column, range(described.num_columns))


def read_arrow(file: SourceFile) -> Rows:
    """The rows of an Arrow file one by one."""
    with _reading(file):
        import pyarrow

        with pyarrow.memory_map(str(file.path)) as source:
            yield from _rows(file, map(_checked, pyarrow.ipc.open_stream(source)))


def _checked(batch: Any) -> Any:
    """A batch whose offsets stay in it: those of a damaged file would lead anywhere in memory."""
    batch.validate(full=True)
    return batch


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


def _rows(file: SourceFile, batches: Iterable[Any]) -> Rows:
    number = 0
    for batch in batches:
        if batch.num_rows == 1 and batch.nbytes > file.longest_row:
            number += 1
            yield DocumentFailure(f"{file.place}:{number}", too_long("the row", file.options.max_characters))
            continue
        for values in batch.to_pylist():
            number += 1
            yield Row(f"{file.place}:{number}", values)
