"""Reviewers cost calls, not time: the same documents with 1, 3 and 5 of them, and no limit on calls at once.

    .venv/bin/python -m benchmarks.reviewers            # about five minutes

The fastest of three rounds counts, for a core that others use as well makes calls wait that no server does. The seconds
are those from the first request that the mock server saw to its last reply, without the start of a process.
Nothing is rewritten: one reviewer asks for that more often than a majority of five does, and would pay for it in time.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.baseline import write_documents
from benchmarks.processes import ServerProcess, run
from benchmarks.promises import Promises

PANELS = (1, 3, 5)
MOST = 1.15
# Far more than are ever under way.
NO_LIMIT = ("--concurrency", "1000")
AS_IT_STANDS = ("--set", "policies.revision.kind=never")


def main() -> None:
    """Print a row for each latency and panel, then whether the largest panel kept up with the smallest."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", type=int, default=20)
    arguments.add_argument("--turns", type=int, default=4)
    arguments.add_argument("--rounds", type=int, default=3, help="of which the fastest counts")
    arguments.add_argument("--latencies", type=float, nargs="*", default=[0.1, 0.5])
    given = arguments.parse_args()
    print("| latency, s | reviewers | calls | most at once | seconds | of the time with one |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        docs = write_documents(Path(folder) / "docs.jsonl", "en", given.documents)
        shares = {latency: _rows(docs, latency, given.turns, given.rounds) for latency in given.latencies}
    print()
    promises = Promises()
    for latency, share in shares.items():
        promises.check(f"{PANELS[-1]} reviewers take at most {MOST} of the time of one at {latency} s", share <= MOST)
    promises.exit()


def _rows(docs: Path, latency: float, turns: int, rounds: int) -> float:
    """A row for each panel; returns the time of the largest as a share of that of the smallest."""
    played = [[_play(docs, latency, turns, reviewers) for reviewers in PANELS] for _ in range(rounds)]
    best = [min(tries, key=lambda seen: seen["seconds"]) for tries in zip(*played, strict=True)]
    shares = [seen["seconds"] / best[0]["seconds"] for seen in best]
    for reviewers, seen, share in zip(PANELS, best, shares, strict=True):
        cells = (
            latency,
            reviewers,
            seen["requests"],
            seen["in_flight"]["most"],
            f"{seen['seconds']:.1f}",
            f"{share:.2f}",
        )
        print("|", " | ".join(map(str, cells)), "|", flush=True)
    return shares[-1]


def _play(docs: Path, latency: float, turns: int, reviewers: int) -> dict[str, Any]:
    """What the server saw of one run."""
    options = ("--turns", str(turns), "--reviewers", str(reviewers), *NO_LIMIT, *AS_IT_STANDS)
    with ServerProcess("--latency", str(latency)) as server, tempfile.TemporaryDirectory() as folder:
        run(docs, Path(folder) / "run", server.url, *options)
        return server.stats()


if __name__ == "__main__":
    main()
