"""An OpenAI-compatible server that plays every role of R2S, with settable latency and faults.

    .venv/bin/python benchmarks/mock_server.py --latency 0.1 --jitter 0.3 --faults 429=0.05,hang=0.02

It prints its URL when it is ready. A reply follows from the request's own prompt, so that the same request is always
answered alike; a fault follows from the seed and the number of the request. GET /stats tells what was seen.
"""

import argparse
import asyncio
import contextlib
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from aiohttp import web

from benchmarks.mock_batches import Batches
from benchmarks.mock_roles import play

FAULTS = ("429", "500", "502", "503", "reset", "hang", "broken", "empty", "cut")
Body = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """How the server behaves; `faults` maps names of `FAULTS` to their share of the requests.

    It refuses (429) what goes beyond `max_in_flight`, and is gone for `down_for` seconds after `down_after` requests.
    `json_schema` tells which response formats it takes: all, none, or JSON objects only. A batch has ended after
    `batch_looks` looks at it.
    """

    latency: float = 0.0
    jitter: float = 0.0
    seed: int = 0
    faults: Mapping[str, float] = field(default_factory=dict)
    max_in_flight: int | None = None
    retry_after: float | None = None
    down_after: int | None = None
    down_for: float = 60.0
    json_schema: Literal["yes", "no", "object"] = "yes"
    reasoning: Literal["none", "field", "tags"] = "none"
    key: str | None = None
    batch_looks: int = 0

    def __post_init__(self) -> None:
        if unknown := set(self.faults) - set(FAULTS):
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}; faults are {', '.join(FAULTS)}")


class MockServer:
    """A running server. `bodies` holds every request's body and headers where `keeps_bodies` is set."""

    def __init__(self, settings: Settings, reply: Callable[[Body], str | Body] | None, keeps_bodies: bool) -> None:
        self.settings, self.reply, self.keeps_bodies = settings, reply, keeps_bodies
        self.bodies: list[tuple[Body, Mapping[str, str]]] = []
        self.requests = self.in_flight = self.most_in_flight = 0
        self.by_status, self.seen, self.answered = Counter[str](), Counter[str](), Counter[str]()
        self.down_since: float | None = None
        # Seconds that replies took, added up, and the times of the first request and the latest reply.
        self.busy, self.first, self.latest = 0.0, 0.0, 0.0
        self.runner = web.ServerRunner(
            web.Server(self._serve, handler_cancellation=True, access_log=None), shutdown_timeout=0.1
        )
        self.batches = Batches(self._answer_line, settings.batch_looks)
        self.url = ""

    async def open(self, host: str, port: int) -> None:
        await self.runner.setup()
        site = web.TCPSite(self.runner, host, port, backlog=4096)
        await site.start()
        self.url = f"http://{host}:{self.runner.addresses[0][1]}/v1"

    async def close(self) -> None:
        await self.runner.cleanup()

    @property
    def connections(self) -> int:
        """How many connections are open."""
        server = self.runner.server
        return len(server.connections) if server is not None else 0

    def stats(self) -> dict[str, Any]:
        """What was asked; `bodies` and `answered` count each distinct body by its hash.

        `served_at_once` is the mean of calls being answered, from the first request to the latest reply.
        """
        seconds = self.latest - self.first
        return {
            "requests": self.requests,
            "by_status": self.by_status,
            "in_flight": {"now": self.in_flight, "most": self.most_in_flight},
            "served_at_once": self.busy / seconds if seconds else 0.0,
            "seconds": seconds,
            "distinct": len(self.seen),
            "bodies": self.seen,
            "answered": self.answered,
        }

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/stats":
            return _json(self.stats())
        if request.path == "/v1/models":
            return _json({"object": "list", "data": [{"id": "mock", "object": "model", "owned_by": "benchmarks"}]})
        if request.path.startswith(("/v1/files", "/v1/batches")):
            if self.settings.key and request.headers.get("Authorization") != f"Bearer {self.settings.key}":
                return _refusal(401, REFUSALS["401"])
            return await self.batches.serve(request)
        if request.path != "/v1/chat/completions" or request.method != "POST":
            return _refusal(404, f"no {request.method} {request.path} here")
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._complete(request)
        finally:
            self.in_flight -= 1

    async def _complete(self, request: web.BaseRequest) -> web.StreamResponse:
        raw, began = await request.read(), time.monotonic()
        self.first = self.first or began
        number, body = self.requests, orjson.loads(raw)
        digest, fault = self._note(raw, body, request.headers)
        if fault in ("reset", "down", "hang"):
            return await self._vanish(request, fault)
        if fault and fault.isdigit():
            return _refusal(int(fault), REFUSALS.get(fault, "a fault was drawn"), self.settings.retry_after)
        if self.settings.latency:
            spread = self.settings.jitter * (2 * _draw(self.settings.seed, 2 * number + 1) - 1)
            await asyncio.sleep(self.settings.latency * (1 + spread))
        self.answered[digest] += 1
        completion = self._completion(body, digest, fault)
        self.latest = time.monotonic()
        self.busy += self.latest - began
        return _json(completion)

    def _answer_line(self, body: Body) -> tuple[int, Body] | None:
        """The status and body for a request of a batch; None where it is not answered in time."""
        digest, fault = self._note(orjson.dumps(body), body, {"Authorization": f"Bearer {self.settings.key}"})
        if fault in ("reset", "down", "hang"):
            return None
        if fault and fault.isdigit():
            return int(fault), _error(REFUSALS.get(fault, "a fault was drawn"))
        self.answered[digest] += 1
        return 200, self._completion(body, digest, fault)

    def _note(self, raw: bytes, body: Body, headers: Mapping[str, str]) -> tuple[str, str | None]:
        """Count a request; its hash, and the fault that it meets."""
        number, digest = self.requests, hashlib.blake2b(raw, digest_size=12).hexdigest()
        self.requests += 1
        self.seen[digest] += 1
        if self.keeps_bodies:
            self.bodies.append((body, dict(headers)))
        fault = self._fault(number, body, headers.get("Authorization"))
        self.by_status[fault or "200"] += 1
        return digest, fault

    def _fault(self, number: int, body: Body, authorization: str | None) -> str | None:
        """What goes wrong with a request: first what it or the load is to blame for, then what chance brings."""
        settings = self.settings
        if settings.down_after is not None and number >= settings.down_after:
            self.down_since = self.down_since or time.monotonic()
            if time.monotonic() - self.down_since < settings.down_for:
                return "down"
        if settings.key and authorization != f"Bearer {settings.key}":
            return "401"
        if settings.max_in_flight and self.in_flight > settings.max_in_flight:
            return "429"
        form = body.get("response_format", {}).get("type")
        if (form and settings.json_schema == "no") or (form == "json_schema" and settings.json_schema == "object"):
            return "400"
        drawn = _draw(settings.seed, 2 * number)
        for name, share in settings.faults.items():
            if drawn < share:
                return name
            drawn -= share
        return None

    async def _vanish(self, request: web.BaseRequest, fault: str) -> web.StreamResponse:
        if fault == "hang":
            await asyncio.sleep(3600)
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    def _completion(self, body: Body, digest: str, fault: str | None) -> Body:
        said = self.reply(body) if self.reply else play(body, int(digest, 16))
        message = said if isinstance(said, dict) else {"content": _damaged(said, fault, digest)}
        if self.settings.reasoning == "field":
            message["reasoning_content"] = "Let me think about it."
        elif self.settings.reasoning == "tags":
            message["content"] = f"<think>\nLet me think about it.\n</think>\n\n{message['content']}"
        asked = sum(len(message["content"]) for message in body["messages"]) // 4
        spoken = sum(len(value) for value in message.values() if isinstance(value, str)) // 4
        reason = "length" if fault == "cut" else "stop"
        choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason, "logprobs": None}
        usage = {"prompt_tokens": asked, "completion_tokens": spoken, "total_tokens": asked + spoken}
        opening = {"id": f"chatcmpl-{digest}", "object": "chat.completion", "created": 0, "model": body["model"]}
        return {**opening, "choices": [choice], "usage": usage}


