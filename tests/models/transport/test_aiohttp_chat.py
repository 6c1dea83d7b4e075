"""FastChatOpenAI is a ChatOpenAI to whoever calls it and to the server; only the way between is another."""

import asyncio
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr

from r2s.models.transport.structured import Form, arguments
from tests.models.transport.conftest import KEY, MESSAGES, chat_at


class Word(BaseModel):
    word: str


SAMPLING = {"temperature": 0.3, "max_tokens": 64, "seed": 7}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"stop": ["END"]},
        {"extra_body": {"chat_template_kwargs": {"enable_thinking": False}}},
        {"logit_bias": {"50256": -100}},
        arguments(Form.JSON_SCHEMA, Word),
        arguments(Form.JSON_OBJECT, Word),
    ],
    ids=["plain", "stop", "extra body", "logit bias", "json schema", "json object"],
)
async def test_the_server_gets_the_very_body_that_chat_openai_sends(serve, more: dict[str, Any]) -> None:
    server = await serve(reply=lambda body: '{"word": "light"}')
    plain = ChatOpenAI(model="mock", base_url=server.url, api_key=SecretStr(KEY))

    await plain.ainvoke(MESSAGES, **SAMPLING, **more)
    await chat_at(server.url).ainvoke(MESSAGES, **SAMPLING, **more)
    await plain.root_async_client.close()

    (sent_before, headers_before), (sent, headers) = server.bodies
    assert sent == sent_before
    assert headers["Authorization"] == headers_before["Authorization"] == f"Bearer {KEY}"


async def test_the_caller_gets_the_very_message_that_chat_openai_returns(serve) -> None:
    server = await serve(reply=lambda body: "A light.")
    plain = ChatOpenAI(model="mock", base_url=server.url, api_key=SecretStr(KEY))

    expected = await plain.ainvoke(MESSAGES, **SAMPLING)
    reply = await chat_at(server.url).ainvoke(MESSAGES, **SAMPLING)
    await plain.root_async_client.close()

    # `refusal` is null in a plain reply: the OpenAI client adds it of its own accord.
    changing = {"id", "additional_kwargs", "response_metadata"}
    assert reply.model_dump(exclude=changing) == expected.model_dump(exclude=changing)
    assert reply.response_metadata["finish_reason"] == expected.response_metadata["finish_reason"]


async def test_temperature_seed_and_length_are_sent(serve) -> None:
    server = await serve()

    await chat_at(server.url).reply_to(MESSAGES, **SAMPLING)

    body, _ = server.bodies[0]
    assert (body["temperature"], body["seed"], body["max_completion_tokens"]) == (0.3, 7, 64)
    assert body["messages"][1] == {"role": "user", "content": "Say a word about 灯塔."}


async def test_the_direct_way_returns_what_was_said_what_it_cost_and_why_it_ended(serve) -> None:
    server = await serve(reply=lambda body: "A light.")

    reply = await chat_at(server.url).reply_to(MESSAGES)

    assert isinstance(reply, AIMessage)
    assert reply.text == "A light."
    assert reply.usage_metadata is not None
    assert (reply.usage_metadata["input_tokens"], reply.usage_metadata["output_tokens"]) == (7, 2)
    assert reply.response_metadata["finish_reason"] == "stop"


async def test_a_reply_that_was_cut_off_says_so(serve) -> None:
    server = await serve(faults={"cut": 1.0}, reply=lambda body: "A light.")

    reply = await chat_at(server.url).reply_to(MESSAGES)

    assert reply.response_metadata["finish_reason"] == "length"


async def test_hundreds_of_calls_at_once_share_connections_and_all_come_back(serve) -> None:
    server = await serve(latency=0.02, jitter=0.5, reply=lambda body: body["messages"][0]["content"])
    chat = chat_at(server.url)

    rounds = [[[HumanMessage(content=f"{turn} {at}")] for at in range(200)] for turn in range(3)]
    replies = [await asyncio.gather(*map(chat.reply_to, prompts)) for prompts in rounds]

    assert [reply.text for some in replies for reply in some] == [f"{a} {b}" for a in range(3) for b in range(200)]
    assert server.most_in_flight > 100
    assert server.connections <= 200


async def test_extra_headers_and_the_organization_are_sent(serve) -> None:
    server = await serve()
    chat = chat_at(server.url, organization="org-1", default_headers={"X-Team": "dialogues"})

    await chat.reply_to(MESSAGES, extra_headers={"X-Run": "7"})

    _, headers = server.bodies[0]
    assert (headers["OpenAI-Organization"], headers["X-Team"], headers["X-Run"]) == ("org-1", "dialogues", "7")


async def test_langchains_own_structured_output_still_works(serve) -> None:
    server = await serve(reply=lambda body: '{"word": "light"}')
    chat = chat_at(server.url)

    said = await chat.with_structured_output(Word).ainvoke(MESSAGES)
    await chat.root_async_client.close()

    assert said == Word(word="light")


async def test_the_name_of_the_server_shows_no_credentials(serve) -> None:
    chat = chat_at("http://teacher:pa55word@localhost:8000/v1/?token=abc")

    assert chat.server == ("http://localhost:8000/v1", "mock")
    assert "pa55word" not in repr(chat.endpoint)
    assert KEY not in repr(chat.endpoint)


async def test_a_user_name_in_the_address_becomes_basic_authorization(serve) -> None:
    server = await serve()

    await chat_at(server.url.replace("http://", "http://teacher:pa55word@")).reply_to(MESSAGES)

    _, headers = server.bodies[0]
    assert headers["Authorization"] == "Basic dGVhY2hlcjpwYTU1d29yZA=="


@pytest.mark.parametrize("where", ["field", "tags"])
async def test_reasoning_never_stands_in_the_content(serve, where: str) -> None:
    server = await serve(reasoning=where, reply=lambda body: '{"word": "light"}')

    reply = await chat_at(server.url).reply_to(MESSAGES)

    assert reply.text == '{"word": "light"}'
    assert reply.additional_kwargs["reasoning_content"] == "Let me think about it."
