"""One aiohttp session an event loop, shared by all models; it ends when it is told to, or with its loop.

A session belongs to the loop it was opened in, and a program may have one loop after another (tests, notebooks,
`asyncio.run` twice). `asyncio.run` closes what async generators hold open, so a generator holds the session.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import NamedTuple

import aiohttp

# The rate limiter decides how many calls run; this only bounds what a mistake can do.
MOST_CONNECTIONS = 4096
# uvicorn, and so vLLM, hangs up after 5 idle seconds: a connection must be given up before, or a call is lost on it.
KEPT_ALIVE = 4.0


class _Held(NamedTuple):
    session: aiohttp.ClientSession
    keeper: AsyncGenerator[aiohttp.ClientSession]


_held: dict[asyncio.AbstractEventLoop, _Held] = {}


async def session() -> aiohttp.ClientSession:
    """The session of the running loop."""
    held = _held.get(asyncio.get_running_loop())
    return held.session if held is not None and not held.session.closed else await _open()


async def close() -> None:
    """Close the running loop's session, if there is one; the next call opens another."""
    if held := _held.pop(asyncio.get_running_loop(), None):
        await held.keeper.aclose()


async def _open() -> aiohttp.ClientSession:
    for loop in [loop for loop in _held if loop.is_closed()]:
        del _held[loop]
    keeper = _keep_open()
    opened = await anext(keeper)
    _held[asyncio.get_running_loop()] = _Held(opened, keeper)
    return opened


async def _keep_open() -> AsyncGenerator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_ALIVE, ttl_dns_cache=300)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as opened:
        yield opened
