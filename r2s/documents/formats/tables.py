"""Comma- and tab-separated tables: one document a record, the first record names the columns."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from r2s.documents.encodings import find_stream_encoding, undecodable
from r2s.documents.failure import DocumentFailure
from r2s.documents.opening import SourceFile
from r2s.documents.raw import Row
from r2s.documents.saying import too_long
from r2s.errors import DocumentError

_DELIMITERS = ",\t;|"


def read_table(file: SourceFile) -> Iterator[Row | DocumentFailure]:
    """The records of a table one by one."""
    with file.open() as opened:
        encoding = find_stream_encoding(opened, file.place, file.options.encoding)
    if not encoding.startswith("utf-8"):
        file.note(f"read as {encoding}")
    # The module's own limit holds for the whole process; a text may be as long as a document may be.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * file.options.max_characters))
    with file.open() as opened:
        text = io.TextIOWrapper(opened, "utf-8-sig" if encoding == "utf-8" else encoding, newline="")
        try:
            yield from _records(text, file)
        except UnicodeDecodeError as error:
            raise file.fail(f"{undecodable(error)}; the records after it are lost") from None
        except csv.Error as error:
            if "field limit" in str(error):
                raise file.fail(too_long("a cell", file.options.max_characters)) from None
            raise file.fail(f"no table ({error}); check its quotes") from None


def _records(text: io.TextIOWrapper, file: SourceFile) -> Iterator[Row | DocumentFailure]:
    delimiter = "\t" if file.suffix == ".tsv" else _delimiter(text.readline(file.longest_row))
    text.seek(0)
    lines = _Lines(text, file)
    reader = csv.reader(lines, delimiter=delimiter)
    names = [name.strip() for name in next(reader)]
    if len(names) != len(set(names)):
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise file.fail(f"two columns are called {twice!r}; rename one")
    for number, cells in enumerate((cells for cells in reader if any(cell.strip() for cell in cells)), 1):
        lines.begin_record()
        place = f"{file.place}:{number}"
        if len(cells) > len(names):
            message = f"the record has {len(cells)} cells for {len(names)} columns; put texts in quotes"
            yield DocumentFailure.of(DocumentError(place, message))
        else:
            yield Row(place, dict(zip(names, cells, strict=False)))


class _Lines:
    """The lines of a table, as long as the record that they make up is not longer than may be held."""

    def __init__(self, text: io.TextIOWrapper, file: SourceFile) -> None:
        self._text, self._file, self._held = text, file, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._file.longest_row)
        self._held += len(line)
        if self._held >= self._file.longest_row:
            raise self._file.fail(too_long("a record", self._file.options.max_characters))
        if not line:
            raise StopIteration
        return line

    def begin_record(self) -> None:
        self._held = 0


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)
