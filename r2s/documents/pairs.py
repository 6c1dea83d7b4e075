"""Pairs and dialogues from JSON files: rows with `instruction` (and `input`, `output`), or with `messages`.

The smallest reader that recycling needs; it stands in for one that knows the formats of data sets.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from r2s.documents.document import Message
from r2s.documents.failure import DocumentFailure
from r2s.documents.files import check_bytes, decode, open_file
from r2s.documents.options import ReadOptions
from r2s.errors import DocumentError

SUFFIXES = (".jsonl", ".json")
_DEFAULTS = ReadOptions()


class Dialogue(BaseModel, frozen=True):
    """What was said, in order; `source` is the name of the file."""

    id: str
    messages: tuple[Message, ...]
    source: str


class _Row(BaseModel, coerce_numbers_to_str=True):
    id: str | None = None
    instruction: str = ""
    input: str | None = None
    output: str | None = None
    messages: list[dict[str, Any]] | None = None


def read_pairs(
    paths: Sequence[Path | str], *, limit: int | None = None, options: ReadOptions = _DEFAULTS
) -> Iterator[Dialogue | DocumentFailure]:
    """Pairs and dialogues in the order of the paths, read as they are asked for; `limit` counts those read well."""
    ids = set[str]()
    for path in paths:
        for item in _of_path(Path(path)):
            if isinstance(item, Dialogue):
                if limit is not None and len(ids) >= limit:
                    return
                if item.id in ids:
                    item = item.model_copy(update={"id": f"{item.id}~{len(ids)}"})
                ids.add(item.id)
            yield item


def _of_path(path: Path) -> Iterator[Dialogue | DocumentFailure]:
    if path.is_dir():
        for inner in sorted(path.iterdir()):
            if inner.suffix in SUFFIXES:
                yield from _of_path(inner)
        return
    try:
        if path.suffix not in SUFFIXES:
            raise DocumentError(path.name, f"pairs are read from {' and '.join(SUFFIXES)} files")
        for place, row in _rows(path):
            try:
                yield _dialogue(row, place, path.name)
            except DocumentError as error:
                yield DocumentFailure.of(error)
    except DocumentError as error:
        yield DocumentFailure.of(error)


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    with open_file(path, path.name) as file:
        if path.suffix == ".json":
            rows = _parse(file.read(), path.name)
            yield from ((f"{path.name}:{number}", row) for number, row in enumerate(rows, 1))
            return
        for number, line in enumerate(file, 1):
            if line.strip():
                place = f"{path.name}:{number}"
                yield place, line


def _parse(content: bytes, place: str) -> Any:
    check_bytes(content, place)
    try:
        return json.loads(decode(content, place))
    except (ValueError, RecursionError):
        raise DocumentError(place, "this is no JSON; write one object a line, or one list of objects") from None


def _dialogue(row: Any, place: str, source: str) -> Dialogue:
    try:
        fields = _Row.model_validate(_parse(row, place) if isinstance(row, bytes) else row)
        said = fields.messages or _messages(fields)
        messages = tuple(Message(role=one["role"], text=str(one["content"]).strip()) for one in said)
    except (ValidationError, LookupError):
        advice = "give it an instruction and an output, or messages of a user and an assistant"
        raise DocumentError(place, f"this is no pair and no dialogue; {advice}") from None
    return Dialogue(id=fields.id or place, messages=messages, source=source)


def _messages(fields: _Row) -> list[dict[str, Any]]:
    """The instruction with what it is about, and the answer where there is one."""
    if not fields.instruction:
        raise LookupError("no instruction")
    asked = "\n".join(text for text in (fields.instruction, fields.input) if text)
    answered = [] if fields.output is None else [{"role": "assistant", "content": fields.output}]
    return [{"role": "user", "content": asked}, *answered]
