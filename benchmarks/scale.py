"""How R2S grows: calls a second against workers, memory against documents, time to resume against what is there.

    .venv/bin/python -m benchmarks.scale workers                # this process, one and two workers, Ray
    .venv/bin/python -m benchmarks.scale memory --sizes 10 100 1000 10000 100000
    .venv/bin/python -m benchmarks.scale resume --sizes 1000 10000 100000 1000000

Each prints a Markdown table that opens with the load of the machine. Seconds are those of the processor where the
column says so: they hold on a machine that others use too.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.baseline import write_documents
from benchmarks.entries import entries
from benchmarks.journal import records_of_dialogues
from benchmarks.processes import ServerProcess

OPTIONS: dict[str, Any] = {"turns": 4, "limits.concurrency": 64}
# A short document in a few milliseconds: one turn, one draft, no review.
SHORT = {"method": "cod", "turns": 1, "candidates": 1}
TOGETHER = 5000


def main() -> None:
    """Print the table that is asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["workers", "memory", "resume"])
    arguments.add_argument("--documents", type=int, default=200)
    arguments.add_argument("--sizes", type=int, nargs="*", default=[10, 100, 1000, 10_000])
    arguments.add_argument("--ray", action="store_true", help="a row with Ray, too")
    arguments.add_argument("--folder", type=Path, help="where runs and journals are made, if not in a temporary folder")
    arguments.add_argument("--child", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        return _child(given.what, **json.loads(given.child))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}\n")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        if given.what == "workers":
            _workers(Path(folder), given.documents, given.ray)
        elif given.what == "memory":
            _memory(Path(folder), given.sizes)
        else:
            _resume(Path(folder), given.sizes)


def _child(what: str, **given: Any) -> None:
    print(json.dumps(_opened(**given) if what == "resume" else _played(**given)))


def _workers(folder: Path, documents: int, with_ray: bool) -> None:
    docs = write_documents(folder / "docs.jsonl", "en", documents)
    head = (
        "model",
        "workers",
        "calls",
        "calls/s",
        "CPU a call, driver, ms",
        "of its workers, ms",
        "peak of the driver, MB",
    )
    _print_head(*head)
    with ServerProcess("--latency", "0.1") as server:
        openai = {"models.default": "openai:mock", "base_url": server.url}
        engines: list[tuple[str, dict[str, Any]]] = [
            ("in this process", {}),
            ("1", {"engine.workers": 1}),
            ("2", {"engine.workers": 2}),
        ]
        if with_ray:
            engines.append(("2, as Ray actors", {"engine.kind": "ray", "engine.workers": 2}))
        for model, flags in (("mock server", openai), ("built-in baseline", {})):
            for name, engine in engines:
                out = folder / f"{model}-{name}"
                done = _run("workers", docs=str(docs), out=str(out), flags={**OPTIONS, **flags, **engine})
                calls = done["calls"]
                _print_row(
                    model,
                    name,
                    calls,
                    f"{calls / done['seconds']:.0f}",
                    f"{done['cpu'] / calls * 1000:.2f}",
                    f"{done['of_children'] / calls * 1000:.2f}",
                    f"{done['peak']:.0f}",
                )


def _memory(folder: Path, sizes: Sequence[int]) -> None:
    _print_head("documents", "peak memory, MB", "CPU a document, ms", "trees, MB")
    for size in sizes:
        docs = folder / f"{size}.jsonl"
        rows = (json.dumps(row) + "\n" for row in entries(size, 0))
        docs.write_text("".join(rows), encoding="utf-8")
        done = _run("memory", docs=str(docs), out=str(folder / f"run-{size}"), flags=SHORT)
        trees = (folder / f"run-{size}" / "trees.jsonl").stat().st_size / 1e6
        _print_row(f"{size:,}", f"{done['peak']:.0f}", f"{done['cpu'] / size * 1000:.1f}", f"{trees:,.1f}")


