"""What the rate limiter costs, and what it makes of a server that refuses: by chance, or because it has too much to do.

    .venv/bin/python benchmarks/limiter.py            # about 20 seconds

The server is simulated in this process (20 ms a call, more or less; a refusal takes 1 ms), the waiting is real. 200
documents call one after the other, at most 64 calls at once. "Of the clean run" is what the limiter makes of the server
while the same server without refusals is the whole; by load the whole is the server's limit, kept busy all the time.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from r2s.models.limiter import Overloaded, RateLimiter

LATENCY, REFUSAL = 0.02, 0.001
CAP, DOCUMENTS = 64, 200


@dataclass
class Server:
    """Refuses a share of the calls by chance, and all beyond `bears` at once."""

    refuses: float = 0.0
    bears: float = float("inf")
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    served: int = 0
    refused: int = 0
    running: int = 0
    # The sum over all calls that were served of the time they took: over the whole time, the calls at once.
    busy: float = 0.0

    async def send(self) -> None:
        if self.running >= self.bears or self.chance.random() < self.refuses:
            self.refused += 1
            await asyncio.sleep(REFUSAL)
            raise Overloaded
        self.running += 1
        begun = time.perf_counter()
        try:
            await asyncio.sleep(LATENCY * self.chance.uniform(0.7, 1.3))
        finally:
            self.running -= 1
        self.busy += time.perf_counter() - begun
        self.served += 1


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    speed: float
    at_once: float
    refused: float
    cpu: float

    def show(self, what: str, whole: float) -> None:
        print(
            f"| {what} | {self.speed:.0f} | {self.speed / whole:.2f} | {self.at_once:.1f} "
            f"| {100 * self.refused:.1f} % | {1e6 * self.cpu:.0f} |"
        )


def main() -> None:
    """Print the table of the servers, then what a call costs that nobody has to wait for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--calls", type=int, default=40, help="calls of a document")
    calls = arguments.parse_args().calls
    print("| server | calls/s | of the clean run | served at once | refused | CPU a call with its server, µs |")
    print("|---|---|---|---|---|---|")
    clean = _play(Server(), calls)
    clean.show("clean", clean.speed)
    _play(Server(refuses=0.03), calls).show("3 % refused by chance", clean.speed)
    _play(Server(refuses=0.07), calls).show("7 % refused by chance", clean.speed)
    # The simulated calls take a little longer than they should; what one slot serves is read from the clean run.
    _play(Server(bears=20), calls).show("refuses beyond 20 at once", 20 * clean.speed / clean.at_once)
    print()
    print("| a call that does nothing, nobody waiting | CPU a call, µs |")
    print("|---|---|")
    print(f"| without the limiter | {1e6 * asyncio.run(_cost(_bare)):.2f} |")
    print(f"| with it | {1e6 * asyncio.run(_cost(_limited())):.2f} |")
    print(f"| with it, and tokens a minute | {1e6 * asyncio.run(_cost(_limited(tokens_per_minute=1e15))):.2f} |")


def _play(server: Server, calls: int) -> Row:
    return asyncio.run(_documents(server, calls))


async def _documents(server: Server, calls: int) -> Row:
    limiter = RateLimiter("simulated", CAP, chance=random.Random(2))

    async def document(name: int) -> None:
        for _ in range(calls):
            await limiter.call(name, server.send)

    begun, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(document(name) for name in range(DOCUMENTS)))
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    refused = server.refused / (server.refused + server.served)
    return Row(server.served / took, server.busy / took, refused, cpu / server.served)


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
