"""Comma- and tab-separated tables: one document a record, the first record names the columns."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from r2s.documents.encodings import find_stream_encoding, undecodable
from r2s.documents.failure import DocumentFailure
from r2s.documents.opening import SourceFile
from r2s.documents.raw import Row
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
            raise file.fail(f"no table ({error}); check its quotes") from None


def _records(text: io.TextIOWrapper, file: SourceFile) -> Iterator[Row | DocumentFailure]:
    first = text.readline()
    delimiter = "\t" if file.suffix == ".tsv" else _delimiter(first)
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter)
    names = [name.strip() for name in next(reader)]
    if len(names) != len(set(names)):
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise file.fail(f"two columns are called {twice!r}; rename one")
    for number, cells in enumerate((cells for cells in reader if any(cell.strip() for cell in cells)), 1):
        place = f"{file.place}:{number}"
        if len(cells) > len(names):
            message = f"the record has {len(cells)} cells for {len(names)} columns; put texts in quotes"
            yield DocumentFailure.of(DocumentError(place, message))
        else:
            yield Row(place, dict(zip(names, cells, strict=False)))


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)
