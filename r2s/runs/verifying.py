"""Whether a run is what was written: its files, its trees, its samples and its journal, looked at and not changed."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import orjson

from r2s.errors import R2SError, TreeError
from r2s.models.journal import tools
from r2s.models.journal.address import Where
from r2s.runs.checksums import altered
from r2s.runs.directory import RunDirectory
from r2s.runs.reading import open_run
from r2s.samples.flatten import flatten
from r2s.trees.tree import ConversationTree


@dataclass
class RunVerdict:
    """What was looked at in a run, and what is wrong with it; `journal` is null where the run has none.

    `is_sealed` says that the run has ended since it was last begun, so that its files are known as wholes.
    """

    path: str
    is_sealed: bool
    trees: int = 0
    samples: int = 0
    faults: list[str] = field(default_factory=list)
    journal: tools.Verdict | None = None

    @property
    def passed(self) -> bool:
        return not self.faults and (self.journal is None or self.journal.passed)


def verify_run(path: Path, journal: Where | None = None) -> RunVerdict:
    """Look at everything; `journal` is where its calls are, if not in it. Raises `ConfigError` if there is no run."""
    directory = open_run(path)
    verdict = RunVerdict(str(path), directory.sums.exists())
    verdict.faults += [f"{file} is not what the run left there" for file in altered(directory.sums, directory.sealed)]
    verdict.faults += _unreadable(directory)
    _check_trees(directory, verdict)
    where = journal or (directory.journal if directory.journal.exists() else None)
    if where is not None:
        verdict.journal = tools.verify(where)
    return verdict


def _unreadable(directory: RunDirectory) -> Iterator[str]:
    for read in (directory.read_manifest, directory.read_metrics, directory.read_errors):
        try:
            read()
        except R2SError as error:
            yield str(error)


def _check_trees(directory: RunDirectory, verdict: RunVerdict) -> None:
    """Every tree, and that the samples are what follows from them."""
    damaged: list[TreeError] = []
    rows = _samples_of(directory, damaged, verdict)
    differ = None
    for number, (row, line) in enumerate(zip_longest(rows, _lines_in(directory.samples)), 1):
        verdict.samples += row is not None
        if differ is None and row != line:
            differ = number
    verdict.faults += map(str, damaged)
    if differ is not None:
        verdict.faults.append(f"{directory.samples}:{differ}: not what follows from the trees; r2s run makes it anew")


def _samples_of(directory: RunDirectory, damaged: list[TreeError], verdict: RunVerdict) -> Iterator[bytes]:
    seen = set[str]()
    for tree in directory.read_sound_trees(damaged.append):
        verdict.trees += 1
        if tree.id in seen:
            damaged.append(TreeError(f"{directory.trees}: tree {tree.id} stands there twice"))
        seen.add(tree.id)
        yield from _lines(tree)


def _lines(tree: ConversationTree) -> Iterator[bytes]:
    return (orjson.dumps(row) + b"\n" for row in flatten(tree))


def _lines_in(path: Path) -> Iterator[bytes]:
    with suppress(FileNotFoundError), path.open("rb") as file:
        yield from file
