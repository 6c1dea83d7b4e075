"""A model on an OpenAI-compatible server as a caller: ChatOpenAI's payload, sent the fast way."""

import os
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import SecretStr

from r2s.errors import ConfigError
from r2s.models import limiter
from r2s.models.langchain_caller import completion_of
from r2s.models.language_model import Call, Completion
from r2s.models.transport import failures
from r2s.models.transport.aiohttp_chat import FastChatOpenAI
from r2s.models.transport.sessions import close as close_session
from r2s.models.transport.structured import FORMS

SPEAKERS: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


class OpenAICaller:
    """Asks `model` at `base_url`, each time for at most `timeout` seconds; a server of one's own needs no key."""

    def __init__(self, model: str, base_url: str | None, timeout: float) -> None:
        key = os.environ.get("OPENAI_API_KEY")
        if key is None and base_url is None:
            raise ConfigError(
                f"openai:{model} needs OPENAI_API_KEY, or --base-url (or OPENAI_BASE_URL) for a server of your own"
            )
        self._chat = FastChatOpenAI(
            model=model, base_url=base_url, api_key=SecretStr(key or "none"), timeout=timeout, max_retries=0
        )

    async def send(self, call: Call) -> Completion:
        """One attempt, in the strictest form of JSON that the server takes."""
        messages = [SPEAKERS[message["role"]](content=message["content"]) for message in call.messages]
        sampling = {"temperature": call.sampling.temperature, "max_tokens": call.sampling.max_tokens, "seed": call.seed}

        async def ask(form: dict[str, Any]) -> AIMessage:
            return await self._chat.reply_to(messages, **form, **sampling)

        try:
            reply = await FORMS.ask(self._chat.server, call.answer, ask)
        except failures.TransportFailure as failure:
            raise _failure(failure) from failure
        return completion_of(reply)

    async def close(self) -> None:
        """Close this event loop's connections."""
        await close_session()


def _failure(failure: failures.TransportFailure) -> limiter.Failure:
    """What a failed attempt means to the limiter."""
    text = str(failure)
    match failure:
        case failures.Overloaded():
            return limiter.Overloaded(failure.retry_after, text, failure.status or 429)
        case failures.TimedOut():
            return limiter.TimedOut(text)
        case failures.Unreachable():
            return limiter.Unreachable(text)
        case failures.Refused():
            return limiter.Refused(text, failure.status or 400)
    return limiter.Transient(text)
