"""Forms out of the answers that roles give."""

from typing import Any

import pytest
from pydantic import BaseModel, Field

from r2s.agents.candidate import DraftAnswer
from r2s.agents.reader import ReaderAnswer
from r2s.agents.reviewer import ReviewAnswer
from r2s.agents.user import UserAnswer
from r2s.agents.verdicts import of_turns
from r2s.models.desk import form
from r2s.models.desk.question import Question


def form_of(answer: type[BaseModel], **offered: list[Any]) -> dict[str, form.Field]:
    told = dict.fromkeys(("to", "role", "speaker", "dialogue", "document", "language"), "x")
    empty = dict.fromkeys(("instructions", "material", "standing", "moment"), "")
    question = Question(
        **told,
        **empty,
        key="0" * 32,
        turn=1,
        asked=0.0,
        transcript=(),
        answer=answer.model_json_schema(),
        offered=offered,
    )
    return {field.name: field for field in form.form_of(question)}


def test_a_users_form_is_a_text_that_must_be_and_a_flag_that_may() -> None:
    fields = form_of(UserAnswer)

    assert [(field.kind, field.must, field.default) for field in fields.values()] == [
        ("text", True, None),
        ("flag", False, False),
    ]
    assert fields["text"].help == "what the user says"


def test_a_reviewers_form_has_an_entry_for_each_draft_and_a_ranking_of_them() -> None:
    fields = form_of(ReviewAnswer, reviews=[{"draft": "A"}, {"draft": "B"}], ranking=["A", "B"])

    inner = {field.name: field for field in fields["reviews"].fields}
    assert fields["reviews"].begun == ({"draft": "A"}, {"draft": "B"})
    assert (fields["ranking"].kind, fields["ranking"].choices) == ("ranking", ("A", "B"))
    assert (inner["depth"].kind, inner["depth"].choices) == ("number", (1, 2, 3, 4, 5))
    assert inner["vote"].choices == ("positive", "negative")
    assert inner["weaknesses"].kind == "texts"


def test_quotes_may_be_left_out() -> None:
    citations = form_of(DraftAnswer)["citations"]

    assert (citations.kind, citations.must, citations.begun) == ("groups", False, ())
    assert [field.name for field in citations.fields] == ["passage", "quote"]


def test_a_list_of_a_fixed_length_has_its_entries() -> None:
    turns = form_of(of_turns(ReaderAnswer, 3))["turns"]

    assert len(turns.begun) == turns.most == 3
    assert {field.name: field.must for field in turns.fields}["answered_first"] is False


class Odd(BaseModel):
    wide: int = Field(ge=0, le=100)
    half: float = Field(ge=0, le=5)
    either: int | str
    anything: dict[str, int]


@pytest.mark.parametrize(
    ("name", "kind", "choices"),
    [("wide", "number", ()), ("half", "number", ()), ("either", "text", ()), ("anything", "text", ())],
)
def test_what_has_no_better_field_is_a_number_or_a_text(name: str, kind: str, choices: tuple[int, ...]) -> None:
    field = form_of(Odd)[name]

    assert (field.kind, field.choices) == (kind, choices)
