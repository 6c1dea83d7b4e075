"""The short way to a server sends what ChatOpenAI would send, and reads what ChatOpenAI would read."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from pydantic import BaseModel

from r2s.models.calls import Call, Completion
from r2s.models.langchain_caller import completion_of
from r2s.models.openai_caller import OpenAICaller, body_of, chat_model
from r2s.models.request import Sampling, TextAnswer
from tests.servers import serve as serve


class Word(BaseModel):
    word: str


class Text(TextAnswer):
    text: str


MESSAGES = [{"role": "system", "content": "the rules"}, {"role": "user", "content": "Say a word about 灯塔."}]
CALL = Call(MESSAGES, Word, Sampling(temperature=0.3, max_tokens=64), seed=7)
CALLS = [
    CALL,
    replace(CALL, seed=8),
    replace(CALL, sampling=Sampling(temperature=0.9, max_tokens=64, top_p=0.5)),
    replace(CALL, answer=Text),
    replace(CALL, messages=[*MESSAGES, {"role": "assistant", "content": "…"}, {"role": "user", "content": "Again."}]),
]


async def test_every_body_is_the_one_that_chat_openai_makes(serve) -> None:
    server = await serve(reply=lambda body: '{"word": "light"}')
    caller = OpenAICaller("mock", server.url, timeout=10)
    chat = chat_model("mock", base_url=server.url, key="none", timeout=10)

    for call in CALLS:
        await caller.send(call)

    sent, made = [body for body, _ in server.bodies], [body_of(chat, call) for call in CALLS]
    assert [*map(orjson.dumps, sent)] == [*map(orjson.dumps, made)]


async def test_only_a_server_of_ones_own_is_told_what_openai_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    sent: list[dict[str, Any]] = []

    async def post(self: Any, body: dict[str, Any], *arguments: Any, **more: Any) -> dict[str, Any]:
        sent.append(body)
        return {"choices": [{"message": {"role": "assistant", "content": "light"}}]}

    monkeypatch.setattr("r2s.models.transport.endpoint.Endpoint.post", post)
    straight = replace(CALL, answer=Text, sampling=Sampling(repeats=3))
    for address in ("http://localhost:1/v1", None):
        await OpenAICaller("mock", address, timeout=10).send(straight)

    own, openai = sent
    assert own.pop("vllm_xargs") == {"r2s_repeats": 3}
    assert own == openai
    assert straight.sampling.named() == {**straight.sampling.told(), "repeats": 3}
    assert CALL.sampling.named() == CALL.sampling.told()


@pytest.mark.parametrize("content", ['{"word": "light"}', "<think>hm</think>light"])
async def test_a_reply_is_read_as_over_a_langchain_message(serve, content: str) -> None:
    server = await serve(reply=lambda body: content)
    chat = chat_model("mock", base_url=server.url, key="none", timeout=10)

    read = await OpenAICaller("mock", server.url, timeout=10).send(CALL)

    assert read == completion_of(await chat.ainvoke([dict(message) for message in MESSAGES], seed=7))
    assert read.content == content.rpartition(">")[2]


@pytest.mark.parametrize("usage", [None, {"prompt_tokens": 7}])
async def test_what_a_server_did_not_count_is_unknown(monkeypatch: pytest.MonkeyPatch, usage: Any) -> None:
    caller = OpenAICaller("mock", "http://localhost:1/v1", timeout=10)

    async def post(*arguments: Any, **more: Any) -> dict[str, Any]:
        return {"choices": [{"message": {"role": "assistant", "content": "light"}}], "usage": usage}

    monkeypatch.setattr("r2s.models.transport.endpoint.Endpoint.post", post)

    assert await caller.send(replace(CALL, answer=Text)) == Completion("light", (usage or {}).get("prompt_tokens"))
