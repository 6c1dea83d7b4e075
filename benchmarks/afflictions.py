"""What can befall a run: each affliction is one life of its process, begun, disturbed and ended, or damage in between.

They are drawn at random by `benchmarks/soak.py`. An affliction raises `BrokenPromise` where the run does anything but
what it should: end with the exit code and the words of the fault, or be killed.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.damage import damage
from benchmarks.processes import ROOT, ServerProcess, run_command
from benchmarks.tcp_proxy import Proxy, Weather

CLOCK = Path(__file__).parent / "shims" / "clock"
# Files of a run that are damaged between two lives, and what is told of it on the next.
FILES = ("trees.jsonl", "trees.sums", "samples.jsonl", "errors.jsonl", "metrics.json", "events.jsonl", "journal.sqlite")
ROOM, NO_ROOM = "256m", 200_000


class BrokenPromise(Exception):  # noqa: N818 (what is found, and no fault of the program that finds it)
    """A run did what it must not do."""


class Database(Protocol):
    """A database server that can be started and stopped."""

    def start(self) -> None: ...
    def stop(self, how: str = "fast") -> None: ...


@dataclass
class Patient:
    """A run, where it lies, what it talks to, and what has happened to it; `seconds` is what an undisturbed one takes.

    `mount` is a disk of its own where one can be had, `slow_disk` a library that makes a disk slow.
    """

    docs: Path
    out: Path
    server: ServerProcess
    proxy: Proxy
    chance: random.Random
    seconds: float
    options: tuple[str, ...]
    server_options: tuple[str, ...]
    mount: Path | None = None
    slow_disk: Path | None = None
    database: Database | None = None
    environment: dict[str, str] = field(default_factory=dict)
    journal_was_damaged: bool = False
    said: list[str] = field(default_factory=list)

    @property
    def disk(self) -> Path:
        assert self.mount is not None, "afflictions of a disk need one"
        return self.mount

    def begin(self, **environment: str) -> subprocess.Popen[str]:
        """Start or resume the run."""
        return subprocess.Popen(
            run_command(self.docs, self.out, self.proxy.url, *self.options),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment, **environment},
        )

    def wait(self, most: float = 1.0) -> None:
        """Some moment of an undisturbed run."""
        time.sleep(self.chance.uniform(0, most * self.seconds))

    def end(self, process: subprocess.Popen[str], *codes: int, patience: float = 300.0) -> str:
        """What a process said at its end, which must be one of these ends."""
        try:
            _, said = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            raise BrokenPromise(f"still running after {patience:.0f} s: {process.communicate()[1]}") from None
        self.said.append(said)
        if process.returncode not in codes or "Traceback" in said:
            raise BrokenPromise(f"ended with {process.returncode}, not with one of {codes}: {said[-2000:]}")
        return said

    def kill(self, process: subprocess.Popen[str]) -> None:
        """Kill it, unless it has come to its end."""
        process.kill()
        self.end(process, 0, -signal.SIGKILL)


Affliction = Callable[[Patient], None]


def killed(patient: Patient) -> None:
    """kill -9 at some moment."""
    process = patient.begin()
    patient.wait(1.5)
    patient.kill(process)


def stopped(patient: Patient) -> None:
    """SIGTERM or Ctrl-C, and sometimes again."""
    process = patient.begin()
    patient.wait()
    number, again = patient.chance.choice([signal.SIGTERM, signal.SIGINT]), patient.chance.random() < 0.5
    process.send_signal(number)
    if again:
        time.sleep(0.2)
        with suppress(ProcessLookupError):
            process.send_signal(number)
    # Before it listens, a signal ends it as it ends any process.
    patient.end(process, 0, 128 + number, -number, 1, patience=60)


def worker_killed(patient: Patient) -> None:
    """One of the run's worker processes is killed, where it has some."""
    process = patient.begin()
    patient.wait()
    if workers := _workers(process.pid, is_ray="ray" in patient.options):
        with suppress(ProcessLookupError):
            os.kill(patient.chance.choice(workers), signal.SIGKILL)
    patient.wait()
    patient.kill(process)


def server_killed(patient: Patient) -> None:
    """The server crashes, and another one is there some seconds later."""
    process = patient.begin()
    patient.wait()
    patient.server.close()
    time.sleep(patient.chance.uniform(0.5, 4))
    patient.server = ServerProcess(*patient.server_options)
    patient.proxy.upstream = patient.server.url
    patient.wait()
    patient.kill(process)


def network_cut(patient: Patient) -> None:
    """Every connection is dropped, and none can be had for a while."""
    process = patient.begin()
    patient.wait()
    patient.proxy.cut()
    time.sleep(patient.chance.uniform(0.5, 4))
    patient.proxy.weather = Weather()
    patient.wait()
    patient.kill(process)


