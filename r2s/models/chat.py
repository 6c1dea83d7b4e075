"""Language models through LangChain: whatever speaks `BaseChatModel` answers requests."""

from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage

from r2s.errors import AnswerError, ConfigError, EndpointError
from r2s.models.parsing import parse_answer
from r2s.models.request import Answer, Reply, Request
from r2s.seeds import derive_seed
from r2s.trees.node import Usage

# A reply that does not parse is asked for again this often, the error named, at another seed.
REPAIRS = 2


class ChatModel:
    """A LangChain chat model as a back end: renders prompts, reads JSON from replies, asks again where it is broken."""

    def __init__(self, chat: BaseChatModel, name: str) -> None:
        self.chat = chat
        self.name = name

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        messages, usage, fault = request.messages(), Usage(), ""
        for attempt in range(REPAIRS + 1):
            reply = await self._call(messages, request, derive_seed(request.seed, attempt))
            usage += _usage(reply)
            try:
                return Reply(parse_answer(reply.text, request.answer), usage)
            except AnswerError as error:
                fault = str(error)
                messages = [*messages[: len(messages) if not attempt else -2], *_repair(reply.text, fault)]
        raise AnswerError(f"{self.name} gave no valid answer as {request.speaker} in {REPAIRS + 1} attempts: {fault}")

    async def _call(self, messages: list[dict[str, str]], request: Request[Any], seed: int) -> AIMessage:
        sampling = request.sampling
        try:
            reply = await self.chat.ainvoke(
                messages, temperature=sampling.temperature, max_tokens=sampling.max_tokens, seed=seed
            )
        except Exception as error:  # every provider has exceptions of its own; this is the one boundary to all of them
            raise EndpointError(f"{self.name}: {type(error).__name__}: {error}") from error
        return reply


def _repair(text: str, fault: str) -> list[dict[str, str]]:
    """What is added to the prompt after a broken reply."""
    ask = f"That reply cannot be used: {fault}. Reply again with the one JSON object that was asked for, nothing else."
    return [{"role": "assistant", "content": text or "…"}, {"role": "user", "content": ask}]


def _usage(reply: AIMessage) -> Usage:
    """The server's own count; the price of a model is not known here."""
    counted = reply.usage_metadata
    if counted is None:
        return Usage(cost_usd=None)
    return Usage(prompt_tokens=counted["input_tokens"], completion_tokens=counted["output_tokens"], cost_usd=None)


def open_ai(name: str, base_url: str | None) -> ChatModel:
    """A model on an OpenAI-compatible server; a server of one's own needs no key."""
    import os

    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    key = os.environ.get("OPENAI_API_KEY")
    if key is None and base_url is None:
        raise ConfigError(
            f"openai:{name} needs OPENAI_API_KEY, or --base-url (or OPENAI_BASE_URL) for a server of your own"
        )
    chat = ChatOpenAI(model=name, base_url=base_url, api_key=SecretStr(key or "none"), timeout=120, max_retries=5)
    return ChatModel(chat, f"openai:{name}")
