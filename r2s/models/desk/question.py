"""A question to a person: what a model would have been told, part by part, and what its answer must be."""

import time
from typing import Any, Literal

from pydantic import BaseModel, Field, JsonValue, ValidationError

from r2s.models.calls import Call
from r2s.models.request import Request

SCHEMA = "r2s.question/1"


class Said(BaseModel, frozen=True):
    """One thing said in the dialogue so far."""

    speaker: str
    text: str


class Fault(BaseModel, frozen=True):
    """What is wrong with an answer, and in which of its fields."""

    place: tuple[str | int, ...]
    message: str


class Question(BaseModel, frozen=True):
    """One call that a person is to answer; `key` is its address in the journal.

    `to` is who is asked, `model` whose place they take, empty where the role is a person's own. `answer` is the JSON
    schema of the answer, and `offered` what entries of its lists are about. `faults` are those of the last answer.
    """

    schema_: Literal["r2s.question/1"] = Field(default=SCHEMA, alias="schema")
    key: str
    to: str
    model: str = ""
    role: str
    speaker: str
    dialogue: str
    document: str
    title: str = ""
    language: str
    turn: int
    asked: float
    instructions: str
    material: str
    standing: str
    transcript: tuple[Said, ...]
    moment: str
    answer: dict[str, JsonValue]
    offered: dict[str, list[JsonValue]]
    faults: tuple[Fault, ...] = ()


class Given(BaseModel, frozen=True):
    """An answer as somebody filled it in; `by` is their name."""

    by: str
    reply: dict[str, JsonValue]


def question_of(request: Request[Any], call: Call, to: str, model: str = "") -> Question:
    """The question that puts a call to somebody."""
    parts = request.parts()
    return Question(
        key=call.key,
        to=to,
        model=model,
        role=request.role,
        speaker=request.speaker,
        dialogue=request.dialogue,
        document=document_of(request),
        title=(request.document.title or "") if request.document else "",
        language=request.language,
        turn=turn_of(request),
        asked=time.time(),
        instructions=parts.instructions,
        material=parts.document,
        standing=parts.standing,
        transcript=tuple(Said(speaker=line.speaker, text=line.text) for line in parts.transcript),
        moment=parts.moment,
        answer=call.answer.model_json_schema(),
        offered={name: list(entries) for name, entries in request.offered.items()},
    )


def document_of(request: Request[Any]) -> str:
    """The id of the document that a dialogue is about; its seed comes behind it."""
    return request.dialogue.rpartition("/")[0] or request.dialogue


def turn_of(request: Request[Any]) -> int:
    """The turn that is being played, from 1: what was said before it stands in the transcript."""
    return len(request.transcript) // 2 + 1


def faults_in(error: ValidationError) -> tuple[Fault, ...]:
    """What is wrong, field by field."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return tuple(Fault(place=fault["loc"], message=fault["msg"].removeprefix("Value error, ")) for fault in found)