REFUSALS = {
    "400": "response_format of this type is not supported",
    "401": "Incorrect API key provided",
    "429": "too many requests",
}


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, headers=headers, content_type="application/json")


def _refusal(status: int, message: str, retry_after: float | None = None) -> web.Response:
    headers = {"Retry-After": f"{retry_after:g}"} if retry_after is not None and status in (429, 503) else None
    return _json(_error(message), status, headers)


def _error(message: str) -> Body:
    return {"error": {"message": message, "type": "mock", "code": None}}


def _damaged(said: str, fault: str | None, digest: str) -> str:
    """The reply with its fault; a broken one is either no JSON at all or lacks its first key."""
    if fault == "empty":
        return ""
    if fault == "cut":
        return said[: len(said) // 2]
    if fault == "broken":
        return said.replace('"', '"un', 1) if digest[0] < "8" else "I would rather not say it like that."
    return said


def _draw(seed: int, number: int) -> float:
    """A number of [0, 1) that follows from its place alone (splitmix64)."""
    mixed = ((seed << 32) + number + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return (mixed ^ (mixed >> 31)) / 2**64


async def start(
    settings: Settings | None = None,
    *,
    reply: Callable[[Body], str | Body] | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    keeps_bodies: bool = False,
) -> MockServer:
    """A server in this event loop; `reply` makes the content, or the whole message, of a request's body."""
    server = MockServer(settings or Settings(), reply, keeps_bodies)
    await server.open(host, port)
    return server


async def _run(given: argparse.Namespace) -> None:
    settings = {name: getattr(given, name) for name in Settings.__dataclass_fields__}
    server = await start(Settings(**settings), port=given.port)
    print(server.url, flush=True)
    await asyncio.Event().wait()


def _shares(text: str) -> dict[str, float]:
    """`429=0.05,hang=0.02` as a mapping."""
    return {name: float(share) for name, _, share in (part.partition("=") for part in text.split(",") if part)}


def main() -> None:
    """Serve until interrupted."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--latency", type=float, default=0.0, help="seconds a reply takes")
    arguments.add_argument("--jitter", type=float, default=0.0, help="share by which the latency varies, up and down")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--faults", type=_shares, default={}, help=f"shares of {', '.join(FAULTS)}")
    arguments.add_argument("--max-in-flight", type=int, help="refuse with 429 what goes beyond")
    arguments.add_argument("--retry-after", type=float, help="seconds, told with every 429 and 503")
    arguments.add_argument("--down-after", type=int, help="be gone after so many requests")
    arguments.add_argument("--down-for", type=float, default=60.0, help="seconds")
    arguments.add_argument("--json-schema", choices=("yes", "no", "object"), default="yes")
    arguments.add_argument("--reasoning", choices=("none", "field", "tags"), default="none")
    arguments.add_argument("--batch-looks", type=int, default=0, help="a batch has ended after so many looks at it")
    arguments.add_argument("--key", help="refuse who has another key")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(arguments.parse_args()))


if __name__ == "__main__":
    main()