def network_bad(patient: Patient) -> None:
    """A slow link that loses connections, cuts replies off and brings some of them twice."""
    process = patient.begin()
    patient.proxy.weather = Weather(delay=patient.chance.uniform(0, 0.2), truncated=0.02, repeated=0.02, reset=0.02)
    patient.wait(2)
    patient.proxy.weather = Weather()
    patient.kill(process)


def clock_set(patient: Patient) -> None:
    """The clock is set back and forth all the time."""
    process = patient.begin(PYTHONPATH=os.pathsep.join([str(CLOCK), os.environ.get("PYTHONPATH", "")]))
    patient.wait(1.5)
    patient.kill(process)


def disk_slow(patient: Patient) -> None:
    """Every fsync takes up to half a second."""
    milliseconds = patient.chance.randrange(20, 500)
    process = patient.begin(LD_PRELOAD=str(patient.slow_disk), SLOW_DISK_MS=str(milliseconds))
    patient.wait(2)
    patient.kill(process)


def disk_full(patient: Patient) -> None:
    """There is little room left, and none in the end; then there is."""
    with remounted(patient.disk, f"size={_used(patient) + NO_ROOM}"):
        process = patient.begin()
        said = patient.end(process, 0, 1)
    if process.returncode and not any(word in said for word in ("No space", "full")):
        raise BrokenPromise(f"a full disk was not named: {said}")


def disk_read_only(patient: Patient) -> None:
    """Nothing may be written."""
    with remounted(patient.disk, "ro"):
        process = patient.begin()
        said = patient.end(process, 1)
    if "Read-only" not in said:
        raise BrokenPromise(f"a disk that may not be written to was not named: {said}")


def database_killed(patient: Patient) -> None:
    """The database of the journal crashes and comes back; a run that just begins does not wait for one, and says so."""
    assert patient.database is not None
    process = patient.begin()
    patient.wait()
    patient.database.stop("immediate")
    time.sleep(patient.chance.uniform(0.5, 4))
    patient.database.start()
    patient.wait()
    process.kill()
    said = patient.end(process, 0, 6, -signal.SIGKILL)
    if process.returncode == 6 and "the journal's database does not let us in" not in said:
        raise BrokenPromise(f"the database was not named: {said}")


def begun_twice(patient: Patient) -> None:
    """A second process is started in the same directory."""
    first, second = patient.begin(), patient.begin()
    patient.wait()
    for process in (first, second):
        process.kill()
    for process in (first, second):
        said = patient.end(process, 0, 5, -signal.SIGKILL)
        if process.returncode == 5 and "in use by another run" not in said:
            raise BrokenPromise(f"the other run was not named: {said}")


def damaged(patient: Patient) -> None:
    """A bit is flipped, or a piece lost, in one of the files of the run."""
    there = [patient.out / name for name in FILES if (patient.out / name).exists()]
    if there:
        path = patient.chance.choice(there)
        patient.said.append(damage(path, patient.chance))
        patient.journal_was_damaged |= path.name.startswith("journal")


def afflictions(patient: Patient) -> Sequence[Affliction]:
    """Those that can be had here."""
    everywhere = [killed, killed, stopped, server_killed, network_cut, network_bad, clock_set, begun_twice, damaged]
    disk = [disk_full, disk_read_only] if patient.mount else []
    slow = [disk_slow] if patient.slow_disk else []
    workers = [worker_killed, worker_killed] if "--workers" in patient.options else []
    return [*everywhere, *disk, *slow, *workers, *([database_killed] if patient.database else [])]


@contextmanager
def remounted(mount: Path, option: str) -> Iterator[None]:
    """A disk of our own with another option, for a while."""
    _mount("-o", f"remount,{option}", str(mount))
    try:
        yield
    finally:
        _mount("-o", f"remount,rw,size={ROOM}", str(mount))


@contextmanager
def own_disk(folder: Path) -> Iterator[Path | None]:
    """A small disk in memory, where we may make one; else None."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _mount("-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder))
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def slow_disk(folder: Path) -> Path | None:
    """The library that makes a disk slow, where a compiler can make it."""
    compiler, made = shutil.which("cc"), folder / "slow_disk.so"
    source = Path(__file__).parent / "shims" / "slow_disk.c"
    if compiler is None or sys.platform != "linux":
        return None
    done = subprocess.run([compiler, "-shared", "-fPIC", "-o", made, source, "-ldl"], capture_output=True)
    return made if done.returncode == 0 else None


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


def _workers(process: int, *, is_ray: bool) -> list[int]:
    """The processes that play for a run; of Ray's, those of its actors, which its daemon begins."""
    if not is_ray:
        return _children(process)
    begun = [process]
    for each in begun:
        begun += _children(each)
    return [each for each in begun if _command(each).startswith(b"ray::")]


def _children(process: int) -> list[int]:
    """The processes that a process has begun, in any of its threads; none where the system does not say."""
    found: list[int] = []
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(word) for word in children.read_text().split()]
    return found


def _command(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def _used(patient: Patient) -> int:
    return shutil.disk_usage(patient.disk).used
