"""Checksums of what a run leaves: damage to its files shows, and damage to one tree shows which.

`trees.sums` has a line `CHECKSUM TREE` for each tree, on the disk before the tree itself. `SHA256SUMS` has the whole
files as a run left them when it last ended, in the form that `sha256sum -c` reads; while a run is under way, or after
one that was killed, it is not there.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from r2s.runs.lines import whole_lines


def checksum(line: bytes) -> str:
    """Sixteen hexadecimal digits for one line, without its end."""
    return hashlib.blake2b(line.removesuffix(b"\n"), digest_size=8).hexdigest()


class TreeSums:
    """Which lines were written, and whose they are; what a run of an earlier R2S wrote is not known."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._trees: dict[str, str] = {}
        self._read_to = 0
        self.are_kept = path.exists()

    def tree_of(self, line: bytes) -> str | None:
        """The id of the tree that was written as this line; None where no such line was written."""
        digest = checksum(line)
        if digest not in self._trees:
            self._read_on()
        return self._trees.get(digest)

    def noted(self) -> list[str]:
        """The ids of all trees that were written, each once, in the order in which they first were."""
        self._read_on()
        return list(dict.fromkeys(self._trees.values()))

    def _read_on(self) -> None:
        """Take in what a run that is under way has added; a line that is damaged stands for nothing."""
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            file.seek(self._read_to)
            for line in whole_lines(file):
                self._read_to += len(line)
                digest, _, tree = line.decode("ascii", "replace").strip().partition(" ")
                self._trees[digest] = tree


def sum_line(line: bytes, tree: str) -> str:
    """What `trees.sums` says of a tree's line."""
    return f"{checksum(line)} {tree}"


def seal(files: Iterable[Path]) -> str:
    """What `SHA256SUMS` says of these files, where they are there."""
    return "".join(f"{_sha256(file)}  {file.name}\n" for file in files if file.exists())


def altered(sums: Path, files: Iterable[Path]) -> list[Path]:
    """Those of the files that are not what they were when the run last ended; none where that is not known."""
    if not sums.exists():
        return []
    said = dict(line.split("  ")[::-1][:2] for line in sums.read_text("utf-8", "replace").splitlines() if "  " in line)
    return [file for file in files if file.name in said and not (file.is_file() and _sha256(file) == said[file.name])]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
