"""The mock server of the benchmarks, for every folder of tests whose conftest.py imports `serve`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from benchmarks.mock_server import MockServer, Settings, start
from r2s.models.transport.sessions import close

Serve = Callable[..., Awaitable[MockServer]]


@pytest.fixture
async def serve(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serve]:
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
