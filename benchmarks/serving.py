"""The served pages of large runs: how soon the index answers, when all of it is read, and what a look at news takes.

    .venv/bin/python -m benchmarks.serving

`r2s view` is started anew for each run; the first answer is timed from when it has said that it listens.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.large_trees import large_tree
from benchmarks.promises import Promises
from r2s.runs.directory import write_json

SIZES = (100, 1000, 10_000)
ANSWER = 1.0
COLUMNS = (
    "trees",
    "MB",
    "first answer, ms",
    "rows in it",
    "all read, s",
    "of the processor",
    "index, ms",
    "KB",
    "a tree, ms",
    "nothing new, ms",
    "memory, MB",
)


def main() -> None:
    """Print the table, and whether the promise is kept."""
    promises = Promises()
    print(f"Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}\n")
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        firsts = [measure(make_run(Path(name) / f"run-{size}", size), size) for size in SIZES]
    print(f"\nload {os.getloadavg()[0]:.1f}")
    promises.check(f"the index of {SIZES[-1]:,} trees answers within {ANSWER:.0f} s", firsts[-1] < ANSWER)
    promises.exit()


def make_run(run: Path, size: int) -> Path:
    """A finished run of so many trees of forty messages."""
    run.mkdir()
    manifest = {"run": "r", "method": "cod_review", "models": {"default": "m"}, "seed": 0, "status": "finished"}
    write_json(run / "manifest.json", manifest)
    with (run / "trees.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(large_tree(40, f"t{number}").to_json() + "\n" for number in range(size))
    return run


def measure(run: Path, size: int) -> float:
    """One row; returns the seconds to the first answer."""
    with viewed(run) as (url, process):
        began = time.perf_counter()
        rows = asked(url)[1].count(b'"address":')
        first = time.perf_counter() - began
        while json.loads(asked(f"{url}changes")[1])["progress"]["reading"]:
            time.sleep(0.1)
        read, spent = time.perf_counter() - began, processor(process)
        index, page = asked(url)
        tree, _ = asked(f"{url}trees/t{size // 2}.html")
        since = json.loads(asked(f"{url}changes")[1])["since"]
        news, _ = asked(f"{url}changes?since={since}")
        figures = (size, (run / "trees.jsonl").stat().st_size / 1e6, first * 1000, rows)
        more = (index * 1000, len(page) / 1024, tree * 1000, news * 1000, memory(process))
    whole, parts = [[f"{figure:,.0f}" for figure in part] for part in (figures, more)]
    print(f"| {' | '.join([*whole, f'{read:.1f}', f'{spent:.1f}', *parts])} |", flush=True)
    return first


@contextmanager
def viewed(run: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`r2s view`, once it listens."""
    command = [sys.executable, "-m", "r2s", "view", str(run), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())["url"], process
        process.terminate()


def asked(url: str) -> tuple[float, bytes]:
    """How many seconds an answer took, and the answer."""
    began = time.perf_counter()
    with urllib.request.urlopen(url) as answer:
        body = answer.read()
    return time.perf_counter() - began, body


def processor(process: subprocess.Popen[str]) -> float:
    """The seconds of the processor that a process has taken, its start among them."""
    _, _, fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")
    return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")


def memory(process: subprocess.Popen[str]) -> float:
    """The most that a process has held, in megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM:"))
    return int(peak) / 1024


if __name__ == "__main__":
    main()
