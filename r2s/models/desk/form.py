"""The form of an answer: its fields for a person to fill in, out of the answer's JSON schema."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from r2s.models.desk.question import Question

Kind = Literal["text", "number", "choice", "flag", "texts", "ranking", "group", "groups"]

# A number of so few steps is picked from all there are.
MOST_PICKED = 10


class Field(BaseModel, frozen=True):
    """One field. `must` says that it cannot be left out; without, it is `default` then.

    `choices` are those of a choice, of a ranking, or of a number on a short scale; `least` and `most` bound a number,
    and the entries of a list. A group holds `fields`, and of a list of groups `begun` tells how each entry begins.
    """

    name: str
    kind: Kind
    label: str
    help: str = ""
    must: bool = True
    default: Any = None
    whole: bool = False
    least: float | None = None
    most: float | None = None
    choices: tuple[Any, ...] = ()
    fields: tuple["Field", ...] = ()
    begun: tuple[dict[str, Any], ...] = ()


def form_of(question: Question) -> tuple[Field, ...]:
    """The fields of the answer to a question."""
    return _Schema(question.answer, question.offered).fields()


class _Schema:
    """A JSON schema as pydantic writes it, and what its lists are offered."""

    def __init__(self, schema: Mapping[str, Any], offered: Mapping[str, Sequence[Any]]) -> None:
        self._schema, self._offered = schema, offered

    def fields(self) -> tuple[Field, ...]:
        return tuple(field.model_copy(update=self._offer(field)) for field in self._fields_of(self._schema))

    def _fields_of(self, schema: Mapping[str, Any]) -> tuple[Field, ...]:
        must = schema.get("required", ())
        named = schema.get("properties", {}).items()
        return tuple(self._field(name, part, name in must) for name, part in named)

    def _field(self, name: str, part: Mapping[str, Any], must: bool) -> Field:
        schema, is_optional = self._plain(part)
        shape = self._shape(schema)
        about = {"help": part.get("description", ""), "default": part.get("default"), "must": must and not is_optional}
        return Field(name=name, label=_label(name), **{**about, **shape})

    def _plain(self, part: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
        """A schema without references and without null, and whether null was allowed."""
        while "$ref" in part:
            part = self._schema["$defs"][part["$ref"].rpartition("/")[2]]
        several = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
        if "anyOf" not in part:
            return part, False
        is_optional = len(several) < len(part["anyOf"])
        return (self._plain(several[0])[0] if len(several) == 1 else {"type": "string"}), is_optional

    def _shape(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """What kind of field a schema asks for, and its bounds."""
        if choices := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
            return {"kind": "choice", "choices": tuple(choices)}
        match schema.get("type"):
            case "boolean":
                return {"kind": "flag"}
            case "integer" | "number" as kind:
                return _number(schema, whole=kind == "integer")
            case "object" if "properties" in schema:
                return {"kind": "group", "fields": self._fields_of(schema)}
            case "array":
                return self._list(schema)
        return {"kind": "text"}

    def _list(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        entry, _ = self._plain(schema.get("items", {}))
        bounds = {"least": schema.get("minItems"), "most": schema.get("maxItems")}
        if "properties" in entry:
            begun = ({},) * (schema.get("minItems") or 0)
            return {"kind": "groups", "fields": self._fields_of(entry), "begun": begun, **bounds}
        return {"kind": "texts", **bounds}

    def _offer(self, field: Field) -> dict[str, Any]:
        offered = tuple(self._offered.get(field.name, ()))
        if not offered:
            return {}
        return {"begun": offered} if field.kind == "groups" else {"kind": "ranking", "choices": offered}


def _number(schema: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    least, most = schema.get("minimum"), schema.get("maximum")
    is_bounded = whole and least is not None and most is not None
    scale = range(int(least or 0), int(most or 0) + 1) if is_bounded else range(0)
    choices = tuple(scale) if len(scale) <= MOST_PICKED else ()
    return {"kind": "number", "whole": whole, "least": least, "most": most, "choices": choices}


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()
