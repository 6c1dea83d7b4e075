"""Run a command to its end and say what it cost: seconds, CPU and memory of the process and of all that it started.

Read from /proc, so on Linux only. (`ru_maxrss` would not do: a process inherits that of the one that started it.)
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.05
MEMORY_EVERY = 5
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What a process took. `samples` are times of the monotonic clock, each with the CPU seconds spent until then."""

    code: int
    seconds: float
    cpu: float
    peak: float
    """MB. Of one process its high-water mark; of several their sum, in which a page that they share counts once."""
    samples: tuple[tuple[float, float], ...]

    def cpu_until(self, when: float) -> float:
        """CPU seconds spent before a time, between the samples on a straight line."""
        before = max((sample for sample in self.samples if sample[0] <= when), default=self.samples[0])
        after = min((sample for sample in self.samples if sample[0] > when), default=self.samples[-1])
        share = (when - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
        return before[1] + share * (after[1] - before[1])


class TooSlowError(Exception):
    """A command did not end in time, and was ended."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], limit: float) -> Cost:
    """Run a command in a folder, its output in `output.txt` there; `TooSlowError` beyond `limit` seconds."""
    began, peak, samples = time.monotonic(), 0.0, [(time.monotonic(), 0.0)]
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() - began > limit:
                raise TooSlowError(f"not done after {limit:.0f} s")
            family = list(_family(process.pid))
            samples.append((time.monotonic(), sum(map(_cpu, family))))
            peak = max(peak, _megabytes(process.pid, "status", "VmHWM:"))
            if len(samples) % MEMORY_EVERY == 0:
                peak = max(peak, sum(_megabytes(member, "smaps_rollup", "Pss:") for member in family))
            time.sleep(EVERY)
    except BaseException:
        _end_all_of(process.pid)
        process.wait()
        raise
    seconds, usage = time.monotonic() - began, ended[2]
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    # What is left of the client's processes must not disturb the next one.
    _end_all_of(process.pid)
    cpu = usage.ru_utime + usage.ru_stime
    samples.append((began + seconds, cpu))
    return Cost(process.returncode, seconds, cpu, peak, tuple(samples))


def _end_all_of(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _family(process: int) -> Iterator[int]:
    """A process and all that descend from it."""
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield from _family(int(child))


def _cpu(process: int) -> float:
    """CPU seconds of a process and of its children that have ended."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICK
    return 0.0


def _megabytes(process: int, file: str, field: str) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/{file}").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) / 1024
    return 0.0
