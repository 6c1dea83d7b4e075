"""A LangChain chat model as a caller: what it says, and that whatever it raises is a failure the limiter knows."""

from typing import Any

import httpx
import openai
import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from r2s.models.calls import Call
from r2s.models.failures import Failure, LockedOut, Overloaded, TimedOut, Transient, Unreachable
from r2s.models.langchain_caller import LangChainCaller, chat_name
from r2s.models.request import Sampling
from r2s.trees.node import AssistantCast

CALL = Call([{"role": "user", "content": "Say a word."}], AssistantCast, Sampling(), seed=1)


class _Failing(FakeListChatModel):
    """Raises `error` whenever it is asked."""

    responses: list[str] = []  # noqa: RUF012 (a field of a pydantic model)
    error: Any = None

    async def _agenerate(self, *arguments: Any, **more: Any) -> Any:
        raise self.error


def refusal(status: int, body: dict[str, Any], **headers: str) -> openai.APIStatusError:
    """What the OpenAI client raises, as most of the others do."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response: Any = httpx.Response(status, headers=named, request=httpx.Request("POST", "http://localhost/v1"))
    return openai.RateLimitError(f"Error code: {status} - {body}", response=response, body=body)


@pytest.mark.parametrize(
    ("error", "kind", "retry_after"),
    [
        (refusal(429, {}, Retry_After="7"), Overloaded, 7.0),
        (refusal(503, {}, retry_after_ms="250"), Overloaded, 0.25),
        (refusal(429, {"error": {"code": "insufficient_quota"}}), LockedOut, None),
        (TimeoutError("late"), TimedOut, None),
        (ConnectionResetError("reset"), Unreachable, None),
        (KeyError("choices"), Transient, None),
        (Overloaded("HTTP 529", status=529, retry_after=2.0), Overloaded, 2.0),
    ],
)
async def test_what_a_provider_raises_has_its_kind(
    error: Exception, kind: type[Failure], retry_after: float | None
) -> None:
    with pytest.raises(Failure) as caught:
        await LangChainCaller(_Failing(error=error)).send(CALL)

    assert type(caught.value) is kind
    assert caught.value.retry_after == retry_after


async def test_what_a_model_thought_is_no_part_of_what_it_says() -> None:
    said = '{"text": "The tag <think> opens a block."}'

    completion = await LangChainCaller(FakeListChatModel(responses=[f"<think>hm</think>{said}"])).send(CALL)

    assert completion.content == said


@pytest.mark.parametrize(
    ("chat", "name"),
    [
        (ChatOpenAI(model="gpt-4o-mini", api_key=SecretStr("none")), "gpt-4o-mini"),
        (ChatOpenAI(model="gpt-4o-mini", api_key=SecretStr("none"), name="judge"), "judge"),
    ],
)
def test_a_chat_model_is_called_what_it_asks_for(chat, name):
    assert chat_name(chat) == name
