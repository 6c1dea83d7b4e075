"""A model on an OpenAI-compatible server as a caller: ChatOpenAI's payload, sent the fast way."""

from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import SecretStr

from r2s.models.calls import Call, Completion
from r2s.models.langchain_caller import completion_of
from r2s.models.local.circles import SETTING
from r2s.models.transport.aiohttp_chat import FastChatOpenAI
from r2s.models.transport.keys import api_key
from r2s.models.transport.sessions import close as close_session
from r2s.models.transport.structured import FORMS, Form, arguments
from r2s.usage import token_count

SPEAKERS: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


class OpenAICaller:
    """Asks `model` at `base_url`, each time for at most `timeout` seconds; a server of one's own needs no key.

    Raises `ConfigError` where the address is none.
    """

    def __init__(self, model: str, base_url: str | None, timeout: float) -> None:
        key = api_key(f"openai:{model}", base_url)
        self._chat = chat_model(model, base_url=base_url, key=key, timeout=timeout)
        self._chat.check_address()
        self._is_own = base_url is not None
        self._settings: dict[tuple[Any, ...], dict[str, Any]] = {}

    async def send(self, call: Call) -> Completion:
        """One attempt, in the strictest form of JSON that the server takes."""

        async def ask(form: dict[str, Any]) -> Completion:
            body = self._body(call, form)
            if self._chat.can_send(body):
                sent = await self._chat.complete(body)
                with self._chat.reading():
                    return _completion(sent)
            return completion_of(await self._chat.reply_to(_messages(call), **form, **_sampling(call)))

        return await FORMS.ask(self._chat.server, call.answer, ask)

    def _body(self, call: Call, form: dict[str, Any]) -> dict[str, Any]:
        """ChatOpenAI's payload, to the byte; all but the messages and the seed is made once."""
        kind = form.get("response_format", {}).get("type")
        known = (call.answer, kind, call.sampling)
        if known not in self._settings:
            self._settings[known] = self._chat.payload([], **form, **_sampling(call))
        messages = [{"content": message["content"], "role": message["role"]} for message in call.messages]
        return {**self._settings[known], **self._more(call), "seed": call.seed, "messages": messages}

    def _more(self, call: Call) -> dict[str, Any]:
        """What a server of `r2s serve` knows beyond OpenAI's own settings; other vLLMs take no notice of it."""
        repeats = call.sampling.repeats
        return {"vllm_xargs": {SETTING: repeats}} if self._is_own and repeats is not None else {}

    async def close(self) -> None:
        """Close this event loop's connections."""
        await close_session()


def chat_model(model: str, *, base_url: str | None, key: str, timeout: float | None) -> FastChatOpenAI:
    """The chat model behind a name, which leaves trying again to the rate limiter."""
    return FastChatOpenAI(model=model, base_url=base_url, api_key=SecretStr(key), timeout=timeout, max_retries=0)


def body_of(chat: FastChatOpenAI, call: Call) -> dict[str, Any]:
    """The body that `send` posts for a call to a server that takes JSON schemas."""
    return chat.payload(_messages(call), **arguments(Form.JSON_SCHEMA, call.answer), **_sampling(call))


def _messages(call: Call) -> list[BaseMessage]:
    return [SPEAKERS[message["role"]](content=message["content"]) for message in call.messages]


def _sampling(call: Call) -> dict[str, Any]:
    return {**call.sampling.told(), "seed": call.seed}


def _completion(sent: dict[str, Any]) -> Completion:
    """What a chat completion holds of a reply; the way over a LangChain message costs more than sending the call."""
    choice, counted = sent["choices"][0], sent.get("usage") or {}
    return Completion(
        content=choice["message"]["content"],
        prompt_tokens=token_count(counted.get("prompt_tokens")),
        completion_tokens=token_count(counted.get("completion_tokens")),
        finish=choice.get("finish_reason"),
    )