def _played(docs: str, out: str, flags: dict[str, Any]) -> dict[str, float]:
    """One run in a process of its own; what importing costs is left out, except of workers."""
    from r2s.config import load_config
    from r2s.models import openai_caller  # noqa: F401
    from r2s.models.extractive import model  # noqa: F401
    from r2s.runs.runner import Run

    before, began = time.process_time(), time.monotonic()
    report = asyncio.run(Run([docs], load_config(flags=flags), Path(out)).play())
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - before,
        "of_children": children.ru_utime + children.ru_stime,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "calls": report.summary.figures()["usage"]["calls"],
    }


def _resume(folder: Path, sizes: Sequence[int]) -> None:
    """One journal that grows from size to size, and as many trees as calls make."""
    from r2s.config import load_config
    from r2s.runs.runner import Run

    docs = write_documents(folder / "docs.jsonl", "en", 50)
    report = asyncio.run(Run([docs], load_config(flags={"turns": 8}), folder / "played").play())
    calls_a_tree = report.summary.figures()["usage"]["calls"] / 50
    name = json.loads((folder / "played" / "manifest.json").read_bytes())["run"]
    lines = (folder / "played" / "trees.jsonl").read_bytes().splitlines(keepends=True)
    head = (
        "calls",
        "journal, MB",
        "trees",
        "to open the journal, s",
        "CPU",
        "a look, µs",
        "to verify every call, s",
        "CPU",
        "to read the trees, s",
        "CPU",
    )
    _print_head(*head)
    journal, records, written = folder / "journal.sqlite", records_of_dialogues(), 0
    for size in sizes:
        _fill(journal, islice(records, size - written))
        written, trees = size, round(size / calls_a_tree)
        run = folder / f"run-{size}"
        run.mkdir()
        with (run / "trees.jsonl").open("wb") as file:
            file.writelines(lines[number % len(lines)] for number in range(trees))
        done = _run("resume", journal=str(journal), run=str(run), name=name)
        cells = [f"{size:,}", f"{journal.stat().st_size / 1e6:,.0f}", f"{trees:,}"]
        measured = ("open", "open_cpu", "look", "verify", "verify_cpu", "load", "load_cpu")
        _print_row(*cells, *(f"{done[name]:.2f}" for name in measured))


def _fill(journal: Path, records: Iterator[Any]) -> None:
    from r2s.models.journal.packing import pack
    from r2s.models.journal.sqlite.store import SqliteStore

    store, known = SqliteStore(journal), set[int]()
    store.open()
    while group := list(islice(records, TOGETHER)):
        packed = [pack(record, known) for record in group]
        store.insert(packed)
        known.update(number for one in packed for number, _ in one.texts)
    store.close()


def _opened(journal: str, run: str, name: str) -> dict[str, float]:
    """What a resumed run does before it plays, and what `r2s verify` does, in a process of its own."""
    from r2s.models.journal.sqlite.store import SqliteStore
    from r2s.models.journal.tools import verify
    from r2s.runs.directory import RunDirectory
    from r2s.runs.ledger import Ledger

    store = SqliteStore(Path(journal))
    began, before = time.monotonic(), time.process_time()
    store.open()
    opened, opened_cpu = time.monotonic() - began, time.process_time() - before
    keys = [record.key for record in islice(records_of_dialogues(), 500)]
    began = time.monotonic()
    assert len(store.find(keys)) == len(keys)
    look = (time.monotonic() - began) / len(keys) * 1e6
    store.close()
    began, before = time.monotonic(), time.process_time()
    assert verify(Path(journal)).passed
    verified, verified_cpu = time.monotonic() - began, time.process_time() - before
    began, before = time.monotonic(), time.process_time()
    Ledger(RunDirectory(Path(run)), name, seed=0).load(retry_failed=False)
    loaded, loaded_cpu = time.monotonic() - began, time.process_time() - before
    return {
        "open": opened,
        "open_cpu": opened_cpu,
        "look": look,
        "verify": verified,
        "verify_cpu": verified_cpu,
        "load": loaded,
        "load_cpu": loaded_cpu,
    }


def _run(what: str, **given: Any) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.scale", what, "--child", json.dumps(given)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return json.loads(done.stdout.splitlines()[-1])


def _print_head(*cells: str) -> None:
    _print_row(*cells)
    print(f"|{'---|' * len(cells)}")


def _print_row(*cells: object) -> None:
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
