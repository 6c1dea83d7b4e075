"""Servers that answer wrongly, twice, in the wrong encoding or without end: never a wrong dialogue, always a message."""

import gzip
import json
from typing import Any

import pytest

from r2s.config import load_config
from r2s.models.failures import Failure, Transient
from r2s.models.openai_caller import chat_model
from r2s.models.transport import endpoint
from r2s.runs.back_ends import BackEnds
from r2s.runs.meter import Meter
from tests.models.test_language_model import CALM, request


def completion(content: Any = "Hello", **changes: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [choice],
        "usage": usage,
    } | changes


def response(body: bytes | dict[str, Any], *headers: str, status: str = "200 OK") -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


async def _ask(url: str) -> str:
    reply = await chat_model("m", base_url=url, key="none", timeout=5).ainvoke("Hello?")
    return reply.text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>Bad gateway</html>", id="a web page"),
        pytest.param('{"choices": [{"message": {"content": "é"}}]}'.encode("latin-1"), id="latin-1"),
        pytest.param(json.dumps(completion()).encode("utf-16"), id="utf-16"),
        pytest.param(b"[" * 100_000, id="nested without end"),
        pytest.param(completion(choices=[5]), id="a choice that is a number"),
        pytest.param(completion(choices={"0": {}}), id="choices that are no list"),
        pytest.param(completion(choices=[{"message": None}]), id="no message"),
        pytest.param(
            completion(choices=[{"message": {"role": "assistant", "content": 7}}]), id="content that is a number"
        ),
        pytest.param(completion([{"type": "text", "text": None}]), id="a part without text"),
        pytest.param(completion(["Hello"]), id="parts that are no objects"),
        pytest.param(completion(choices=[{"message": {"role": "user", "content": "x"}}]), id="the user speaks"),
        pytest.param(completion(usage="many"), id="usage that is a word"),
        pytest.param(completion(error={"code": 500, "message": "no"}, choices=None), id="an error under success"),
    ],
)
async def test_what_is_no_completion_is_the_servers_fault_and_says_so(answers, body: Any) -> None:
    url = await answers(lambda number: [response(body)])

    with pytest.raises(Failure) as caught:
        await _ask(url)

    assert url in str(caught.value)
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize("tokens", [-5, 1e300, 10**30, True, None])
async def test_a_count_of_tokens_that_cannot_be_counts_as_unknown(answers, tokens: Any) -> None:
    usage = {"prompt_tokens": tokens, "completion_tokens": 2, "total_tokens": 2}
    url = await answers(lambda number: [response(completion(CALM, usage=usage))])
    settings = load_config(flags={"models.default": "openai:tiny", "base_url": url})
    back_ends = BackEnds(settings, Meter(settings.limits))

    reply = await back_ends.of("user").answer(request())
    await back_ends.close()

    assert reply.answer.manner == "calm"
    assert 0 <= reply.usage.prompt_tokens < 10**6


async def test_a_giant_reply_is_given_up_before_it_fills_the_memory(answers, monkeypatch) -> None:
    monkeypatch.setattr(endpoint, "LARGEST_REPLY", 100_000)
    url = await answers(lambda number: [response(completion("x" * 200_000))])

    with pytest.raises(Transient, match="more than 100,000 bytes"):
        await _ask(url)


async def test_a_reply_that_unpacks_to_a_giant_is_given_up(answers, monkeypatch) -> None:
    monkeypatch.setattr(endpoint, "LARGEST_REPLY", 1_000_000)
    packed = gzip.compress(json.dumps(completion("x" * 50_000_000)).encode())
    url = await answers(lambda number: [response(packed, "Content-Encoding: gzip")])

    with pytest.raises(Transient, match="more than 1,000,000 bytes"):
        await _ask(url)


async def test_what_only_says_that_it_is_packed_is_a_failure(answers) -> None:
    url = await answers(lambda number: [response(completion(), "Content-Encoding: gzip")])

    with pytest.raises(Failure):
        await _ask(url)


async def test_an_answer_that_comes_twice_is_never_the_answer_to_the_next_question(answers) -> None:
    url = await answers(lambda number: [2 * response(completion(f"answer {number}"))])

    said = [await _ask(url) for _ in range(5)]

    assert said == [f"answer {number}" for number in range(5)]


async def test_a_reply_in_pieces_is_one_reply(answers) -> None:
    whole = response(completion("Hello"))
    url = await answers(lambda number: [whole[place : place + 7] for place in range(0, len(whole), 7)])

    assert await _ask(url) == "Hello"


@pytest.mark.parametrize("length", [10, 150, 1000])
async def test_a_reply_that_breaks_off_is_a_failure(answers, length: int) -> None:
    whole = response(completion("x" * 2000))
    url = await answers(lambda number: None if number % 2 else [whole[:length], b""])

    with pytest.raises(Failure):
        await chat_model("m", base_url=url, key="none", timeout=1).ainvoke("Hello?")
