"""The schemas of replies keep to what OpenAI's strict mode, and the grammars of other servers, understand."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from r2s.agents.candidate import DraftAnswer
from r2s.agents.chairman import ChairAnswer
from r2s.agents.planner import PlanAnswer
from r2s.agents.reviewer import ReviewAnswer
from r2s.agents.user import UserAnswer
from r2s.models.transport.schemas import reply_schema
from r2s.trees.node import Cast

ALLOWED = {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"}


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema, itself included."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    for part in [*inner, schema["items"]] if "items" in schema else inner:
        yield from parts(part)


@pytest.mark.parametrize("answer", [PlanAnswer, UserAnswer, DraftAnswer, ReviewAnswer, ChairAnswer, Cast])
def test_every_role_asks_for_a_strict_schema(answer: type[BaseModel]) -> None:
    schema, is_strict = reply_schema(answer)

    assert is_strict
    for part in parts(schema):
        assert set(part) <= ALLOWED
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])


class Inner(BaseModel):
    kind: Literal["a"] = "a"


class Answer(BaseModel):
    score: int = Field(ge=1, lt=4, description="a mark")
    count: int = Field(ge=0)
    name: str = Field(default="", max_length=5, pattern="[a-z]+")
    maybe: Inner | None = None
    pairs: tuple[Annotated[str, Field(min_length=1)], ...] = ()


def test_what_servers_refuse_is_left_out_and_short_ranges_become_lists() -> None:
    inner = {
        "type": "object",
        "properties": {"kind": {"type": "string", "const": "a"}},
        "required": ["kind"],
        "additionalProperties": False,
    }

    assert reply_schema(Answer)[0]["properties"] == {
        "score": {"type": "integer", "enum": [1, 2, 3]},
        "count": {"type": "integer"},
        "name": {"type": "string"},
        "maybe": {"anyOf": [inner, {"type": "null"}]},
        "pairs": {"type": "array", "items": {"type": "string"}},
    }


class Tree(BaseModel):
    branches: "list[Tree]"


class Free(BaseModel):
    values: dict[str, int]


class Anything(BaseModel):
    value: Any


class Pair(BaseModel):
    pair: tuple[int, str]


@pytest.mark.parametrize("answer", [Tree, Free, Anything, Pair])
def test_what_the_strict_subset_cannot_say_keeps_its_plain_schema(answer: type[BaseModel]) -> None:
    assert reply_schema(answer) == (answer.model_json_schema(), False)
