"""The mock server and `r2s run`, each in a process of its own: what kills or slows one does not touch the other."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent


class ServerProcess:
    """`benchmarks.mock_server` with these options, until it is closed."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "benchmarks.mock_server", *options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def stats(self) -> dict[str, Any]:
        """What it has seen so far."""
        with urllib.request.urlopen(self.url.removesuffix("/v1") + "/stats") as answer:
            return json.load(answer)

    def pause(self) -> None:
        """Let it answer nobody, with all connections as they are, until it goes on."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it at once, as a crash would; closing twice is closing once."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Finished:
    """A run that came to its end: the figures it printed, what it counted of its endpoint, and its wall time."""

    out: Path
    figures: dict[str, Any]
    endpoint: dict[str, Any]
    seconds: float

    @property
    def files(self) -> tuple[bytes, bytes]:
        return result_files(self.out)


def run_command(docs: Path, out: Path, url: str, *options: str) -> list[str]:
    """`r2s run` against a mock server."""
    where = ("--model", "openai:mock", "--base-url", url, "--json")
    return [sys.executable, "-m", "r2s", "run", str(docs), "-o", str(out), *where, *options]


def run(docs: Path, out: Path, url: str, *options: str) -> Finished:
    """A run to its end; one that does not end well ends the script with what it said."""
    began = time.monotonic()
    done = subprocess.run(run_command(docs, out, url, *options), cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"r2s run ended with {done.returncode}: {done.stderr}")
    seconds = time.monotonic() - began
    (endpoint,) = json.loads((out / "metrics.json").read_text(encoding="utf-8"))["endpoints"].values()
    return Finished(out, json.loads(done.stdout), endpoint, seconds)


def result_files(out: Path) -> tuple[bytes, bytes]:
    """What a run makes, byte for byte: its trees and its samples."""
    return (out / "trees.jsonl").read_bytes(), (out / "samples.jsonl").read_bytes()
