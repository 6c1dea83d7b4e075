"""Putting a changed tree into a run's files in the place of the one that was there; no other line changes a byte."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import orjson

from r2s.runs.checksums import sum_line
from r2s.runs.directory import RunDirectory, append_line, open_lines, writing
from r2s.samples.flatten import flatten
from r2s.trees.tree import ConversationTree


def replace_tree(directory: RunDirectory, tree: ConversationTree) -> None:
    """Write the tree, then its samples. A process that dies in between loses nothing: `r2s run` remakes samples."""
    line = tree.to_json().encode()
    if directory.tree_sums.exists():
        with open_lines(directory.tree_sums) as sums:
            append_line(sums, sum_line(line, tree.id))
    _replace_lines(directory.trees, lambda row: row["id"] == tree.id, [line])
    samples = [orjson.dumps(row) for row in flatten(tree)]
    _replace_lines(directory.samples, lambda row: row["meta"]["tree"] == tree.id, samples)


def _replace_lines(path: Path, belongs: Callable[[dict], bool], lines: Iterable[bytes]) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with writing(path), path.open("rb") as file:
        with temporary.open("wb") as out:
            out.writelines(_replaced(file, belongs, lines))
        os.replace(temporary, path)


def _replaced(file: Iterable[bytes], belongs: Callable[[dict], bool], lines: Iterable[bytes]) -> Iterator[bytes]:
    """The new lines where the first of the old ones stood."""
    is_written = False
    for line in file:
        if not belongs(orjson.loads(line)):
            yield line
        elif not is_written:
            yield from (new + b"\n" for new in lines)
            is_written = True
