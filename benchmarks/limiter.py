"""What the rate limiter makes of a server that refuses, by chance or because it has too much to do, and what it costs.

    .venv/bin/python -m benchmarks.limiter            # about five minutes

Whole runs of `r2s run` against the mock server (0.3 s a reply, more or less), at most 64 calls at once. "Of the clean
run" is what the limiter makes of the server while the same server without refusals is the whole; by load the whole is
the server's limit, kept busy all the time.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.baseline import write_documents
from benchmarks.processes import ServerProcess, run
from benchmarks.promises import Promises
from r2s.models.limiter import RateLimiter

LATENCY, CAP, BEARS = 0.3, 64, 20


@dataclass(frozen=True)
class Row:
    """What the server saw of one run."""

    speed: float
    at_once: float
    most_at_once: int
    refused: float

    @classmethod
    def of(cls, seen: dict[str, Any]) -> "Row":
        refused, served = seen["by_status"].get("429", 0), seen["by_status"]["200"]
        most = seen["in_flight"]["most"]
        return cls(served / seen["seconds"], seen["served_at_once"], most, refused / (refused + served))

    def show(self, what: str, whole: float) -> None:
        print(
            f"| {what} | {self.speed:.0f} | {self.speed / whole:.2f} | {self.at_once:.1f} | {self.most_at_once} "
            f"| {100 * self.refused:.1f} % |",
            flush=True,
        )


def main() -> None:
    """Print the table of the servers, what a call costs that nobody has to wait for, then the promises."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", type=int, default=200)
    documents = arguments.parse_args().documents
    promises = Promises()
    with tempfile.TemporaryDirectory() as folder:
        docs = write_documents(Path(folder) / "docs.jsonl", "en", documents)
        chance, load = _servers(docs)
    print()
    print("| a call that does nothing, nobody waiting | CPU a call, µs |")
    print("|---|---|")
    print(f"| without the limiter | {1e6 * asyncio.run(_cost(_bare)):.2f} |")
    print(f"| with it | {1e6 * asyncio.run(_cost(_limited())):.2f} |")
    print(f"| with it, and tokens a minute | {1e6 * asyncio.run(_cost(_limited(tokens_per_minute=1e15))):.2f} |")
    print()
    promises.check("with 3 % of 429 by chance, at least 0.7 of the clean run's calls/s", chance >= 0.7)
    promises.check(f"at a server that bears {BEARS}, the limiter settles within a quarter of that", load >= 0.75)
    promises.exit()


def _servers(docs: Path) -> tuple[float, float]:
    """The rows of the table; returns the shares for 3 % by chance, and by load."""
    print("| server | calls/s | of the clean run | served at once | most at once | refused |")
    print("|---|---|---|---|---|---|")
    clean = _play(docs)
    clean.show("clean", clean.speed)
    few = _play(docs, "--faults", "429=0.03")
    few.show("3 % refused by chance", clean.speed)
    _play(docs, "--faults", "429=0.07").show("7 % refused by chance", clean.speed)
    load, whole = _play(docs, "--max-in-flight", str(BEARS)), BEARS / LATENCY
    load.show(f"refuses beyond {BEARS} at once", whole)
    return few.speed / clean.speed, load.speed / whole


def _play(docs: Path, *faults: str) -> Row:
    options = ("--turns", "3", "--concurrency", str(CAP))
    with (
        ServerProcess("--latency", str(LATENCY), "--jitter", "0.3", *faults) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        run(docs, Path(folder) / "run", server.url, *options)
        return Row.of(server.stats())


async def _nothing() -> None:
    pass


async def _bare() -> None:
    await _nothing()


def _limited(tokens_per_minute: float | None = None) -> Callable[[], Awaitable[None]]:
    limiter = RateLimiter("simulated", CAP, tokens_per_minute=tokens_per_minute)
    return lambda: limiter.call("document", _nothing)


async def _cost(call: Callable[[], Awaitable[None]], count: int = 100_000) -> float:
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        for _ in range(count):
            await call()
        best = min(best, (time.process_time() - begun) / count)
    return best


if __name__ == "__main__":
    main()
