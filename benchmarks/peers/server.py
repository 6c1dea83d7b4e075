"""The mock server of the benchmarks, told what workload W's calls must hold: it counts right and strange ones.

    .venv/bin/python -m benchmarks.peers.server --documents docs.jsonl --calls 8 --latency 0.1 --jitter 0.3

R2S sends its own prompts to the same server and is answered in its own roles; what it made is checked in its results.
"""

import argparse
import asyncio
import contextlib
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.mock_roles import play
from benchmarks.mock_server import Body, MockServer, Settings
from benchmarks.peers.workload import Document, prompt, read_documents, replies


class Expectation:
    """The prompts that workload W consists of, each with its reply, and how often each was asked."""

    def __init__(self, documents: list[Document], calls: int) -> None:
        self.answers: dict[str, str] = {}
        self.asked, self.strange = Counter[str](), 0
        for document in documents:
            said = replies(document, calls)
            self.answers.update({prompt(document["text"], said[:step]): said[step] for step in range(calls)})

    def answer(self, body: Body) -> str:
        text = _text(body)
        if (known := self.answers.get(text)) is None:
            self.strange += 1
            return play(body, len(text))
        self.asked[text] += 1
        return known

    def stats(self) -> dict[str, int]:
        """`right` counts the calls of the workload that were made, each once; `repeated` what was asked again."""
        return {"right": len(self.asked), "repeated": self.asked.total() - len(self.asked), "strange": self.strange}


class PeerServer(MockServer):
    """The mock server, with the time of the first and the last call; requests without a message start no clock."""

    def __init__(self, settings: Settings, expectation: Expectation) -> None:
        super().__init__(settings, expectation.answer, keeps_bodies=False)
        self.expectation, self.began, self.ended = expectation, 0.0, 0.0

    def stats(self) -> dict[str, Any]:
        return {**super().stats(), **self.expectation.stats(), "began": self.began, "ended": self.ended}

    async def _complete(self, request: web.BaseRequest) -> web.StreamResponse:
        if not self.began and b'"user"' in await request.read():
            self.began = time.monotonic()
        try:
            return await super()._complete(request)
        finally:
            self.ended = time.monotonic()


def _text(body: Body) -> str:
    """What the user message says: a string, or blocks of text."""
    said = next((message["content"] for message in body["messages"] if message["role"] == "user"), "")
    return said if isinstance(said, str) else "".join(block.get("text", "") for block in said)


async def _run(given: argparse.Namespace) -> None:
    expectation = Expectation(read_documents(given.documents), given.calls)
    server = PeerServer(Settings(latency=given.latency, jitter=given.jitter), expectation)
    await server.open("127.0.0.1", 0)
    print(server.url, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", required=True, type=Path)
    arguments.add_argument("--calls", required=True, type=int)
    arguments.add_argument("--latency", type=float, default=0.0)
    arguments.add_argument("--jitter", type=float, default=0.0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(arguments.parse_args()))


if __name__ == "__main__":
    main()
