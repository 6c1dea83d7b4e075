"""What is done about damage before a run goes on: damaged lines are set aside, and what they held is played again.

Finished calls are in the journal, so that this costs nothing but time.
"""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

from r2s.errors import RunError, TreeError
from r2s.runs.checksums import TreeSums, sum_line
from r2s.runs.directory import RunDirectory, append_line, error_in, open_lines, writing
from r2s.trees.tree import read_tree

AGAIN = "what they held is played again, and what the journal holds is not paid again"


def mend(directory: RunDirectory) -> list[str]:
    """Make the files of a run fit to be gone on with; returns what had to be mended."""
    directory.mend()
    told = [*_mend_trees(directory), *_mend_lines(directory.errors, lambda line: error_in(line) is not None)]
    try:
        directory.read_metrics()
    except RunError:
        kept = _free_name(directory.metrics)
        os.replace(directory.metrics, kept)
        told.append(f"{directory.metrics} was damaged; it is kept as {kept.name}, and its counts of calls are gone")
    return told


def _mend_trees(directory: RunDirectory) -> list[str]:
    sums, seen = TreeSums(directory.tree_sums), set[str]()

    def is_sound(line: bytes) -> bool:
        tree = sums.tree_of(line) if sums.are_kept else _parsed(line)
        is_new = tree is not None and tree not in seen
        seen.add(tree or "")
        return is_new

    told = _mend_lines(directory.trees, is_sound)
    if not sums.are_kept:
        _note_all(directory)
    # A process that was killed may have written the last checksum and not its tree.
    gone = [tree for tree in sums.noted() if tree not in seen]
    if not told and gone[:-1]:
        told = [f"{directory.trees}: {len(gone)} trees were written here and are gone; {AGAIN}"]
    return told + _forks_lost(directory, gone)


def _forks_lost(directory: RunDirectory, gone: list[str]) -> list[str]:
    forks = (directory.read_manifest() or {}).get("forks", [])
    lost = sorted({fork["tree"] for fork in forks} & set(gone))
    return [f"the forks of {', '.join(lost)} are gone; fork again, which pays nothing again"] if lost else []


def _note_all(directory: RunDirectory) -> None:
    """Take the checksums of trees that an earlier R2S wrote."""
    if directory.trees.exists():
        with directory.trees.open("rb") as trees, open_lines(directory.tree_sums, "w") as sums:
            for line in trees:
                append_line(sums, sum_line(line, _parsed(line) or ""))


def _parsed(line: bytes) -> str | None:
    try:
        return read_tree(line, "").id
    except TreeError:
        return None


def _mend_lines(path: Path, is_sound: Callable[[bytes], bool]) -> list[str]:
    """Take the lines that are not sound out of a file, and keep the file as it was beside it."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        sound = [is_sound(line) for line in file]
    if all(sound):
        return []
    kept, temporary = _free_name(path), path.with_name(path.name + ".tmp")
    with writing(path):
        with path.open("rb") as file, temporary.open("wb") as out:
            out.writelines(line for line, is_good in zip(file, sound, strict=True) if is_good)
        os.link(path, kept)
        os.replace(temporary, path)
    return [f"{path}: {sound.count(False)} damaged lines; the file as it was is kept as {kept.name}; {AGAIN}"]


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}{f'.{number}' if number else ''}.damaged") for number in count())
    return next(name for name in names if not name.exists())
