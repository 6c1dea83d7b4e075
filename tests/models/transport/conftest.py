"""The mock server of the benchmarks on this machine, and chat models that talk to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from pydantic import SecretStr

from benchmarks.mock_server import MockServer, Settings, start
from r2s.models.transport.aiohttp_chat import FastChatOpenAI
from r2s.models.transport.sessions import close

KEY = "sk-a-very-secret-key"
MESSAGES: list[BaseMessage] = [SystemMessage(content="the rules"), HumanMessage(content="Say a word about 灯塔.")]


@pytest.fixture
async def serve(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Awaitable[MockServer]]]:
    """Start a server: `await serve(json_schema="no", reply=lambda body: "hello")`; its bodies are kept."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    servers: list[MockServer] = []

    async def begin(reply: Callable[[dict[str, Any]], Any] | None = None, **settings: Any) -> MockServer:
        servers.append(await start(Settings(**settings), reply=reply, keeps_bodies=True))
        return servers[-1]

    yield begin
    await close()
    for server in servers:
        await server.close()


def chat_at(url: str, **more: Any) -> FastChatOpenAI:
    return FastChatOpenAI(model="mock", base_url=url, api_key=SecretStr(KEY), **more)
