"""Chat models that talk to the mock server."""

from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from pydantic import SecretStr

from r2s.models.transport.aiohttp_chat import FastChatOpenAI
from tests.servers import serve  # noqa: F401

KEY = "sk-a-very-secret-key"
MESSAGES: list[BaseMessage] = [SystemMessage(content="the rules"), HumanMessage(content="Say a word about 灯塔.")]


def chat_at(url: str, **more: Any) -> FastChatOpenAI:
    return FastChatOpenAI(model="mock", base_url=url, api_key=SecretStr(KEY), **more)
