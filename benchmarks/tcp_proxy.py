"""A bad network between a client and a server on this machine: a TCP proxy that drops, delays, cuts off and repeats."""

import asyncio
import random
import threading
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

BLOCK = 4096


@dataclass
class Weather:
    """What happens to what passes; shares are of connections or of the blocks of replies.

    `is_cut` refuses and drops every connection; `delay` is in seconds a block, each way.
    """

    is_cut: bool = False
    delay: float = 0.0
    truncated: float = 0.0
    repeated: float = 0.0
    reset: float = 0.0


class Proxy:
    """Listens in a thread of its own until it is closed; `weather` may be changed at any time, and `upstream` too."""

    def __init__(self, upstream: str, seed: int = 0) -> None:
        self.weather = Weather()
        self.upstream = upstream
        self._chance = random.Random(seed)
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    def cut(self) -> None:
        """Drop all connections, and refuse new ones until the weather is changed."""
        self.weather = Weather(is_cut=True)
        self._loop.call_soon_threadsafe(self._drop_all)

    def close(self) -> None:
        """Drop all connections and be gone."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _open(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _shut(self) -> None:
        self._server.close()
        self._drop_all()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _drop_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if not self.weather.is_cut:
                await self._join(reader, writer)
        except OSError:
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = urlsplit(self.upstream)
        there, back = await asyncio.open_connection(address.hostname, address.port)
        try:
            ways = [self._pass_on(reader, back, is_reply=False), self._pass_on(there, writer, is_reply=True)]
            tasks = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            back.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_reply: bool) -> None:
        while block := await reader.read(BLOCK):
            weather = self.weather
            if weather.delay:
                await asyncio.sleep(weather.delay)
            if is_reply:
                drawn = self._chance.random()
                if drawn < weather.reset:
                    return
                if drawn < weather.reset + weather.truncated:
                    writer.write(block[: len(block) // 2])
                    await writer.drain()
                    return
                if drawn < weather.reset + weather.truncated + weather.repeated:
                    block += block
            writer.write(block)
            await writer.drain()
