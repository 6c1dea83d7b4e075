"""Calls to put into journals, and processes of their own that put them."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from r2s.models.journal import CallRecord, Journal, call_key

RULES = "You take part in a dialogue about a document. " * 8
DOCUMENT = "<document>\n" + "\n".join(f"[p{number}] The tower has {number} steps." for number in range(40))
ROOT = Path(__file__).resolve().parents[3]


def call(number: int, **changes: Any) -> CallRecord:
    """A record that is all its own but for the rules and the document, which it shares with every other."""
    task = f"\n\n{'What do you say? ' * 10}{number}" + f"\n\nPurpose {number}: {'go on ' * (number % 50)}"
    messages = [{"role": "system", "content": RULES}, {"role": "user", "content": DOCUMENT + task}]
    facts: dict[str, Any] = {
        "key": call_key("test", messages, "Answer", {"temperature": 0.7}, number, 0),
        "model": "test",
        "role": ("user", "reviewer")[number % 2],
        "speaker": f"reviewer-{number % 3}",
        "messages": messages,
        "schema": "Answer",
        "sampling": {"temperature": 0.7},
        "seed": number,
        "content": f"Reply {number} " + "".join(chr(97 + (number * place) % 26) for place in range(number * 7 % 900)),
        "prompt_tokens": 100 + number,
        "completion_tokens": 10,
        "finish": "stop",
        "created": 1_800_000_000.0 + number,
    }
    return CallRecord(**{**facts, **changes})


def calls(count: int) -> list[CallRecord]:
    return [call(number) for number in range(count)]


async def fill(path: Path | str, records: Sequence[CallRecord]) -> None:
    """A journal with these records, closed as it should be."""
    async with Journal(path) as journal:
        await asyncio.gather(*(journal.put(record) for record in records))


def process(code: str, *arguments: Path | str | int) -> subprocess.Popen[str]:
    """A Python of its own that runs the body of an async function; the calls above are at hand, and `arguments`."""
    indented = "\n".join(f"    {line}" for line in code.strip().splitlines())
    program = (
        "import asyncio, sys\n"
        "from r2s.models.journal import Journal\n"
        "from tests.models.journal.calls import call, calls\n"
        f"async def main(*arguments):\n{indented}\n"
        "asyncio.run(main(*sys.argv[1:]))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def ended(running: subprocess.Popen[str]) -> str:
    """What a process printed, once it is done; it must have gone well."""
    said, complained = running.communicate(timeout=120)
    assert running.returncode == 0, complained
    return said


def killed(running: subprocess.Popen[str]) -> tuple[list[int], str]:
    """The numbers that a process printed as whole lines until it was killed, and what it complained of.

    Both are read from its streams, not by `communicate`, which does not know what an earlier `readline` read ahead.
    """
    assert running.stdout is not None
    assert running.stderr is not None
    running.kill()
    with running:
        printed, complained = running.stdout.read(), running.stderr.read()
    return [int(line) for line in printed.splitlines(keepends=True) if line.endswith("\n")], complained
