"""Fixtures of the fault tests: the command in this process, servers that say what they are told to, the mock server."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from r2s.cli import app
from r2s.models.transport.sessions import close
from tests.servers import serve

__all__ = ["serve"]

# What a server sends for the request of this number, in pieces; None hangs up.
Says = Callable[[int], list[bytes] | None]
Answers = Callable[[Says], Awaitable[str]]


class Ended(NamedTuple):
    """How a command ended, and what it said: all of it, and on standard error."""

    code: int
    said: str
    complained: str


@pytest.fixture
def r2s(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Run the command in this process."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    # What is wrong with a flag stands in a box, in which words would be parted.
    monkeypatch.setenv("COLUMNS", "400")

    def run(*arguments: str | Path) -> Ended:
        # Typer keeps its commands, and would register them once more.
        monkeypatch.setattr(app, "_register", (lambda: None) if app.app.registered_commands else app._register)
        monkeypatch.setattr(sys, "argv", ["r2s", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            app.main()
        captured = capsys.readouterr()
        said = " ".join((captured.err + captured.out).split())
        return Ended(int(ended.value.code or 0), said, captured.err)

    return run


@pytest.fixture
async def answers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Answers]:
    """Start a server: `url = await answers(lambda number: [b"HTTP/1.1 200 OK..."])`; it sends a piece at a time."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    opened: list[asyncio.Server] = []
    count = iter(range(10**9))

    async def begin(says: Says) -> str:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while await _request(reader):
                    pieces = says(next(count))
                    for piece in pieces or ():
                        writer.write(piece)
                        await writer.drain()
                        await asyncio.sleep(0)
                    if pieces is None:
                        break
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.transport.abort()

        opened.append(await asyncio.start_server(serve, "127.0.0.1", 0))
        return f"http://127.0.0.1:{opened[-1].sockets[0].getsockname()[1]}/v1"

    yield begin
    await close()
    for server in opened:
        server.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One whole request; empty where the other side has hung up."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = await reader.readline()
        if not line:
            return b""
        head += line
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].partition(b":")[2]) if lengths else 0)
