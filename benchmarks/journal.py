"""What the call journal costs: calls a second, CPU a call, bytes a record; everything durable before it returns.

    .venv/bin/python benchmarks/journal.py             # 8,000 records, 64 waiting at once
    .venv/bin/python benchmarks/journal.py --database postgresql://USER@HOST/EMPTY_DATABASE

Prompts are those of a dialogue with a review panel, eight calls a turn: shared rules, a document of about 700
characters, a transcript that grows, and the role's own instructions; about 4 KB in all. A turn is all that a call takes
of the journal: look, lease, look again, put. The row ends with the longest time that a put waited while the event loop
was busy half of the time.
"""

import argparse
import asyncio
import functools
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from r2s.models.journal import CallRecord, Journal, call_key
from r2s.models.journal.address import Where
from r2s.models.journal.tools import info

AGENTS = Path(__file__).resolve().parent.parent / "agents"
ROLES = ("planner", "user", "candidate", "candidate", "reviewer", "reviewer", "reviewer", "chairman")
TURNS = 4
SAMPLING = {"temperature": 0.7, "max_tokens": 1024}


def main() -> None:
    """Print one row of a table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--records", type=int, default=8000)
    arguments.add_argument("--together", type=int, default=64)
    arguments.add_argument("--database", help="an empty PostgreSQL database instead of a file")
    given = arguments.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    records = _records(given.records)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        where = given.database or Path(folder)
        cells = asyncio.run(_measure(records, given.together, where))
        cells["room per 1,000 records, KB"] = f"{info(where).bytes / len(records) * 1000 / 1024:,.0f}"
        cells["turns/s"] = asyncio.run(_turns(_shifted(records, 1), given.together, where))
        cells["longest put, busy loop, ms"] = asyncio.run(_busy(_shifted(records, 2), given.together, where))
    print(f"Python {sys.version.split()[0]}, one core, {len(records)} records, {given.together} at once\n")
    print(f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}\n| {' | '.join(cells.values())} |")


async def _measure(records: Sequence[CallRecord], together: int, where: Where) -> dict[str, str]:
    count = len(records)
    async with Journal(where) as journal:
        started, cpu = time.perf_counter(), time.process_time()
        await _put_all(journal, records, together)
        seconds, put = time.perf_counter() - started, (time.process_time() - cpu) / count
        commits = journal.commits
        get = _timed(lambda: [journal.get(record.key) for record in records]) / count
        miss = _timed(lambda: [journal.get(f"{number:032x}") for number in range(count)]) / count
    key = _timed(lambda: [_key(record, record.seed or 0) for record in records]) / count
    prompt = sum(len(message["content"].encode()) for record in records for message in record.messages) / count
    return {
        "puts/s": f"{count / seconds:,.0f}",
        "puts a commit": f"{count / commits:.1f}",
        "CPU a put, µs": f"{put * 1e6:.0f}",
        "a get, µs": f"{get * 1e6:.0f}",
        "a get that finds nothing, µs": f"{miss * 1e6:.1f}",
        "a key, µs": f"{key * 1e6:.1f}",
        "prompt, bytes": f"{prompt:,.0f}",
    }


async def _put_all(journal: Journal, records: Sequence[CallRecord], together: int) -> None:
    left = iter(records)

    async def work() -> None:
        for record in left:
            await journal.put(record)

    await asyncio.gather(*(work() for _ in range(together)))


async def _turns(records: Sequence[CallRecord], together: int, where: Where) -> str:
    left = iter(records)

    async def work() -> None:
        for record in left:
            async with journal.turn(record.key) as known:
                assert known is None, "every call is a new one"
                await journal.put(record)

    async with Journal(where) as journal:
        started = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(together)))
        return f"{len(records) / (time.perf_counter() - started):,.0f}"


async def _busy(records: Sequence[CallRecord], together: int, where: Where) -> str:
    """The writer's thread must get its turn although the loop computes."""
    longest, left = 0.0, iter(records[:2000])

    async def work() -> None:
        nonlocal longest
        for record in left:
            sum(range(30_000))
            started = time.perf_counter()
            await journal.put(record)
            longest = max(longest, time.perf_counter() - started)

    async with Journal(where) as journal:
        await asyncio.gather(*(work() for _ in range(together)))
    return f"{longest * 1e3:.0f}"


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _records(count: int) -> list[CallRecord]:
    return list(islice(records_of_dialogues(), count))


def records_of_dialogues() -> Iterator[CallRecord]:
    """The calls of dialogues without end, the same at every call."""
    chance, seeds = random.Random(0), itertools.count()
    words = (AGENTS / "reviewer.en.md").read_text(encoding="utf-8").split()
    while True:
        document, said = _sentences(chance, words, 110), list[str]()
        for _ in range(TURNS):
            said += [f"User: {_sentences(chance, words, 25)}"]
            for role in ROLES:
                yield _record(role, document, said, _sentences(chance, words, 60), next(seeds))
            said += [f"Assistant: {_sentences(chance, words, 60)}"]


@functools.cache
def _prompt(name: str) -> str:
    return (AGENTS / f"{name}.en.md").read_text(encoding="utf-8")


def _record(role: str, document: str, said: list[str], content: str, seed: int) -> CallRecord:
    rules, task = _prompt("rules"), _prompt(role)
    transcript = "\n".join(["<transcript>", *said, "</transcript>"])
    prompt = "\n\n".join([f"<document>\n{document}\n</document>", transcript, f"{task}\n{content[:100]}"])
    messages = [{"role": "system", "content": rules}, {"role": "user", "content": prompt}]
    record = CallRecord(
        key="",
        model="openai:test",
        role=role,
        speaker=role,
        messages=messages,
        schema=role,
        sampling=SAMPLING,
        seed=seed,
        content=content,
        prompt_tokens=1000,
        completion_tokens=80,
        finish="stop",
        created=1.8e9 + seed / 3,
    )
    return _with_key(record)


def _shifted(records: Sequence[CallRecord], by: int) -> list[CallRecord]:
    """The same calls at other seeds, which are other calls."""
    return [_with_key(replace(record, seed=(record.seed or 0) + by * 1_000_000)) for record in records]


def _with_key(record: CallRecord) -> CallRecord:
    return replace(record, key=_key(record, record.seed or 0))


def _key(record: CallRecord, seed: int) -> str:
    return call_key(record.model, record.messages, record.schema, record.sampling, seed, 0)


def _sentences(chance: random.Random, words: list[str], count: int) -> str:
    return " ".join(chance.choice(words) + str(chance.randrange(100)) * (chance.random() < 0.1) for _ in range(count))


if __name__ == "__main__":
    main()
