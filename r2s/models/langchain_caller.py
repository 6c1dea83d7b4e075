"""Any LangChain chat model as a caller."""

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage

from r2s.models.calls import Call, Completion
from r2s.models.failures import Failure, TimedOut, Transient, Unreachable, failure_of
from r2s.models.reasoning import split_reasoning
from r2s.usage import token_count


def chat_name(chat: BaseChatModel) -> str:
    """What a chat model is called in trees and journal keys: the name its user gave it, else what it names itself.

    Classes call it `model_name` or `model`; only those that have neither go by the name of their class.
    """
    names = (chat.name, getattr(chat, "model_name", None), getattr(chat, "model", None))
    return next((name for name in names if isinstance(name, str) and name), chat.get_name())


class LangChainCaller:
    """Sends through `ainvoke`, as LangChain's users know it: callbacks, caches and tracing of theirs go on working."""

    def __init__(self, chat: BaseChatModel) -> None:
        self._chat = chat

    async def send(self, call: Call) -> Completion:
        """One attempt; whatever a provider raises becomes a `Failure`."""
        messages = [dict(message) for message in call.messages]
        try:
            reply = await self._chat.ainvoke(messages, **call.sampling.told(), seed=call.seed)
        except Failure:
            raise
        except Exception as error:  # every provider has exceptions of its own; this is the one boundary to all of them
            raise _failure(error) from error
        return completion_of(reply)

    async def close(self) -> None:
        """The chat model belongs to whoever made it."""


def completion_of(reply: AIMessage) -> Completion:
    """What a LangChain message holds of a reply, with the provider's own count where it gives one."""
    counted = reply.usage_metadata
    return Completion(
        content=split_reasoning(reply.text).content,
        prompt_tokens=token_count(counted["input_tokens"]) if counted else None,
        completion_tokens=token_count(counted["output_tokens"]) if counted else None,
        finish=reply.response_metadata.get("finish_reason"),
    )


def _failure(error: Exception) -> Failure:
    """The failure behind a provider's exception; those with a response carry it under the names of httpx."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        headers = getattr(getattr(error, "response", None), "headers", None)
        return failure_of(status, headers or {}, str(error).encode(errors="replace"))
    if isinstance(error, TimeoutError):
        return TimedOut(str(error))
    if isinstance(error, ConnectionError):
        return Unreachable(str(error))
    return Transient(f"{type(error).__name__}: {error}")
