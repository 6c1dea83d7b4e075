"""One finished call, and the content address under which it is kept."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from pydantic import BaseModel

Messages = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What was asked of a model, and what it replied; `created` (unix seconds) and the usage are outside the key."""

    key: str
    model: str
    role: str
    speaker: str
    messages: Messages
    schema: str
    sampling: Mapping[str, Any]
    seed: int | None
    content: str
    prompt_tokens: int | None
    completion_tokens: int | None
    finish: str | None
    created: float


def call_key(
    model: str, messages: Messages, schema: str, sampling: Mapping[str, Any], seed: int | None, sample: int
) -> str:
    """The content address of a call: 32 hex digits that change if any part does.

    `sample` tells repeated calls of the same words apart. All parts go through one JSON array, so that none can run
    into the next.
    """
    asked = to_json([model, messages, schema, sampling, seed, sample])
    return hashlib.blake2b(asked, digest_size=16).hexdigest()


def to_json(value: Any) -> bytes:
    """The same bytes for the same value; lone surrogates, which replies may hold and UTF-8 may not, are escaped."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def from_json(data: bytes) -> Any:
    """The value behind `to_json`."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


@lru_cache(maxsize=256)
def schema_name(answer: type[BaseModel]) -> str:
    """A reply type's name and the hash of its JSON schema: another schema is another call."""
    schema = to_json(answer.model_json_schema())
    return f"{answer.__name__}-{hashlib.blake2b(schema, digest_size=8).hexdigest()}"
