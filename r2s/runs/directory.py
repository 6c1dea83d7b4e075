"""The run directory: what a run leaves on disk, and what it finds there when it is resumed."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from r2s.errors import ResumeError, RunError, TreeError
from r2s.trees.tree import ConversationTree, read_tree


class Directory:
    """A folder that one process at a time writes to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Make the directory; raises `RunError` where that is not allowed."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / ".write-test"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise RunError(f"cannot write to {self.path}: {error.strerror}; choose another directory with -o") from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for one run at a time; a lock of a process that is gone is free."""
        import fcntl

        with (self.path / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ResumeError(f"{self.path} is in use by another run; wait for it, or choose another -o") from None
            yield

    def is_in_use(self) -> bool:
        """Whether a process holds the directory just now; nothing is written to find out."""
        import fcntl

        try:
            with (self.path / ".lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False


class RunDirectory(Directory):
    """The files of one run. Lines are only ever added whole; other files are replaced in one step."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.manifest = path / "manifest.json"
        self.config = path / "config.yaml"
        self.trees = path / "trees.jsonl"
        self.samples = path / "samples.jsonl"
        self.errors = path / "errors.jsonl"
        self.metrics = path / "metrics.json"
        self.events = path / "events.jsonl"
        self.journal = path / "journal.sqlite"
        self.stats = path / "stats"
        self.desk = path / "desk"

    def read_manifest(self) -> dict[str, Any] | None:
        """The manifest, or None for a new run; raises `ResumeError` where a file is there that is none."""
        if not self.manifest.exists():
            return None
        try:
            manifest = json.loads(self.manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ResumeError(f"{self.manifest}: not readable as a run's manifest: {error}") from None
        if not isinstance(manifest, dict) or "run" not in manifest:
            raise ResumeError(f"{self.manifest}: this is not the manifest of a run")
        return manifest

    def read_trees(self) -> Iterator[ConversationTree]:
        """The finished trees in order, each checked."""
        for number, line in enumerate(_lines(self.trees), 1):
            yield read_tree(line, f"{self.trees}:{number}")

    def read_sound_trees(self, tell: Callable[[TreeError], None]) -> Iterator[ConversationTree]:
        """The trees that can be read, in order; `tell` hears of each line that is damaged."""
        with suppress(FileNotFoundError), self.trees.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    tree = read_tree(line, f"{self.trees}:{number}")
                except TreeError as error:
                    tell(error)
                else:
                    yield tree

    def read_errors(self) -> list[dict[str, Any]]:
        """The failed documents, as they were recorded."""
        return [json.loads(line) for line in _lines(self.errors)]

    def read_metrics(self) -> dict[str, Any]:
        """The figures that the run wrote when it last ended; empty while it is played for the first time."""
        return json.loads(self.metrics.read_text(encoding="utf-8")) if self.metrics.exists() else {}

    def mend(self) -> int:
        """Cut off a line that was not written to its end; returns how many bytes were cut."""
        return sum(_cut_torn_line(path) for path in (self.trees, self.samples, self.errors, self.events))


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file in one step, so that a reader never sees half of it."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Replace a text file in one step."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def append_line(file: IO[str], line: str) -> None:
    """Add one line and hand it to the system at once: a killed run loses at most the line it was writing."""
    file.write(line + "\n")
    file.flush()


def timestamp() -> str:
    """The time now, as files keep it: UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _lines(path: Path) -> Iterator[str]:
    with suppress(FileNotFoundError), path.open(encoding="utf-8", newline="\n") as file:
        yield from (line for line in file if line.endswith("\n"))


def _cut_torn_line(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb+") as file:
        size = end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - 65536)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                end = start + found + 1
                break
            end = start
        file.truncate(end)
    return size - end
