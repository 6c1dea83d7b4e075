"""What `r2s train` costs: tokens a second and memory, beside a bare transformers Trainer on the same rows.

    .venv/bin/python benchmarks/training.py             # needs the extra `train`; 24 rows of each kind, a tiny model

Rows have the paper's lengths: a GLLM row has 7,878 characters in the mean, its document among them, which is 1,970
tokens at four characters a token; lengths are spread as a log-normal with a sigma of 0.4 and none is over 4,096. The
rows of a dialogue model are less than half as long. Tokens are drawn at random: what they say costs nothing. Padding
counts as no token. Seconds are the processor's, of one thread, so that other work on the machine does not count.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

KINDS = {"gllm, 1,970 tokens": 1970, "dialogue, 800 tokens": 800}
LONGEST, SIGMA, AT_ONCE = 4096, 0.4, 8


def bare(rows: list[Any], base: Path, folder: Path, at_once: int) -> Any:
    """Transformers' own Trainer: rows padded to the longest of those that are read at once."""
    from datasets import Dataset
    from transformers import (  # pyright: ignore[reportMissingImports]
        AutoModelForCausalLM,
        AutoTokenizer,
        DataCollatorForSeq2Seq,
        Trainer,
        TrainingArguments,
    )

    data = Dataset.from_dict({"input_ids": [row.tokens for row in rows], "labels": [row.labels for row in rows]})
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=AT_ONCE // at_once,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
        use_cpu=True,
    )
    collator = DataCollatorForSeq2Seq(AutoTokenizer.from_pretrained(base))
    model = AutoModelForCausalLM.from_pretrained(base, dtype="float32")
    return Trainer(model=model, args=arguments, train_dataset=data, data_collator=collator)


def ours(rows: list[Any], base: Path, folder: Path, **changes: Any) -> Any:
    """The trainer of `r2s train`."""
    from r2s.training.bases import load_model, load_tokenizer
    from r2s.training.batches import plan_batches
    from r2s.training.settings import load_training_settings
    from r2s.training.trainers import encoded_dataset, sft_trainer

    flags = {"epochs": 1, "batch": AT_ONCE, "save_every": 10**6, **changes}
    settings = load_training_settings(flags=flags)
    data = encoded_dataset(rows, settings)
    batches = plan_batches(settings, len(rows), len(data), 1)
    model, tokenizer = load_model(str(base), settings), load_tokenizer(str(base))
    return sft_trainer(model, tokenizer, settings, batches, folder, train=data, held_out=None, callbacks=[])


WAYS: dict[str, Callable[[list[Any], Path, Path], Any]] = {
    "bare Trainer, 8 rows at once (its default)": partial(bare, at_once=AT_ONCE),
    "bare Trainer, row by row": partial(bare, at_once=1),
    "r2s, row by row (its default on a CPU)": ours,
    "r2s, packing (its default on a GPU)": partial(ours, batching="packing"),
    "r2s, like lengths together, 8 rows at once": partial(ours, batching="length", micro_batch=AT_ONCE),
    "r2s, rows as they come, 8 rows at once": partial(ours, batching="plain", micro_batch=AT_ONCE),
}


def main() -> None:
    """Print one row a way; each is a process of its own, and loading counts in none."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=24)
    arguments.add_argument("--hidden", type=int, default=128)
    arguments.add_argument("--way", help=argparse.SUPPRESS)
    arguments.add_argument("--mean", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--base", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.way:
        print(json.dumps(measure(given.way, given.rows, given.mean, given.base)))
    else:
        compare(given.rows, given.hidden)


def compare(count: int, hidden: int) -> None:
    """A table for each kind of rows; the first way is what the others are measured against."""
    from r2s.training.tiny import TinySize, make_tiny

    with tempfile.TemporaryDirectory() as name:
        size = TinySize(hidden=hidden, intermediate=2 * hidden)
        base = make_tiny(Path(name), ["one two three"], size=size)
        for kind, mean in KINDS.items():
            print(f"\n{count} rows, {kind} in the mean, hidden {hidden}\n")
            head = ("way", "tokens", "tokens a second of the processor", "times the bare one", "peak memory, MB")
            print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
            first = 0.0
            for way in WAYS:
                tokens, seconds, memory = alone(way, count, mean, base)
                rate = tokens / seconds
                first = first or rate
                print(f"| {way} | {tokens:,} | {rate:,.0f} | {rate / first:.2f} | {memory:,.0f} |", flush=True)


def alone(way: str, count: int, mean: int, base: Path) -> tuple[int, float, float]:
    """Tokens, seconds and megabytes of one way, in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--rows", str(count), "--mean", str(mean), "--base", str(base)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode:
        sys.exit(done.stderr)
    measured = json.loads(done.stdout.splitlines()[-1])
    return measured["tokens"], measured["seconds"], measured["memory"]


def measure(way: str, count: int, mean: int, base: Path) -> dict[str, float]:
    """What one epoch costs; the peak of the memory is that of the whole process."""
    from r2s.training.packages import check_packages

    check_packages()
    rows = random_rows(count, mean)
    with tempfile.TemporaryDirectory() as name:
        trainer = WAYS[way](rows, base, Path(name))
        began = time.process_time()
        trainer.train()
        seconds = time.process_time() - began
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (memory,) = (line.split()[1] for line in status if line.startswith("VmHWM:"))
    return {"tokens": sum(len(row.tokens) for row in rows), "seconds": seconds, "memory": int(memory) / 1024}


def random_rows(count: int, mean: int) -> list[Any]:
    """Rows whose last two thirds are learned, as an answer of GLLM is longer than its document."""
    from r2s.training.encoding import IGNORED, Encoded

    drawn = random.Random(0)
    middle = math.log(mean) - SIGMA**2 / 2
    rows = []
    for _ in range(count):
        length = min(LONGEST, max(16, round(drawn.lognormvariate(middle, SIGMA))))
        tokens = [drawn.randrange(3, 256) for _ in range(length)]
        rows.append(Encoded(tokens, [IGNORED] * (length // 3) + tokens[length // 3 :]))
    return rows


if __name__ == "__main__":
    main()
