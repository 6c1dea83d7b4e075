"""What a driver and its workers tell each other: one JSON array a message, its kind first; errors keep their class."""

import json
from typing import Any

import orjson

from r2s import errors
from r2s.errors import R2SError, RunError
from r2s.models.journal.record import from_json


def encode(kind: str, *facts: Any) -> bytes:
    """A message as it travels, with settings in their order: shares that are drawn by are read in it."""
    try:
        return orjson.dumps([kind, *facts])
    except orjson.JSONEncodeError:
        # A text from the journal may hold half of a surrogate pair, which UTF-8 has no bytes for.
        return json.dumps([kind, *facts]).encode()


def decode(frame: bytes) -> tuple[str, list[Any]]:
    """The kind of a message, and its facts."""
    kind, *facts = from_json(frame)
    return kind, facts


def told(error: R2SError) -> list[str]:
    """An error as it travels."""
    return [type(error).__name__, str(error)]


def heard(told: list[str]) -> R2SError:
    """The error that the other side has told of."""
    name, message = told
    kind = getattr(errors, name, RunError)
    return kind(message)
