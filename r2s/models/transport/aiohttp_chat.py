"""ChatOpenAI with its own payload and its own results, sent through aiohttp: a tenth of the cost a call."""

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import aiohttp
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from r2s.models.failures import Failure, Transient
from r2s.models.reasoning import take_reasoning
from r2s.models.transport.endpoint import Endpoint, bare
from r2s.models.transport.structured import Server

# The time-out of the OpenAI client, for a ChatOpenAI that names none.
_LONGEST_REPLY = 600.0
_CONNECT_SECONDS = 20.0
LONGEST_DETAIL = 500


class FastChatOpenAI(ChatOpenAI):
    """A ChatOpenAI whose asynchronous calls go through one shared aiohttp session and fail with a `Failure`.

    It never retries: the rate limiter does. Synchronous calls, streams, the Responses API, keys that are functions and
    pydantic response formats (`with_structured_output`) go the parent's way.
    """

    async def reply_to(self, messages: Sequence[BaseMessage], **sampling: Any) -> AIMessage:
        """What `ainvoke` returns, without callbacks and tracing, which cost more than the call."""
        generation = (await self._agenerate(list(messages), **sampling)).generations[0]
        message = generation.message
        assert isinstance(message, AIMessage), "complete refuses anything else"
        message.response_metadata = {**(generation.generation_info or {}), "model_name": self.model_name}
        return message

    def payload(self, messages: Sequence[BaseMessage], **sampling: Any) -> dict[str, Any]:
        """The body that `reply_to` sends."""
        return self._get_request_payload(list(messages), **sampling)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        if not self.can_send(payload):
            return await super()._agenerate(messages, stop, run_manager, **kwargs)
        return self._result(await self.complete(payload))

    async def complete(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The server's completion of a payload, with any reasoning apart, in each message's `reasoning_content`."""
        timeout = payload.pop("timeout", self.request_timeout)
        headers, query = payload.pop("extra_headers", None), payload.pop("extra_query", None)
        payload.update(payload.pop("extra_body", None) or {})
        return self.checked(await self.endpoint.post(payload, _timeout(timeout), headers=headers, query=query))

    def checked(self, completion: dict[str, Any]) -> dict[str, Any]:
        """A completion in which the assistant speaks, its reasoning apart; raises `Transient` where it is none."""
        with self.reading():
            for choice in completion["choices"]:
                message = choice["message"]
                if (role := message.get("role", "assistant")) != "assistant":
                    raise Transient(f"{self.server.base_url}: a reply in the role {role!r}", status=200)
                message["reasoning_content"] = take_reasoning(message)
        return completion

    def can_send(self, payload: dict[str, Any]) -> bool:
        """Whether `complete` can take a payload; the others are for `ainvoke`."""
        return (
            not payload.get("stream")
            and not isinstance(payload.get("response_format"), type)
            and isinstance(self.openai_api_key, SecretStr)
            and not self._use_responses_api(payload)
        )

    def _result(self, completion: dict[str, Any]) -> ChatResult:
        """The parent's reading of a completion, with the reasoning in `additional_kwargs["reasoning_content"]`."""
        with self.reading():
            result = self._create_chat_result(completion)
            for generation, choice in zip(result.generations, completion["choices"], strict=True):
                extras = {name: choice["message"].get(name) for name in ("reasoning_content", "refusal")}
                generation.message.additional_kwargs.update({name: text for name, text in extras.items() if text})
        return result

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A body of the wrong shape is the server's fault: under a status of success, too, it may send anything."""
        try:
            yield
        except Failure:
            raise
        except Exception as error:
            detail = f"HTTP 200, but no chat completion: {type(error).__name__}: {error}"
            raise Transient(f"{self.server.base_url}: {detail[:LONGEST_DETAIL]}", status=200) from None

    def check_address(self) -> None:
        """Raise `ConfigError` where the server's address is none."""
        assert self.endpoint

    @functools.cached_property
    def endpoint(self) -> Endpoint:
        """The server as the OpenAI client would address it."""
        client = self.root_async_client
        identity = {"OpenAI-Organization": client.organization, "OpenAI-Project": client.project}
        headers = {name: value for name, value in identity.items() if value}
        assert isinstance(self.openai_api_key, SecretStr), "can_send has looked"
        return Endpoint.at(
            str(client.base_url),
            self.openai_api_key.get_secret_value(),
            {**headers, **(self.default_headers or {})},
            self.openai_proxy,
        )

    @functools.cached_property
    def server(self) -> Server:
        """What the answers about reply formats are remembered by."""
        return Server(bare(str(self.root_async_client.base_url)).rstrip("/"), self.model_name)


@functools.lru_cache(64)
def _seconds(total: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total, sock_connect=min(total, _CONNECT_SECONDS))


def _timeout(given: Any) -> aiohttp.ClientTimeout:
    """Seconds, or httpx's time-outs, of which the one for reading is the one that matters."""
    seconds = given if isinstance(given, int | float) else getattr(given, "read", None)
    return _seconds(float(seconds or _LONGEST_REPLY))
