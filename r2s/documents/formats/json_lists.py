"""JSON files: a list of objects, alone or as a field of an object, read one by one; or a single object."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from r2s.documents.encodings import as_utf8, find_stream_encoding
from r2s.documents.failure import DocumentFailure
from r2s.documents.formats.json_limits import Limited
from r2s.documents.opening import SourceFile
from r2s.documents.raw import Row
from r2s.documents.records import TEXT_FIELDS
from r2s.documents.saying import kind_of
from r2s.errors import DocumentError

# A list under this name is all that matters in its file; an object with one of the fields below is one row itself.
_SQUAD = "data"
_ALONE = frozenset({*TEXT_FIELDS, "conversations", "messages", "paragraphs", "instruction", "prompt"})
_STARTS = ("start_array", "start_map")


def read_list(file: SourceFile) -> Iterator[Row | DocumentFailure]:
    """The objects of a file one by one; what comes after an error in the file is lost."""
    import ijson

    with file.open() as opened:
        encoding = find_stream_encoding(opened, file.place, file.options.encoding)
    if encoding != "utf-8":
        file.note(f"read as {encoding}")
    try:
        yield from _rows(file, "utf-8-sig" if encoding == "utf-8" else encoding)
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
        detail = " ".join(str(error).split())[:100]
        raise file.fail(f"the file is no JSON, or breaks off ({detail}); write it again") from None


def _rows(file: SourceFile, encoding: str) -> Iterator[Row | DocumentFailure]:
    import ijson

    with file.open() as opened:
        path = _list_path(io.BufferedReader(Limited(as_utf8(opened, encoding), file)), file)
    with file.open() as opened:
        content = io.BufferedReader(Limited(as_utf8(opened, encoding), file, level=len(path.split(".")) if path else 0))
        values: Iterator[Any] = ijson.items(content, path, use_float=True)
        for number, value in enumerate(values, 1):
            place = f"{file.place}:{number}" if path else file.place
            if isinstance(value, dict):
                yield Row(place, value)
            else:
                message = f"the element is {kind_of(value)}, not an object; write a list of objects"
                yield DocumentFailure.of(DocumentError(place, message))


def _list_path(content: BinaryIO, file: SourceFile) -> str:
    """Where the list of objects stands: the file itself, its first field that is one, or nowhere (an empty path)."""
    import ijson

    found, previous = "", None
    for prefix, event, value in ijson.parse(content, use_float=True):
        if previous is None and event not in _STARTS:
            raise file.fail(f"the file holds {kind_of(value)}; write an object, or a list of objects")
        if previous is None and event == "start_array":
            return "item"
        if event == "start_map" and previous and previous[1] == "start_array" and "." not in previous[0]:
            found = found or prefix
            if previous[0] == _SQUAD:
                break
        if prefix in _ALONE:
            return ""
        previous = (prefix, event)
    return found
