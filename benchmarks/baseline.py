"""How fast the engine plays, and whether its memory stays flat: the built-in baseline, so that no model is waited for.

    .venv/bin/python benchmarks/baseline.py            # 200 documents for speed, 250 and 2,000 for memory

Documents are made of the shipped samples' sentences: eight at a time, each document another selection.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "configs" / "samples"
SENTENCES = 8


def main() -> None:
    """Print a row for speed in each language, then one for memory at each size."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", type=int, default=200)
    arguments.add_argument("--sizes", type=int, nargs="*", default=[250, 2000])
    arguments.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        return _play(Path(given.child[0]), Path(given.child[1]), int(given.child[2]))
    with tempfile.TemporaryDirectory() as folder:
        print("| what | documents | turns a dialogue | calls | documents/s of CPU | calls/s | peak memory, MB |")
        print("|---|---|---|---|---|---|---|")
        for language in ("en", "zh"):
            _row(f"speed, {language}", language, given.documents, Path(folder))
        for size in given.sizes:
            _row("memory, en", "en", size, Path(folder))


def _row(what: str, language: str, count: int, folder: Path) -> None:
    docs = write_documents(folder / f"{language}-{count}.jsonl", language, count)
    command = [sys.executable, __file__, "--child", str(docs), str(folder / f"run-{language}-{count}"), str(count)]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(
        f"| {what} | {count} | {figures['turns']:.1f} | {figures['calls']} | {count / figures['cpu']:.1f} "
        f"| {figures['calls'] / figures['cpu']:.0f} | {figures['peak']:.0f} |"
    )


def selected_documents(language: str, count: int) -> list[dict[str, str]]:
    """Documents made of the shipped samples' sentences, each another selection; the same ones at every call."""
    from r2s.documents import Document, read_documents

    read = [item for item in read_documents([SAMPLES]) if isinstance(item, Document) and item.language == language]
    chance = random.Random(0)
    rows = []
    for number in range(count):
        document = read[number % len(read)]
        chosen = sorted(chance.sample(range(len(document.passages)), SENTENCES))
        text = ("" if language == "zh" else " ").join(document.passage_text(document.passages[at]) for at in chosen)
        rows.append({"id": f"{number}", "title": document.title or "", "text": text})
    return rows


def write_documents(path: Path, language: str, count: int) -> Path:
    """The selected documents as a JSONL file; returns its path."""
    rows = (json.dumps(row, ensure_ascii=False) + "\n" for row in selected_documents(language, count))
    path.write_text("".join(rows), encoding="utf-8")
    return path


def _play(docs: Path, out: Path, count: int) -> None:
    """In a process of its own, kept to one core: eight turns, three reviewers, two candidates."""
    import asyncio

    from r2s.config import load_config
    from r2s.runs.runner import Run

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    warm = Run([docs], load_config(flags={"turns": 8, "documents.limit": 3}), out.with_suffix(".warm"))
    asyncio.run(warm.play())
    before = time.process_time()
    report = asyncio.run(Run([docs], load_config(flags={"turns": 8}), out).play())
    spent = time.process_time() - before
    figures = report.summary.figures()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    turns, calls = figures["turns"]["mean"], figures["usage"]["calls"]
    print(json.dumps({"cpu": spent, "turns": turns, "calls": calls, "peak": peak}))


if __name__ == "__main__":
    main()
