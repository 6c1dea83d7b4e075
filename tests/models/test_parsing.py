"""Replies of language models: lenient about the wrapping, strict about what is inside."""

import pytest
from pydantic import BaseModel

from r2s.errors import AnswerError
from r2s.models.parsing import parse_answer


class Fact(BaseModel):
    text: str
    year: int


@pytest.mark.parametrize(
    "reply",
    [
        '{"text": "built", "year": 1844}',
        '```json\n{"text": "built", "year": 1844}\n```',
        'Here you are:\n{"text": "built", "year": 1844}\nAnything else?',
        '{"text": "built", "year": 1844,}',
        '{"text": "built", "year": 1844',
        "{'text': 'built', 'year': 1844}",
    ],
)
def test_what_surrounds_the_object_is_forgiven(reply: str) -> None:
    assert parse_answer(reply, Fact) == Fact(text="built", year=1844)


@pytest.mark.parametrize("text", ["The tag <think> opens a block.", "Write <think>steps</think> before."])
def test_a_text_about_tags_of_reasoning_stays_whole(text: str) -> None:
    assert parse_answer(f'Here:\n{{"text": "{text}", "year": 1844,}}', Fact).text == text


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("I cannot do that.", "no JSON object"),
        ("", "no JSON object"),
        ('{"text": "built"}', "year: Field required"),
        ('{"text": "built", "year": "long ago"}', "year: Input should be a valid integer"),
    ],
)
def test_what_is_missing_is_named(reply: str, fault: str) -> None:
    with pytest.raises(AnswerError, match=fault):
        parse_answer(reply, Fact)
