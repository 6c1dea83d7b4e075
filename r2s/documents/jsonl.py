"""JSON Lines: one document a line, under the field names that data sets use."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import Any, BinaryIO

from r2s.documents.files import check_bytes, decode, open_file
from r2s.documents.normal import one_line
from r2s.documents.options import ReadOptions
from r2s.documents.raw import Entry, RawDocument
from r2s.documents.text_files import too_long
from r2s.errors import DocumentError

TEXT_FIELDS = (
    *("text", "content", "body", "document", "passage", "context", "description", "reference"),
    *("正文", "内容", "文本"),
)
TITLE_FIELDS = ("title", "name", "heading", "标题", "名称")
ID_FIELDS = ("id", "_id", "doc_id")
_LOCAL_PATH = re.compile(r"file:|/|~|[A-Za-z]:[\\/]|\\\\")
# JSON may write a character in 12 bytes, and a row has other fields.
_BYTES_A_CHARACTER, _OTHER_FIELDS = 12, 1 << 20


def read_rows(path: Path, place: str, options: ReadOptions) -> Iterator[Entry]:
    """The rows of a file one by one, each still unread; blank lines are no rows."""
    with open_file(path, place) as file:
        check_bytes(file.read(1024), place)
        file.seek(0)
        is_bare = True
        for number, line in _lines(file, options.max_characters * _BYTES_A_CHARACTER + _OTHER_FIELDS):
            is_bare = False
            where = f"{place}:{number}"
            yield Entry(where, partial(_read_row, line, where, path.name, options))
    if is_bare:
        raise DocumentError(place, "the file is empty; write one JSON object a line")


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


def _read_row(line: bytes | None, place: str, source: str, options: ReadOptions) -> RawDocument:
    if line is None:
        raise DocumentError(place, too_long("the line", options.max_characters))
    row = _parse(decode(line, place), place)
    text = _text(row, place)
    if len(text) > options.max_characters:
        raise DocumentError(place, too_long(f"{len(text):,} characters", options.max_characters))
    return RawDocument(
        id=_id(row) or place,
        title=_string(row, TITLE_FIELDS),
        text=text,
        source=_source(row) or source,
        lang=_string(row, ("lang", "language")),
        licence=_string(row, ("licence", "license")),
    )


def _parse(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line.strip())
    except (ValueError, RecursionError) as error:
        detail = f" ({error.msg} at column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise DocumentError(place, f"the line is no JSON{detail}; write one JSON object a line") from None
    if not isinstance(row, dict):
        raise DocumentError(place, f"the line is {_kind(row)}, not an object; write one JSON object a line")
    return row


def _text(row: dict[str, Any], place: str) -> str:
    given = [name for name in TEXT_FIELDS if row.get(name) is not None]
    if not given:
        raise DocumentError(place, f"the row has no text; put it in one of the fields {', '.join(TEXT_FIELDS)}")
    texts = [row[name] for name in given if isinstance(row[name], str)]
    if not texts:
        kind = _kind(row[given[0]])
        raise DocumentError(place, f"the row's `{given[0]}` is {kind}, not a string; join it to one text")
    filled = [text for text in texts if text.strip()]
    if not filled:
        raise DocumentError(place, f"the row's `{given[0]}` is empty; give it a text or leave the row out")
    return filled[0]


def _kind(value: object) -> str:
    names = {list: "a list", dict: "an object", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _string(row: dict[str, Any], names: tuple[str, ...]) -> str | None:
    found = (one_line(row[name]) for name in names if isinstance(row.get(name), str))
    return next(filter(None, found), None)


def _id(row: dict[str, Any]) -> str | None:
    for name in ID_FIELDS:
        value = row.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and (found := one_line(str(value))):
            return found
    return None


def _source(row: dict[str, Any]) -> str | None:
    """The row's source; of a path on somebody's machine, only the file's name."""
    source = _string(row, ("source",))
    return PureWindowsPath(source).name if source and _LOCAL_PATH.match(source) else source
