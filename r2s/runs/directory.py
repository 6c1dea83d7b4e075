"""The run directory: what a run leaves on disk, and what it finds there when it is resumed."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from io import FileIO
from pathlib import Path
from typing import IO, Any, Literal, cast

from r2s.errors import ResumeError, RunError, TreeError
from r2s.runs.checksums import TreeSums, seal
from r2s.runs.lines import whole_lines
from r2s.trees.tree import ConversationTree, read_tree

# What a resume does about a file of a run that is damaged.
GO_ON = "the same r2s run command sets it aside and goes on"
WITHOUT = "remove it, and the same r2s run command makes it anew and goes on"


class Directory:
    """A folder that one process at a time writes to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def lock(self) -> Path:
        """What whoever writes here holds; it stays behind."""
        return self.path / ".lock"

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

        with self._lock_file() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ResumeError(f"{self.path} is in use by another run; wait for it, or choose another -o") from None
            yield

    def _lock_file(self) -> IO[str]:
        try:
            return self.lock.open("w")
        except OSError as error:
            raise RunError(f"cannot write to {self.path}: {error.strerror}") from None

    def is_in_use(self) -> bool:
        """Whether a process holds the directory just now; nothing is written to find out."""
        import fcntl

        try:
            with self.lock.open("rb") as lock:
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
        self.tree_sums = path / "trees.sums"
        self.samples = path / "samples.jsonl"
        self.errors = path / "errors.jsonl"
        self.metrics = path / "metrics.json"
        self.events = path / "events.jsonl"
        self.journal = path / "journal.sqlite"
        self.stats = path / "stats"
        self.desk = path / "desk"
        self.sums = path / "SHA256SUMS"

    @property
    def records(self) -> list[Path]:
        """The small files, each as a whole of use."""
        return [self.config, self.errors, self.manifest, self.metrics]

    @property
    def sealed(self) -> list[Path]:
        """What `SHA256SUMS` tells of; the journal has checksums of its own."""
        return [*self.records, self.events, self.samples, self.trees, self.tree_sums]

    def seal(self) -> None:
        """Note what all files are now, so that damage to them shows."""
        write_text(self.sums, seal(self.sealed))

    def read_manifest(self) -> dict[str, Any] | None:
        """The manifest, or None for a new run; raises `ResumeError` where a file is there that is none."""
        if not self.manifest.exists():
            return None
        try:
            manifest = json.loads(self.manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ResumeError(f"{self.manifest}: not readable as a run's manifest ({error}); {WITHOUT}") from None
        if not isinstance(manifest, dict) or "run" not in manifest:
            raise ResumeError(f"{self.manifest}: this is not the manifest of a run; {WITHOUT}")
        return manifest

    def read_trees(self) -> Iterator[ConversationTree]:
        """The finished trees in order, each checked."""
        for number, line in enumerate(_lines(self.trees), 1):
            yield self.read_tree(line, number)

    def read_sound_trees(self, tell: Callable[[TreeError], None]) -> Iterator[ConversationTree]:
        """The trees that can be read, in order; `tell` hears of each line that is damaged."""
        with reading(self.trees), suppress(FileNotFoundError), self.trees.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    tree = self.read_tree(line, number)
                except TreeError as error:
                    tell(error)
                else:
                    yield tree

    def read_tree(self, line: bytes, number: int) -> ConversationTree:
        """The tree in a line of this number, checked; raises `TreeError`."""
        where = f"{self.trees}:{number}"
        tree = read_tree(line, where)
        if self._written.are_kept and self._written.tree_of(line) is None:
            raise TreeError(f"{where}: this is not the tree that was written here; {GO_ON}")
        return tree

    @cached_property
    def _written(self) -> TreeSums:
        return TreeSums(self.tree_sums)

    def read_errors(self) -> list[dict[str, Any]]:
        """The failed documents, as they were recorded; raises `RunError` where they cannot be read."""
        return [self._read_error(line, number) for number, line in enumerate(_lines(self.errors), 1)]

    def _read_error(self, line: bytes, number: int) -> dict[str, Any]:
        if error := error_in(line):
            return error
        raise RunError(f"{self.errors}:{number}: this is no record of a failed document; {GO_ON}")

    def read_metrics(self) -> dict[str, Any]:
        """The figures that the run wrote when it last ended; empty while it is played for the first time.

        Raises `RunError` where they cannot be read.
        """
        if not self.metrics.exists():
            return {}
        try:
            return cast(dict[str, Any], json.loads(self.metrics.read_bytes()))
        except ValueError as error:
            raise RunError(f"{self.metrics} cannot be read: {error}; {GO_ON}") from None

    def mend(self) -> int:
        """Cut off a line that was not written to its end; returns how many bytes were cut."""
        lines = (self.trees, self.tree_sums, self.samples, self.errors, self.events)
        return sum(_cut_torn_line(path) for path in lines)


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file in one step, so that a reader never sees half of it."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Replace a text file in one step; raises `RunError` where it cannot be written."""
    temporary = path.with_name(path.name + ".tmp")
    with writing(path):
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)


def open_lines(path: Path, mode: Literal["w", "a"] = "a") -> FileIO:
    """A file for lines; nothing of them is held back in memory, to be written by halves when it is closed."""
    with writing(path):
        return FileIO(path, mode)


def append_line(file: FileIO, line: str) -> None:
    """Add one line and hand it to the system at once: a killed run loses at most the line it was writing."""
    left = memoryview(f"{line}\n".encode())
    with writing(file.name):
        while left:
            left = left[file.write(left) :]


@contextmanager
def writing(path: object) -> Iterator[None]:
    """A disk that is full, gone or not ours to write to is a `RunError` that says so."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{path} cannot be written: {error.strerror}; mend that, then the same command goes on from there"
        ) from None


@contextmanager
def reading(path: object) -> Iterator[None]:
    """A file that is not ours to read, or a disk that is gone, is a `RunError` that says so."""
    try:
        yield
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}; mend that and give the command again") from None


def error_in(line: bytes) -> dict[str, Any] | None:
    """The record of a failed document in a line; None where there is none."""
    try:
        error = json.loads(line)
    except ValueError:
        return None
    return error if isinstance(error, dict) and error.keys() >= {"document", "replicate", "kind"} else None


def _lines(path: Path) -> Iterator[bytes]:
    with reading(path), suppress(FileNotFoundError), path.open("rb") as file:
        yield from whole_lines(file)


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
        if end < size:
            file.truncate(end)
    return size - end
