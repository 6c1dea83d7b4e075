"""Workload W on R2S and on its peers, one after another against the same mock server: prints one Markdown table.

    .venv/bin/python -m benchmarks.peers                          # everything, at 0.1 s and at no latency
    .venv/bin/python -m benchmarks.peers r2s curator-tuned --latency 0 --documents 20

Each peer is installed into build/peers/ when first needed. A row is a whole process, with a fresh home and a fresh
server; the server has the machine's last core to itself unless a client has more than one process.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.baseline import selected_documents
from benchmarks.peers.environments import HOMES, ROOT, UnavailableError
from benchmarks.peers.processes import Cost, TooSlowError, run
from benchmarks.peers.rows import ROWS, Job, Row
from benchmarks.peers.workload import CALLS_A_TURN, LONGEST

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
HEADINGS = (
    "what",
    "latency, s",
    "calls",
    "calls/s, whole process",
    "calls/s, first to last",
    "most at once",
    "CPU a call, ms, whole process",
    "CPU a call, ms, first to last",
    "peak memory, MB",
    "remarks",
)
# Nothing is reported home, nothing is fetched, and no key of the user's is there to be read.
QUIET = {
    "NEMO_TELEMETRY_ENABLED": "false",
    "TELEMETRY_ENABLED": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGSMITH_TRACING": "false",
    "LITELLM_LOCAL_MODEL_COST_MAP": "true",
    "DO_NOT_TRACK": "1",
    "OPENAI_API_KEY": "none",
}


def main() -> None:
    """Print a row for each client at each latency."""
    names = [row.name for row in ROWS]
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"all, or some of {', '.join(names)}")
    arguments.add_argument("--latency", type=float, nargs="*", default=[0.1, 0.0], help="seconds a reply takes")
    arguments.add_argument("--documents", type=int, default=200)
    arguments.add_argument("--turns", type=int, default=4)
    arguments.add_argument("--in-flight", type=int, default=64)
    arguments.add_argument("--limit", type=float, default=900.0, help="seconds that a client may take")
    arguments.add_argument("--environments", type=Path, default=HOMES)
    given = arguments.parse_args()
    if unknown := set(given.names) - set(names):
        arguments.error(f"no client is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    # A plain end would leave the server and the client of the moment running.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _line(HEADINGS)
    _line(["---"] * len(HEADINGS))
    for latency in given.latency:
        for row in ROWS:
            if not given.names or row.name in given.names:
                _line([row.title, f"{latency:g}", *_figures(row, latency, given)])


def _last_line(output: Path) -> str:
    """What a client said last, short enough for a table; the end of what it said goes to standard error."""
    text = output.read_text(errors="replace").strip()
    sys.stderr.write(text[-2000:] + "\n")
    return text.rpartition("\n")[2][:200].replace("|", "/")


def _line(cells: Any) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def _figures(row: Row, latency: float, given: argparse.Namespace) -> list[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        documents = folder / "documents.jsonl"
        documents.write_text(_documents(given.documents), encoding="utf-8")
        try:
            with _server(documents, latency, given.turns) as url:
                job = Job(url, documents, given.documents, given.turns, given.in_flight)
                cost = run(row.command(job, given.environments), folder, _environment(folder), given.limit)
                stats = json.load(urllib.request.urlopen(url.removesuffix("/v1") + "/stats"))
        except (UnavailableError, TooSlowError) as problem:
            return [*[""] * (len(HEADINGS) - 3), str(problem)]
        if cost.code:
            return [*[""] * (len(HEADINGS) - 3), f"ended with code {cost.code}: {_last_line(folder / 'output.txt')}"]
        return _cells(row.made(stats), stats, cost, _remarks(row, job, folder, stats))


def _cells(calls: int, stats: dict[str, Any], cost: Cost, remarks: str) -> list[str]:
    between = cost.cpu_until(stats["ended"]) - cost.cpu_until(stats["began"])
    speeds = [f"{calls / cost.seconds:.0f}", f"{calls / (stats['ended'] - stats['began']):.0f}"]
    each = [f"{1000 * cpu / max(calls, 1):.2f}" for cpu in (cost.cpu, between)]
    return [str(calls), *speeds, str(stats["in_flight"]["most"]), *each, f"{cost.peak:.0f}", remarks]


def _remarks(row: Row, job: Job, folder: Path, stats: dict[str, Any]) -> str:
    """What was not as it should be: calls at the server, dialogues in the client's hands."""
    calls, dialogues = row.wanted(job)
    missing, finished = calls - row.made(stats), row.finished(folder)
    found = {
        f"{missing} calls missing": missing > 0,
        f"{stats['requests'] - row.made(stats)} other requests": stats["requests"] > row.made(stats),
        f"{finished} of {dialogues} dialogues": finished != dialogues,
    }
    return "; ".join(remark for remark, is_so in found.items() if is_so)


def _documents(count: int) -> str:
    """The documents of the other benchmarks as JSONL, cut to about 700 characters; no two are the same."""
    rows = selected_documents("en", 3 * count)
    cut = [{**row, "text": row["text"][: row["text"].rindex(". ", 0, LONGEST) + 1]} for row in rows]
    distinct = {row["text"]: row for row in cut}
    return "".join(json.dumps(row) + "\n" for row in list(distinct.values())[:count])


def _environment(home: Path) -> dict[str, str]:
    """Of the caller's variables only the path: what a client keeps between runs is in a home of its own."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **QUIET}


@contextlib.contextmanager
def _server(documents: Path, latency: float, turns: int) -> Iterator[str]:
    options = [
        "--documents",
        str(documents),
        "--calls",
        str(CALLS_A_TURN * turns),
        "--latency",
        str(latency),
        "--jitter",
        "0.3",
    ]
    command = [sys.executable, "-m", "benchmarks.peers.server", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if len(CORES) > 1:
            os.sched_setaffinity(process.pid, {CORES[-1]})
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


if __name__ == "__main__":
    main()
