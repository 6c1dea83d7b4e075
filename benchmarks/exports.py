"""What an export costs: seconds and peak memory for 10,000 dialogues, in every format, filtered or not.

    .venv/bin/python benchmarks/exports.py             # 10,000 dialogues, and a tenth of that to compare memory

The built-in baseline plays the sample documents once; their trees are then written out again and again under new ids,
with words of each document and dialogue renamed so that they are no near-duplicates. Every row is a process of its own.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parent.parent / "configs" / "samples"
FILTERS = (
    *("--filter", "turns.least=2", "--filter", "characters.least=100", "--filter", "scores.least=1"),
    *("--filter", "language", "--filter", "repetition.most=1", "--filter", "duplicates.similarity=0.95"),
)
SPLIT = ("--split", "train=0.9,test=0.1")
WAYS = {
    "messages, jsonl": ("--to", "messages"),
    "messages, parquet, split": ("--to", "messages", "--format", "parquet", *SPLIT),
    "messages, hf, split, filtered": ("--to", "messages", "--format", "hf", *SPLIT, *FILTERS),
    "preference, jsonl": ("--to", "preference", "--set", "target.gap=0.1"),
    "oasst, jsonl": ("--to", "oasst"),
    "gllm, jsonl": ("--to", "gllm"),
}
# Runs the command and prints the seconds it took, those of the processor, and its peak memory in kilobytes.
MEASURED = """
import sys, time
from r2s.cli.app import main
started = time.perf_counter()
try:
    main()
finally:
    # Not from getrusage, whose peak is inherited from the process that started this one.
    (memory,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:"))
    print(time.perf_counter() - started, time.process_time(), memory, file=sys.stderr)
"""


def main() -> None:
    """Print one row a way to export."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--dialogues", type=int, default=10_000)
    count = arguments.parse_args().dialogues
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        play(folder / "seed")
        small, large = grow(folder, count // 10), grow(folder, count)
        size = (large / "trees.jsonl").stat().st_size / 1e6
        print(f"Python {sys.version.split()[0]}, {count} dialogues, {size:,.0f} MB of trees\n")
        head = ("what", "rows", "seconds", "of the processor", "peak memory, MB", f"with {count // 10} dialogues, MB")
        print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
        for way, flags in WAYS.items():
            rows, seconds, cpu, memory = measure(large, folder, flags)
            *_, less = measure(small, folder, flags)
            print(f"| {way} | {rows} | {seconds:.1f} | {cpu:.1f} | {memory:.0f} | {less:.0f} |", flush=True)


def play(run: Path) -> None:
    """A run of the sample documents by the baseline."""
    command = ["run", str(SAMPLES), "-o", str(run), "--dialogues", "4"]
    subprocess.run([sys.executable, "-m", "r2s", *command], check=True, capture_output=True)


def grow(folder: Path, count: int) -> Path:
    """A run directory of as many trees, copied from the one that was played."""
    run = folder / f"run-{count}"
    run.mkdir()
    manifest = json.loads((folder / "seed" / "manifest.json").read_text(encoding="utf-8"))
    (run / "manifest.json").write_text(json.dumps({**manifest, "totals": {}}), encoding="utf-8")
    seeds = [json.loads(line) for line in (folder / "seed" / "trees.jsonl").open(encoding="utf-8")]
    with (run / "trees.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(tree, ensure_ascii=False) + "\n" for tree in copies(seeds, count))
    return run


def copies(seeds: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """Trees under new ids, four of each document, in which a third of the words is another one of the same length."""
    for number in range(count):
        tree, group = seeds[number % len(seeds)], number // 4
        document = {**tree["document"], "id": f"document-{group}", "text": renamed(tree["document"]["text"], group)}
        nodes = [
            {
                **node,
                "text": renamed(node["text"], group),
                "evidence": [{**span, "quote": renamed(span["quote"], group)} for span in node["evidence"]],
            }
            for node in tree["nodes"]
        ]
        yield {**tree, "id": f"tree-{number}", "document": document, "nodes": nodes}


def renamed(text: str, group: int) -> str:
    """The text with a third of its long words, or of its Chinese characters, exchanged: offsets stay right."""
    return re.sub(r"[A-Za-z]{5,}|[\u4e00-\u9fff]", lambda word: _exchanged(word[0], group), text)


def _exchanged(word: str, group: int) -> str:
    key = zlib.crc32(f"{word}{group}".encode())
    if key % 3:
        return word
    if word.isascii():
        return "".join(chr(ord("a") + (key >> place) % 26) for place in range(len(word)))
    return chr(0x4E00 + key % 0x2000)


def measure(run: Path, folder: Path, flags: tuple[str, ...]) -> tuple[int, float, float, float]:
    """Rows, seconds, seconds of the processor and peak megabytes of one export."""
    out = folder / f"out-{time.monotonic_ns()}"
    command = [sys.executable, "-c", MEASURED, "export", str(run), "-o", str(out), "--json", *flags]
    environment = {**os.environ, "HF_DATASETS_CACHE": str(folder / "cache")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    seconds, cpu, kilobytes = done.stderr.split()[-3:]
    return sum(json.loads(done.stdout)["rows"].values()), float(seconds), float(cpu), int(kilobytes) / 1024


if __name__ == "__main__":
    main()
