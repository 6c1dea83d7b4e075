"""Runs under faults drawn at random, for as long as there is time: nothing lost, nothing doubled, nothing unnoticed.

    .venv/bin/python -m benchmarks.soak --minutes 60 -o soak.md          # also: make soak SOAK_MINUTES=60

In each round a run of some documents is afflicted again and again (`benchmarks/afflictions.py`), by what the seed says,
and then let to its end: in one process, with workers, or on Ray where that is installed. Its trees and samples must be,
byte for byte, those of a run that nobody disturbed; no document may have failed, no call be noted as finished twice,
and `r2s verify` must find nothing. The summary is written anew after each round.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import orjson

from benchmarks.afflictions import BrokenPromise, Patient, afflictions, own_disk, slow_disk
from benchmarks.baseline import write_documents
from benchmarks.processes import ServerProcess, result_files, run
from benchmarks.tcp_proxy import Proxy
from r2s.runs.verifying import verify_run
from tests.postgres import Cluster, programs

DOCUMENTS, TURNS = (4, 8, 16), 4
FAULTS = "429=0.02,500=0.02,reset=0.01,hang=0.005"
# Ways to play one run that must come to the same bytes.
ENGINES: tuple[tuple[str, ...], ...] = ((), ("--concurrency", "4"), ("--concurrency", "64"), ("--workers", "2"))
RAY = ("--engine", "ray", "--workers", "2")
MOST_AFFLICTIONS = 6


@dataclass
class Summary:
    """What has been done so far."""

    seed: int
    began: float = field(default_factory=time.monotonic)
    rounds: int = 0
    calls: int = 0
    trees: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    journals: Counter[str] = field(default_factory=Counter)
    engines: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def text(self) -> str:
        minutes = (time.monotonic() - self.began) / 60
        rows = "".join(f"| {name.replace('_', ' ')} | {count} |\n" for name, count in self.counts.most_common())
        broken = "".join(f"- {line}\n" for line in self.broken) or "No promise was broken.\n"
        journals = ", ".join(f"{count} with {name}" for name, count in self.journals.most_common())
        engines = ", ".join(f"{count} {name}" for name, count in self.engines.most_common())
        return (
            f"{minutes:.0f} minutes, seed {self.seed}: {self.rounds} runs ({journals}; {engines}), "
            f"{self.trees} dialogues, {self.calls} calls, {sum(self.counts.values())} afflictions.\n\n"
            f"| affliction | times |\n|---|---|\n{rows}\n{broken}"
        )


class Soak:
    """Round after round; documents, and what an undisturbed run makes of them, are made once."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.summary = Summary(seed)
        self.slow_disk = slow_disk(folder)
        self.whole: dict[int, tuple[tuple[bytes, bytes], float]] = {}
        self.engines = (*ENGINES, RAY) if find_spec("ray") else ENGINES
        self.cluster: Cluster | None = None
        self.open = ExitStack()
        if found := programs():
            place = Path(self.open.enter_context(tempfile.TemporaryDirectory(prefix="r2s-soak-")))
            self.cluster = Cluster(found, place, is_safe=True)
            self.cluster.start()
            self.open.callback(self.cluster.stop, "immediate")

    def play(self, number: int) -> None:
        """One run, afflicted and then let to its end."""
        documents = self.chance.choice(DOCUMENTS)
        with ExitStack() as stack:
            patient = self._patient(number, documents, stack)
            befallen = []
            try:
                for affliction in self.chance.choices(afflictions(patient), k=self.chance.randint(1, MOST_AFFLICTIONS)):
                    befallen.append(affliction.__name__)
                    affliction(patient)
                self.summary.calls += self._check(patient, documents)
                self.summary.trees += documents
            except Exception as error:  # A fault of the soak's own is told as well, and ends no night's work.
                self.summary.broken.append(f"run {number} ({', '.join(befallen)}): {type(error).__name__}: {error}")
            finally:
                patient.server.close()
            self.summary.rounds += 1
            self.summary.counts.update(befallen)

    def _patient(self, number: int, documents: int, stack: ExitStack) -> Patient:
        docs = self.folder / f"{documents}.jsonl"
        seconds = self._undisturbed(docs, documents)[1]
        mount = stack.enter_context(own_disk(self.folder / f"disk-{number}"))
        server_options = ("--latency", "0.05", "--jitter", "0.5", "--faults", FAULTS, "--seed", str(number))
        server = ServerProcess(*server_options)
        proxy = stack.enter_context(Proxy(server.url, number))
        engine = self.chance.choice(self.engines)
        self.summary.engines[_named(engine)] += 1
        options = [*COMMON, *engine]
        database = self.cluster if self.chance.random() < 0.3 else None
        if database:
            address = database.database()
            database.set_lease(address, 3)
            options += ["--journal", address]
        self.summary.journals["PostgreSQL" if database else "SQLite"] += 1
        return Patient(
            docs=docs,
            out=(mount or self.folder / f"disk-{number}") / "run",
            server=server,
            proxy=proxy,
            chance=self.chance,
            seconds=seconds,
            options=tuple(options),
            server_options=server_options,
            mount=mount,
            slow_disk=self.slow_disk,
            database=database,
            # Ray lets its workers stand back behind all others, and a busy machine would never come to them.
            environment={"RAY_worker_niceness": "0"} if engine == RAY else {},
        )

    def _undisturbed(self, docs: Path, documents: int) -> tuple[tuple[bytes, bytes], float]:
        if documents not in self.whole:
            write_documents(docs, "en", documents)
            with ServerProcess("--latency", "0.05", "--jitter", "0.5") as server:
                done = run(docs, self.folder / f"whole-{documents}", server.url, *COMMON)
            self.whole[documents] = done.files, done.seconds
        return self.whole[documents]

    def _check(self, patient: Patient, documents: int) -> int:
        """Let it come to its end, and hold it to what is promised; returns how many calls it took."""
        patient.end(patient.begin(), 0, patience=900)
        if result_files(patient.out) != self.whole[documents][0]:
            raise BrokenPromise("other bytes than those of an undisturbed run")
        if (patient.out / "errors.jsonl").read_bytes():
            raise BrokenPromise("a document has failed")
        journal = patient.options[patient.options.index("--journal") + 1] if patient.database else None
        verdict = verify_run(patient.out, journal)
        if not verdict.passed:
            raise BrokenPromise(f"r2s verify: {verdict}")
        calls = _calls(patient.out / "events.jsonl")
        twice = sum(count > 1 for count in calls.values())
        if twice and not patient.journal_was_damaged:
            raise BrokenPromise(f"{twice} calls finished twice")
        return len(calls)


COMMON = ("--method", "cod_review", "--turns", str(TURNS), "--set", "limits.timeout=5")


def _named(engine: tuple[str, ...]) -> str:
    """Where a run is played, in words."""
    if "ray" in engine:
        return "on Ray"
    return "with workers" if "--workers" in engine else "in one process"


def _calls(events: Path) -> Counter[str]:
    """How often each call is noted as finished, in lines that can be read."""
    calls = Counter[str]()
    for line in events.read_bytes().splitlines():
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(event, dict) and event.get("event") == "call":
            calls[event.get("key", "")] += 1
    return calls


def main() -> None:
    """Play rounds until the time is over; ends with 1 where a promise was broken."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--minutes", type=float, default=60.0)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("-o", "--out", type=Path, default=Path("soak.md"))
    given = arguments.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), given.seed)
        with soak.open:
            number = 0
            while time.monotonic() - soak.summary.began < 60 * given.minutes:
                soak.play(number)
                number += 1
                given.out.write_text(soak.summary.text(), encoding="utf-8")
    print(soak.summary.text())
    sys.exit(bool(soak.summary.broken))


if __name__ == "__main__":
    main()
