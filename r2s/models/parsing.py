"""Reading a language model's reply: lenient about the wrapping, strict about what is inside.

What a model thought has been split off by whoever brought the reply (`r2s.models.reasoning`).
"""

from typing import Any

from pydantic import ValidationError

from r2s.errors import AnswerError
from r2s.models.request import Answer, TextAnswer


def parse_answer(text: str, answer: type[Answer], *, is_cut: bool = False) -> Answer:
    """The answer in a reply: fences, prose around it, trailing commas and a cut-off end are forgiven.

    Raises `AnswerError` that says what is missing, in words fit to be put to the model again.
    """
    found = answer.parts(text) if issubclass(answer, TextAnswer) else _json_in(text)
    try:
        return answer.model_validate(found, context={"is_cut": is_cut})
    except ValidationError as error:
        raise AnswerError(first_problem(error)) from None


def read_form(text: str | bytes, answer: type[Answer]) -> Answer:
    """The answer in what a person filled in, as JSON: nothing is forgiven, for it was checked when it was given."""
    try:
        return check_form(text, answer)
    except ValidationError as error:
        raise AnswerError(first_problem(error)) from None


def check_form(text: str | bytes, answer: type[Answer]) -> Answer:
    """The same; raises pydantic's `ValidationError`, which tells of every field."""
    return answer.model_validate_json(text, context={"is_cut": False})


def first_problem(error: ValidationError) -> str:
    """Where an answer is not what was asked for, and why."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _json_in(text: str) -> dict[str, Any]:
    from json_repair import repair_json

    found = repair_json(_object_in(text), return_objects=True)
    if not isinstance(found, dict) or not found:
        raise AnswerError("there is no JSON object in it")
    return found


def _object_in(text: str) -> str:
    """From the first brace on; what follows the object is left to the repair."""
    start = text.find("{")
    return text[start:] if start >= 0 else ""
