"""The form of an answer, as a prompt shows it in the last line of its instructions, against what will be accepted."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel


def faults_of_form(shape: Mapping[str, Any], answer: type[BaseModel]) -> list[str]:
    """What the shown form has that the answer has not, and what it leaves out."""
    schema = answer.model_json_schema()
    return list(_faults(shape, schema, schema.get("$defs", {}), ""))


def _faults(shown: Any, schema: Mapping[str, Any], parts: Mapping[str, Any], place: str) -> Iterator[str]:
    schema = parts[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if isinstance(shown, list):
        for item in shown:
            yield from _faults(item, schema.get("items", {}), parts, place)
    elif isinstance(shown, Mapping) and "properties" in schema:
        yield from _faults_of_object(shown, schema, parts, place)


def _faults_of_object(
    shown: Mapping[str, Any], schema: Mapping[str, Any], parts: Mapping[str, Any], place: str
) -> Iterator[str]:
    known = schema["properties"]
    for name in shown:
        if name not in known:
            yield f"the form shows {place}{name}, which the answer does not have; it has {', '.join(known)}"
    for name, inner in known.items():
        if name in shown:
            yield from _faults(shown[name], inner, parts, f"{place}{name}.")
        else:
            yield f"the form leaves out {place}{name}"
