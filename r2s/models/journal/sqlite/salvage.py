"""A damaged journal: every record that can still be read goes into a fresh file, the damaged one is kept beside it."""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from r2s.models.journal.packing import Packed, is_intact, open_text
from r2s.models.journal.sqlite.pages import FILE_HEADER, Pages, Values
from r2s.models.journal.sqlite.tables import APPLICATION, connect, insert, upgrade

MAGIC = b"SQLite format 3\0"
APPLICATION_AT = 68
TOGETHER = 1000


@dataclass(frozen=True, slots=True)
class Saved:
    """How many records were saved, and where the damaged file is kept."""

    records: int
    kept: Path


def beside(path: Path, ending: str) -> Path:
    """A file that belongs to the journal."""
    return path.with_name(path.name + ending)


def is_ours(path: Path) -> bool:
    """Whether a file, or what is left of it, was made as a journal.

    Only for who has it alone: closing the file here frees the locks that SQLite has on it in this process.
    """
    with path.open("rb") as file:
        head = file.read(FILE_HEADER)
    whose = head[APPLICATION_AT : APPLICATION_AT + 4]
    return MAGIC.startswith(head[:16]) and (len(head) < FILE_HEADER or whose == APPLICATION.to_bytes(4))


def rebuild(path: Path) -> Saved | None:
    """Put a fresh file with all that is readable in the place of a damaged one; None, and no change, for a file that
    never was a journal."""
    fresh = beside(path, ".recovering")
    for ending in ("", "-wal", "-shm"):
        beside(fresh, ending).unlink(missing_ok=True)
    with closing(connect(fresh)) as connection:
        upgrade(connection)
        pages = Pages(path, beside(path, "-wal"))
        for group in _groups(chain(pages.file_rows(), pages.log_rows())):
            insert(connection, group)
        count = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    if not count and not is_ours(path):
        fresh.unlink()
        return None
    return Saved(count, _exchange(path, fresh))


def readable_in_log(path: Path) -> list[Packed]:
    """What the log of a journal holds, beyond a flipped bit too, where SQLite stops reading it."""
    pages = Pages(path, beside(path, "-wal"))
    return [packed for group in _groups(pages.log_rows()) for packed in group]


def _groups(rows: Iterable[tuple[int, Values]]) -> Iterator[list[Packed]]:
    group: list[Packed] = []
    for number, values in rows:
        packed = _readable(number, values)
        if packed is not None:
            group.append(packed)
        if len(group) >= TOGETHER:
            yield group
            group = []
    yield group


def _readable(number: int, values: Values) -> Packed | None:
    """A record or a shared text, if it is what was written."""
    if len(values) == 2 and open_text(number, values[1]) is not None:
        return Packed(None, ((number, values[1]),))
    if len(values) == 9:
        key, model, role, created, prompt_tokens, completion_tokens, body, checksum = values[1:]
        # SQLite stores a real number without a fraction as an integer.
        created = float(created) if isinstance(created, int) else created
        row = (key, model, role, created, prompt_tokens, completion_tokens, body, checksum)
        return Packed(row, ()) if is_intact(row) else None
    return None


def _exchange(path: Path, fresh: Path) -> Path:
    """The fresh file takes the damaged one's name. A file of that name is there at every moment, and never together
    with the old log, which SQLite would play into it."""
    kept = _free_name(path)
    os.link(path, kept)
    log = beside(path, "-wal")
    if log.exists():
        os.replace(log, beside(kept, "-wal"))
    beside(path, "-shm").unlink(missing_ok=True)
    os.replace(fresh, path)
    return kept


def _free_name(path: Path) -> Path:
    kept, count = beside(path, ".damaged"), 1
    while kept.exists():
        count += 1
        kept = beside(path, f".{count}.damaged")
    return kept
