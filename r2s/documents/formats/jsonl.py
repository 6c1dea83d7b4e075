"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from r2s.documents.encodings import as_utf8, find_stream_encoding, undecodable
from r2s.documents.failure import DocumentFailure
from r2s.documents.opening import SourceFile
from r2s.documents.raw import Row
from r2s.documents.saying import kind_of, too_long
from r2s.errors import DocumentError


def read_lines(file: SourceFile) -> Iterator[Row | DocumentFailure]:
    """The rows of a file one by one, or why a line is none; blank lines are no rows."""
    options = file.options
    with file.open() as opened:
        encoding = find_stream_encoding(opened, file.place, options.encoding)
    if encoding != "utf-8":
        file.note(f"read as {encoding}")
    with file.open() as opened:
        lines = _lines(as_utf8(opened, encoding), file.longest_row)
        try:
            for number, line in lines:
                yield _row(line, f"{file.place}:{number}", options.max_characters)
        except UnicodeDecodeError as error:
            raise DocumentError(file.place, undecodable(error)) from None


def _row(line: bytes | None, place: str, limit: int) -> Row | DocumentFailure:
    try:
        return Row(place, _parse(line, place, limit))
    except DocumentError as error:
        return DocumentFailure.of(error)


def _lines(file: BinaryIO, longest: int) -> Iterator[tuple[int, bytes | None]]:
    """Each line that is not blank with its number; null for one too long to be held."""
    number = 0
    while line := file.readline(longest):
        number += 1
        is_whole = len(line) < longest or line.endswith(b"\n")
        if not is_whole:
            _skip_line(file, longest)
        if not is_whole or line.strip():
            yield number, line if is_whole else None


def _skip_line(file: BinaryIO, step: int) -> None:
    while (rest := file.readline(step)) and not rest.endswith(b"\n"):
        pass


def _parse(line: bytes | None, place: str, limit: int) -> dict[str, Any]:
    if line is None:
        raise DocumentError(place, too_long("the line", limit))
    row = _load(line.strip().removeprefix(b"\xef\xbb\xbf"), place)
    if not isinstance(row, dict):
        raise DocumentError(place, f"the line is {kind_of(row)}, not an object; write one JSON object a line")
    return row


def _load(line: bytes, place: str) -> Any:
    """Fast where a line is strict JSON; the patient parser takes halves of surrogate pairs and tells errors better."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise DocumentError(place, undecodable(error)) from None
    except (ValueError, RecursionError) as error:
        detail = f" ({error.msg} at column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise DocumentError(place, f"the line is no JSON{detail}; write one JSON object a line") from None
