"""A run that is killed again and again: it ends in the same bytes, and no finished call is asked for twice.

    .venv/bin/python -m benchmarks.kills            # 20 kills in a run of 100 documents, about five minutes

`kill -9` hits a real `r2s run` process at seeded random moments of its work, every fifth time while it starts up and
takes up what is there; the same command resumes it. A call is finished once the journal holds it. In flight at a kill
are the requests that the server saw and the journal does not hold, some of them answered at the last moment; asked
again are requests that it had seen before.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.baseline import write_documents
from benchmarks.processes import ServerProcess, result_files, run_command
from benchmarks.promises import Promises
from r2s.errors import JournalError
from r2s.models.journal.tools import info

CONCURRENCY = 16
OPTIONS = ("--method", "cod_review", "--turns", "8", "--concurrency", str(CONCURRENCY))
SERVER = ("--latency", "0.1", "--jitter", "0.5")
# Every so many kills, one hits a process that is only about to go on.
EARLY = 5
Ends = Callable[[float], bool]


@dataclass(frozen=True)
class Life:
    """One process of a run: the seconds, and seconds of CPU, that went by until it wrote its first event."""

    seconds: float
    cpu: float

    def show(self) -> str:
        return f"{self.seconds:.1f} s ({self.cpu:.1f} s of CPU)"


@dataclass(frozen=True)
class Count:
    """What server and journal hold, added up over all lives so far."""

    requests: int = 0
    distinct: int = 0
    answered: int = 0
    finished: int = 0

    @property
    def again(self) -> int:
        return self.requests - self.distinct

    @property
    def unfinished(self) -> int:
        return self.requests - self.finished

    @property
    def unheard(self) -> int:
        return self.answered - self.finished


@dataclass(frozen=True)
class Patient:
    """A run that lives and is killed; its server outlives it."""

    docs: Path
    out: Path
    server: ServerProcess

    @property
    def events(self) -> Path:
        return self.out / "events.jsonl"

    def live(self, ends: Ends | None = None) -> Life:
        """Start or resume it; kill it when its seconds so far say so, without that it must end well."""
        began, before, life = time.monotonic(), _size(self.events), Life(0.0, 0.0)
        command = run_command(self.docs, self.out, self.server.url, *OPTIONS)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                lived = time.monotonic() - began
                if not life.seconds and _size(self.events) > before:
                    life = Life(lived, _cpu(process.pid))
                if ends is not None and ends(lived):
                    process.kill()
                time.sleep(0.01)
            _, said = process.communicate()
        if process.returncode != (0 if ends is None else -signal.SIGKILL):
            sys.exit(f"a life ended with {process.returncode}: {said}")
        return life

    def count(self) -> Count:
        """The state after a kill, once the server has noticed that nobody listens any more."""
        while (seen := self.server.stats())["in_flight"]["now"]:
            time.sleep(0.01)
        return Count(seen["requests"], seen["distinct"], sum(seen["answered"].values()), _finished(self.out))

    def trees(self) -> int:
        path = self.out / "trees.jsonl"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def asked_twice(self) -> int:
        """How many calls the run itself notes as finished more than once."""
        lines = self.events.read_bytes().splitlines()
        calls = Counter(event["key"] for event in map(orjson.loads, lines) if event["event"] == "call")
        return sum(count > 1 for count in calls.values())


def main() -> None:
    """Print a row a kill, how long a resume takes, and whether anything was lost or doubled."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", type=int, default=100)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, ServerProcess(*SERVER) as calm, ServerProcess(*SERVER) as server:
        docs = write_documents(Path(folder) / "docs.jsonl", "en", given.documents)
        whole = Patient(docs, Path(folder) / "whole", calm)
        fresh = whole.live()
        patient = Patient(docs, Path(folder) / "killed", server)
        in_flight = _kill(patient, _endings(patient, whole, fresh, given.kills, random.Random(given.seed)))
        trees, finished, last = patient.trees(), _finished(patient.out), patient.live()
        print(
            f"\nThe last resume had {trees} trees and {finished} finished calls to take up, and came to its first new"
        )
        print(f"call in {last.show()}; a fresh start in {fresh.show()}.\n")
        _check(patient, whole, in_flight)


def _endings(patient: Patient, whole: Patient, fresh: Life, kills: int, chance: random.Random) -> Iterator[Ends]:
    """When each life ends: at random shares of the whole run's events, and in some lives early."""
    sizes = sorted(chance.uniform(0, _size(whole.events)) for _ in range(kills))
    for number, size in enumerate(sizes, 1):
        seconds = chance.uniform(0, 2 * fresh.seconds) if number % EARLY == 0 else None
        yield (
            lambda lived, size=size, seconds=seconds: (
                _size(patient.events) >= size if seconds is None else lived >= seconds
            )
        )


def _kill(patient: Patient, endings: Iterable[Ends]) -> list[int]:
    """Print a row for each kill; returns how many calls were in flight at each."""
    print("| kill | trees | calls finished | in flight | of these answered | asked again before it |")
    print("|---|---|---|---|---|---|")
    before, in_flight = Count(), list[int]()
    for number, ends in enumerate(endings, 1):
        patient.live(ends)
        now = patient.count()
        in_flight.append(now.unfinished - before.unfinished)
        cells = (number, patient.trees(), now.finished, in_flight[-1], now.unheard - before.unheard)
        print("|", " | ".join(map(str, (*cells, now.again - before.again))), "|", flush=True)
        before = now
    return in_flight


def _check(patient: Patient, whole: Patient, in_flight: list[int]) -> None:
    promises, ended = Promises(), patient.count()
    killed, calm = patient.server.stats(), whole.server.stats()
    same_bytes = result_files(patient.out) == result_files(whole.out)
    promises.check(f"after {len(in_flight)} kills, trees and samples are the bytes of an unbroken run", same_bytes)
    same_calls = killed["bodies"].keys() == calm["bodies"].keys()
    promises.check(f"the server was asked for the same {calm['distinct']} calls, and no others", same_calls)
    only_lost = ended.again == sum(in_flight) and patient.asked_twice() == 0
    promises.check(
        f"of {sum(in_flight)} calls in flight at a kill, {ended.again} were asked again; no other", only_lost
    )
    # A reply leaves its place among the calls at once before it is durable.
    few = max(in_flight) <= 2 * CONCURRENCY
    promises.check(f"{max(in_flight)} at most were in flight at a kill, with {CONCURRENCY} calls at once", few)
    promises.exit()


def _finished(out: Path) -> int:
    try:
        return info(out).records
    except JournalError:
        # Killed before it had made its journal.
        return 0


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _cpu(process: int) -> float:
    """The seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
