"""JSON is asked for the strictest way that a server takes; it is found out once."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from r2s.models.failures import Overloaded, Refused
from r2s.models.transport.structured import Form, Forms, Server
from tests.models.transport.conftest import MESSAGES, chat_at


class Word(BaseModel):
    word: str


class Number(BaseModel):
    number: int


SERVER = Server("http://localhost/v1", "mock")


def forms_sent(server: Any) -> list[str]:
    return [body.get("response_format", {}).get("type", "none") for body, _ in server.bodies]


@pytest.mark.parametrize(
    ("takes", "tried"),
    [
        ("yes", ["json_schema"]),
        ("object", ["json_schema", "json_object"]),
        ("no", ["json_schema", "json_object", "none"]),
    ],
)
async def test_a_server_is_asked_again_less_strictly_once_and_then_as_it_wants(
    serve, takes: str, tried: list[str]
) -> None:
    server = await serve(json_schema=takes)
    chat, forms = chat_at(server.url), Forms()

    for _ in range(3):
        await forms.ask(chat.server, Word, lambda form: chat.reply_to(MESSAGES, **form))
    await forms.ask(chat.server, Number, lambda form: chat.reply_to(MESSAGES, **form))

    assert forms_sent(server) == [*tried, *tried[-1:] * 3]
    shown = "prompt" if tried[-1] == "none" else tried[-1]
    assert forms.describe() == [f"mock at {server.url}: {shown}"]


async def test_many_first_calls_at_once_find_out_only_once(serve) -> None:
    server = await serve(json_schema="no", latency=0.01)
    chat, forms = chat_at(server.url), Forms()

    await asyncio.gather(
        *(forms.ask(chat.server, Word, lambda form: chat.reply_to(MESSAGES, **form)) for _ in range(20))
    )

    assert server.by_status == {"400": 2, "200": 20}


async def test_a_slow_first_reply_does_not_hold_the_others_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r2s.models.transport.structured.PATIENCE", 0.05)
    forms, ended = Forms(), list[str]()

    async def ask(name: str, seconds: float) -> None:
        async def send(form: dict[str, Any]) -> None:
            await asyncio.sleep(seconds)

        await forms.ask(SERVER, Word, send)
        ended.append(name)

    await asyncio.gather(ask("slow", 0.5), ask("quick", 0.0))

    assert ended == ["quick", "slow"]


async def test_another_model_at_the_same_address_is_found_out_anew(serve) -> None:
    server = await serve(json_schema="object")
    chat, forms = chat_at(server.url), Forms()

    for model in ("a", "b"):
        await forms.ask(chat.server._replace(model=model), Word, lambda form: chat.reply_to(MESSAGES, **form))

    assert forms_sent(server) == ["json_schema", "json_object"] * 2


async def test_a_refusal_of_one_schema_says_nothing_of_other_answers() -> None:
    forms, asked = Forms(), list[str]()

    async def send(form: dict[str, Any]) -> str:
        asked.append(form["response_format"]["type"])
        if form["response_format"].get("json_schema", {}).get("name") == "Word":
            raise Refused("HTTP 400: Invalid schema for response_format 'Word'", status=400)
        return "reply"

    for answer in (Word, Number, Word):
        await forms.ask(SERVER, answer, send)

    assert asked == ["json_schema", "json_object", "json_schema", "json_object"]
    assert forms.describe() == [
        "mock at http://localhost/v1: json_schema",
        "mock at http://localhost/v1, Word: json_object",
    ]


@pytest.mark.parametrize(
    "failure",
    [
        Refused("HTTP 401: no access to json_schema", status=401),
        Refused("HTTP 404: the model `x` does not exist", status=404),
        Overloaded("HTTP 429: response_format", status=429),
    ],
)
async def test_what_is_no_matter_of_formats_is_raised_at_once_and_not_remembered(failure: Exception) -> None:
    forms, asked = Forms(), list[dict[str, Any]]()

    async def send(form: dict[str, Any]) -> None:
        asked.append(form)
        raise failure

    with pytest.raises(type(failure)):
        await forms.ask(SERVER, Word, send)

    assert len(asked) == 1
    assert forms.describe() == []


async def test_a_server_that_refuses_every_form_is_a_refusal_and_not_remembered() -> None:
    forms, asked = Forms(), list[dict[str, Any]]()

    async def send(form: dict[str, Any]) -> None:
        asked.append(form)
        raise Refused("HTTP 400: 'seed' is not supported", status=400)

    with pytest.raises(Refused, match="seed"):
        await forms.ask(SERVER, Word, send)

    assert len(asked) == len(Form)
    assert forms.describe() == []
