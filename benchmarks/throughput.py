"""Calls a second against a mock server: 200 documents, 4 turns, in sequence within a dialogue, 64 calls in flight.

    .venv/bin/python -m benchmarks.throughput

`self_chat` makes 2 calls a turn, `cod` 3. Everything a run does is in it: journal, rate limiter, validation, checks and
trees. Server and client have a core each where the machine has two. R2S runs in an environment of its own, with what a
user installs (made in build/peers the first time).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.baseline import selected_documents
from benchmarks.peers.environments import python_of_r2s

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def main() -> None:
    """Print one row a latency."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", type=int, default=200)
    arguments.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        return _play(Path(given.child[0]), Path(given.child[1]), given.child[2], given.child[3])
    print("| method | latency, s | calls | calls/s | CPU a call, ms | peak memory, MB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        docs = Path(folder) / "docs.jsonl"
        rows = selected_documents("en", given.documents)
        docs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        for method in ("self_chat", "cod"):
            for latency in (0.1, 0.0):
                _row(docs, Path(folder) / f"run-{method}-{latency}", method, latency)


def _row(docs: Path, out: Path, method: str, latency: float) -> None:
    options = ("--latency", str(latency), "--jitter", "0.3")
    server = [sys.executable, "-m", "benchmarks.mock_server", *options]
    with subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        _pin(process.pid, -1)
        url = process.stdout.readline().strip()
        child = ["-m", "benchmarks.throughput", "--child", str(docs), str(out), url, method]
        played = subprocess.run([python_of_r2s(), *child], check=True, stdout=subprocess.PIPE, text=True)
        figures = json.loads(played.stdout)
        process.kill()
    calls = figures["calls"]
    each = 1000 * figures["cpu"] / calls
    print(f"| {method} | {latency} | {calls} | {calls / figures['wall']:.0f} | {each:.2f} | {figures['peak']:.0f} |")


def _play(docs: Path, out: Path, url: str, method: str) -> None:
    import asyncio

    from r2s.config import RunConfig, load_config
    from r2s.runs.runner import Run

    def settings(**flags: object) -> RunConfig:
        asked = {"method": method, "candidates": 1, "turns": 4, "policies.stop.kind": "max_turns"}
        server = {"models.default": "openai:mock", "base_url": url, "limits.concurrency": 64}
        return load_config(flags={**asked, **server, **flags})

    _pin(0, 0)
    asyncio.run(Run([docs], settings(**{"documents.limit": 4, "seed": 1}), out.with_suffix(".warm")).play())
    cpu, wall = time.process_time(), time.monotonic()
    report = asyncio.run(Run([docs], settings(), out).play())
    spent = {"cpu": time.process_time() - cpu, "wall": time.monotonic() - wall}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**spent, "calls": report.summary.calls, "peak": peak}))


def _pin(process: int, core: int) -> None:
    if len(CORES) > 1:
        os.sched_setaffinity(process, {CORES[core]})


if __name__ == "__main__":
    main()
