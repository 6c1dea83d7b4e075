"""Putting the lines of a run back into document order, after failed documents were played again."""

import os
from collections.abc import Iterable
from pathlib import Path

import orjson

from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure
from r2s.runs.directory import RunDirectory, writing
from r2s.trees.tree import tree_id


def restore_order(
    directory: RunDirectory, documents: Iterable[Document | DocumentFailure], run: str, config: RunConfig
) -> None:
    """Sort trees and samples by the order in which the documents come; memory holds ids and places, not trees."""
    order: dict[str, int] = {}
    for document in documents:
        if isinstance(document, Document):
            for replicate in range(config.dialogues):
                order[tree_id(run, document.id, replicate)] = len(order)
    _sort_lines(directory.trees, order, lambda row: row["id"])
    _sort_lines(directory.samples, order, lambda row: row["meta"]["tree"])


def _sort_lines(path: Path, order: dict[str, int], tree_of) -> None:
    places: list[tuple[int, int, int]] = []
    with writing(path), path.open("rb") as file:
        while line := file.readline():
            places.append((order[tree_of(orjson.loads(line))], file.tell() - len(line), len(line)))
        temporary = path.with_name(path.name + ".tmp")
        with temporary.open("wb") as out:
            for _, start, length in sorted(places):
                file.seek(start)
                out.write(file.read(length))
        os.replace(temporary, path)
