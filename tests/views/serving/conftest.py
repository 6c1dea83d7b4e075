"""A server of a run, as `r2s view` has it, and ways to ask it: by hand, or in a browser."""

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from r2s.views.serving.door import KEY_HEADER, door_at
from r2s.views.serving.server import Server
from r2s.views.serving.site import Site

Visit = Callable[..., Page]


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class Served(NamedTuple):
    """A server that runs, asked over a connection of its own each time."""

    server: Server

    @property
    def site(self) -> Site:
        return self.server.site

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/"

    def get(self, path: str = "/", headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers or {})

    def post(self, path: str, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a change as a page of the server does; `headers` stand in for its own."""
        own = {"Origin": self.url.rstrip("/"), "Content-Type": "application/json", KEY_HEADER: self.site.door.key}
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.ask("POST", path, own | dict(headers or {}), body)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, body, {name: value for name, value in headers.items() if value})
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()


Serve = Callable[..., Served]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve a run until the test has ended: `serve(run, host=..., needs_token=True)`."""
    with ExitStack() as stack:

        def serve(run: Path, host: str = "127.0.0.1", **door: bool) -> Served:
            return stack.enter_context(_served(Server(Site(run, door_at(host, **door)))))

        yield serve


@contextmanager
def _served(server: Server) -> Iterator[Served]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.open(), loop).result()
        yield Served(server)
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result()
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open a page of a server; the test fails where the page complains, or asks anybody else."""
    opened: list[tuple[Page, list[str], list[str]]] = []

    def visit(url: str, *, width: int = 1280, height: int = 800, **context: Any) -> Page:
        page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
        requests, complaints = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append((page, requests, complaints))
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        return page

    yield visit
    for page, requests, complaints in opened:
        host = page.url.split("/")[2]
        page.context.close()
        assert [url for url in requests if url.split("/")[2] != host and not url.startswith("data:")] == []
        assert complaints == []
