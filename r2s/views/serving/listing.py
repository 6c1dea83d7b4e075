"""The trees of a run as they come: where each stands in the file, and its row of the table; no tree is kept.

The file is read on from where it was left. A line that is still being written is left for the next time. Where the file
was put in another's place, as a fork does, it is read again, and only lines that have changed are looked into.
"""

import asyncio
import hashlib
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from r2s.errors import TreeError
from r2s.runs.lines import whole_lines
from r2s.trees.outline import read_outline
from r2s.trees.tree import ConversationTree, read_tree
from r2s.views.index_page import tree_row
from r2s.views.inlining import to_json
from r2s.views.static import page_name


@dataclass(frozen=True, slots=True)
class Line:
    """A tree in the file: where it stands, a hash of it, the name of its page, and its row of the table in JSON."""

    start: int
    length: int
    digest: bytes
    name: str
    row: str


@dataclass
class _Reading:
    """What is known of one file: `end` is how far it was read."""

    file: tuple[int, int] | None = None
    end: int = 0
    lines: list[Line] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    damaged: list[TreeError] = field(default_factory=list)
    number: int = 0


class Listing:
    """What stands in a file of trees; `generation` counts how often another file was put in its place."""

    def __init__(self, path: Path) -> None:
        self.path, self.generation = path, 0
        self._known, self._lock = _Reading(), threading.Lock()
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def lines(self) -> list[Line]:
        return self._known.lines

    @property
    def damaged(self) -> list[TreeError]:
        """The lines that are no trees."""
        return self._known.damaged

    @property
    def is_reading(self) -> bool:
        """Whether more is being read just now."""
        return self._task is not None and not self._task.done()

    def place(self, name: str) -> int | None:
        """Where the tree of a page stands among the trees."""
        return self._known.places.get(name)

    def close(self) -> None:
        """Read no further, also where reading goes on just now."""
        self._is_closed = True

    async def refresh(self, patience: float | None = None) -> None:
        """Read on; return once all is read, or after so many seconds, while reading goes on by itself."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(asyncio.to_thread(self.read_on))
        done, _ = await asyncio.wait({self._task}, timeout=patience)
        for task in done:
            task.result()

    def read_on(self) -> None:
        """Read what is new."""
        with self._lock:
            try:
                with self.path.open("rb") as file:
                    self._read(file)
            except FileNotFoundError:
                self._put(_Reading())

    def _read(self, file: BinaryIO) -> None:
        status, known = os.fstat(file.fileno()), self._known
        which = (status.st_dev, status.st_ino)
        if known.file is None:
            known.file = which
        if which == known.file and status.st_size >= known.end and _holds(file, known.lines[-1:]):
            return self._read_lines(file, known, {})
        fresh = _Reading(which)
        self._read_lines(file, fresh, {line.digest: line for line in self.lines})
        self._put(fresh)

    def _read_lines(self, file: BinaryIO, known: _Reading, before: dict[bytes, Line]) -> None:
        file.seek(known.end)
        for data in whole_lines(file):
            if self._is_closed:
                return
            known.number += 1
            try:
                line = _line(data, known.end, before, f"{self.path}:{known.number}")
            except TreeError as error:
                known.damaged.append(error)
            else:
                # In this order: whoever finds a place, in another thread too, finds its line.
                known.lines.append(line)
                known.places[line.name] = len(known.lines) - 1
            known.end += len(data)

    def _put(self, known: _Reading) -> None:
        """Take another file's lines for those there were; where nothing was there, nothing has changed."""
        if self._known.file is not None:
            self._known, self.generation = known, self.generation + 1

    def read_tree(self, name: str) -> tuple[ConversationTree, Line]:
        """The tree of a page, checked; raises `TreeError` where it is not there, or is none."""
        for _ in range(2):
            place = self.place(name)
            if place is None:
                raise TreeError("this run has no such tree, or not yet")
            line = self.lines[place]
            with self.path.open("rb") as file:
                data = _bytes(file, line)
            if _digest(data) == line.digest:
                return read_tree(data, f"{self.path}, tree {place + 1}"), line
            self.read_on()
        raise TreeError("this tree is being replaced; load the page again")


def _holds(file: BinaryIO, lines: list[Line]) -> bool:
    """Whether these stand where they stood: a file may have the number on disk that one before it had."""
    return all(_digest(_bytes(file, line)) == line.digest for line in lines)


def _bytes(file: BinaryIO, line: Line) -> bytes:
    file.seek(line.start)
    return file.read(line.length)


def _line(data: bytes, start: int, before: dict[bytes, Line], where: str) -> Line:
    digest = _digest(data)
    if same := before.get(digest):
        return Line(start, len(data), digest, same.name, same.row)
    tree = read_outline(data, where)
    name = page_name(tree.id)
    return Line(start, len(data), digest, name, to_json(tree_row(tree, f"trees/{name}")))


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
