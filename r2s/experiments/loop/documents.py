"""The documents of a loop in two files, so that what is held out is in no folder that anything learns from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import orjson

from r2s.documents import Document, DocumentFailure, ReadNote, read_documents
from r2s.errors import ConfigError
from r2s.experiments.loop.settings import LoopSettings
from r2s.runs.directory import write_text
from r2s.samples.settings import ExportSettings
from r2s.samples.splits import Splits

_LEARNT, _HELD_OUT = "learnt", "held_out"


def split_documents(
    paths: Sequence[Path | str], settings: LoopSettings, learnt: Path, held_out: Path, tell: Callable[[ReadNote], None]
) -> dict[str, int]:
    """Write each document into its file, by the rule that exports split by; returns how many are in each.

    What cannot be read, or belongs in neither file, is told and left out. Raises `ConfigError` where one of the files
    would be empty.
    """
    shares = {_LEARNT: 1 - settings.held_out, _HELD_OUT: settings.held_out}
    splits = Splits(shares, ExportSettings().together)
    rows: dict[str, list[Document]] = {_LEARNT: [], _HELD_OUT: []}
    for document in _read(paths, settings, tell):
        placed = splits.of(document)
        if placed.reason:
            tell(ReadNote(document.id, f"left out: {placed.reason}"))
        else:
            splits.keep(placed)
            rows[placed.split].append(document)
    _check(rows, settings.held_out)
    for name, path in ((_LEARNT, learnt), (_HELD_OUT, held_out)):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, "".join(_lines(rows[name])))
    return {name: len(documents) for name, documents in rows.items()}


def _read(paths: Sequence[Path | str], settings: LoopSettings, tell: Callable[[ReadNote], None]) -> Iterator[Document]:
    options = settings.reading
    for item in read_documents(paths, limit=options.limit, options=options, tell=tell):
        if isinstance(item, DocumentFailure):
            tell(ReadNote(item.document, f"left out: {item.message}"))
        else:
            yield item


def _lines(documents: Iterable[Document]) -> Iterator[str]:
    """What reading a file of rows makes the same documents of."""
    for document in documents:
        row = document.model_dump(include={"id", "title", "lang", "source", "text", "licence"}, exclude_none=True)
        yield orjson.dumps(row).decode() + "\n"


def _check(rows: dict[str, list[Document]], share: float) -> None:
    counts = {name: len(documents) for name, documents in rows.items()}
    if empty := [name for name, count in counts.items() if not count]:
        raise ConfigError(
            f"no document is {empty[0].replace('_', ' ')}: {sum(counts.values())} documents are too few for held_out="
            f"{share:g}; give more of them, or another share"
        )
