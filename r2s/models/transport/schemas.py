"""JSON schemas as servers take them: OpenAI's strict subset, which other servers' grammars know as well."""

import math
from typing import Any

from pydantic import BaseModel

from r2s.models.request import LearntAnswer

# Ranges of whole numbers become a list of values: not every server can hold a model to a range.
_LONGEST_RANGE = 20
_Schema = dict[str, Any]


class _NotStrictError(Exception):
    """The type has something that the strict subset cannot say."""


def reply_schema(answer: type[BaseModel]) -> tuple[_Schema, bool]:
    """A type's schema, and whether it is strict: closed objects, every key required, nothing that servers refuse.

    What gets lost (patterns, lengths, defaults) is checked by pydantic afterwards, and what a key is for stands in the
    prompt. A type that cannot be said so, such as a mapping with free keys, keeps its plain schema.
    """
    schema = answer.model_json_schema()
    try:
        return _strict(schema, schema.get("$defs", {}), ()), True
    except _NotStrictError:
        return schema, False


def separators(answer: type[BaseModel]) -> tuple[str, str] | None:
    """What stands between values and behind keys where a model has learnt it one way; null is the usual way."""
    return (",", ":") if issubclass(answer, LearntAnswer) else None


def _strict(schema: _Schema, defs: dict[str, _Schema], inside: tuple[str, ...]) -> _Schema:
    if name := schema.get("$ref", "").removeprefix("#/$defs/"):
        if name in inside:
            raise _NotStrictError(f"{name} holds itself")
        schema, inside = {**defs[name], **schema}, (*inside, name)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        if not inside:
            raise _NotStrictError("the root must be one object")
        return {"anyOf": [_strict(choice, defs, (*inside, "")) for choice in choices]}
    if "properties" in schema:
        keys = {key: _strict(inner, defs, (*inside, "")) for key, inner in schema["properties"].items()}
        return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False}
    if schema.get("type") == "array" and "items" in schema:
        return {"type": "array", "items": _strict(schema["items"], defs, (*inside, ""))}
    return _plain(schema)


def _plain(schema: _Schema) -> _Schema:
    """A value that holds no other."""
    if "const" in schema or "enum" in schema:
        return {key: schema[key] for key in ("type", "const", "enum") if key in schema}
    if schema.get("type") not in ("string", "integer", "number", "boolean", "null"):
        raise _NotStrictError(f"no plain value: {schema}")
    if values := _range(schema):
        return {"type": "integer", "enum": values}
    return {"type": schema["type"]}


def _range(schema: _Schema) -> list[int] | None:
    if schema["type"] != "integer":
        return None
    first = schema.get("minimum", schema.get("exclusiveMinimum", -math.inf) + 1)
    last = schema.get("maximum", schema.get("exclusiveMaximum", math.inf) - 1)
    return list(range(first, last + 1)) if last - first < _LONGEST_RANGE else None
