"""SQLite's file format, as far as rows of tables go: reads what is still whole of a file that SQLite gives up.

https://www.sqlite.org/fileformat2.html: pages of one size; a page whose first byte is 13 is a leaf of a table and
holds rows; a row too long for it goes on in a chain of overflow pages. The write-ahead log holds newer pages, each
behind a header of 24 bytes. Nothing here is trusted: whoever reads the rows checks them.
"""

import struct
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from r2s.models.journal.sqlite.tables import PAGE_BYTES

LEAF = 13
FILE_HEADER, LOG_HEADER, FRAME_HEADER = 100, 32, 24
# The most of a row that stays on its leaf, and what stays at least when the rest overflows.
MOST_LOCAL = PAGE_BYTES - 35
LEAST_LOCAL = (PAGE_BYTES - 12) * 32 // 255 - 23
OVERFLOW_BYTES = PAGE_BYTES - 4
INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8)

Values = list[Any]


class Pages:
    """The pages of a database file, and the newer ones in its log."""

    def __init__(self, file: Path, log: Path) -> None:
        self.file = _read(file)
        self.log = _read(log)
        self.frames = list(range(LOG_HEADER, len(self.log) - FRAME_HEADER - PAGE_BYTES + 1, FRAME_HEADER + PAGE_BYTES))
        self.newest = {int.from_bytes(self.log[at : at + 4]): at + FRAME_HEADER for at in self.frames}

    def file_rows(self) -> Iterator[tuple[int, Values]]:
        """Every row in the file with its number."""
        for start in range(0, len(self.file) - PAGE_BYTES + 1, PAGE_BYTES):
            yield from self._rows_of(self.file[start : start + PAGE_BYTES], FILE_HEADER if start == 0 else 0)

    def log_rows(self) -> Iterator[tuple[int, Values]]:
        """Every row in the log, in all the versions that it holds of a page."""
        for at in self.frames:
            start = at + FRAME_HEADER
            yield from self._rows_of(self.log[start : start + PAGE_BYTES], 0)

    def _rows_of(self, page: bytes, header: int) -> Iterator[tuple[int, Values]]:
        if page[header] != LEAF:
            return
        count = int.from_bytes(page[header + 3 : header + 5])
        for cell in range(header + 8, min(header + 8 + 2 * count, PAGE_BYTES - 1), 2):
            try:
                number, payload = self._row_at(page, int.from_bytes(page[cell : cell + 2]))
                yield number, _values(payload)
            except (IndexError, ValueError, struct.error):
                continue

    def _row_at(self, page: bytes, at: int) -> tuple[int, bytes]:
        length, at = _varint(page, at)
        number, at = _varint(page, at)
        if length <= MOST_LOCAL:
            return number, page[at : at + length]
        local = LEAST_LOCAL + (length - LEAST_LOCAL) % OVERFLOW_BYTES
        local = local if local <= MOST_LOCAL else LEAST_LOCAL
        following = int.from_bytes(page[at + local : at + local + 4])
        return number, page[at : at + local] + self._overflow(following, length - local)

    def _overflow(self, number: int, length: int) -> bytes:
        if length > len(self.file) + len(self.log):
            raise ValueError("longer than all there is")
        parts = []
        while length > 0:
            page = self._page(number)
            parts.append(page[4 : 4 + length])
            length -= len(parts[-1])
            number = int.from_bytes(page[:4])
        return b"".join(parts)

    def _page(self, number: int) -> bytes:
        at = self.newest.get(number)
        start = (number - 1) * PAGE_BYTES
        page = self.file[start : start + PAGE_BYTES] if at is None else self.log[at : at + PAGE_BYTES]
        if number < 1 or len(page) < PAGE_BYTES:
            raise IndexError(number)
        return page


def _values(payload: bytes) -> Values:
    """The columns of a row: a header of types, then their values."""
    end, at = _varint(payload, 0)
    types = []
    while at < end:
        kind, at = _varint(payload, at)
        types.append(kind)
    values = []
    for kind in types:
        value, at = _value(payload, at, kind)
        values.append(value)
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], at + 8
    if kind < 7:
        size = INTEGER_BYTES[kind]
        return int.from_bytes(payload[at : at + size], signed=True), at + size
    size = (kind - 12) // 2
    piece = payload[at : at + size]
    if kind < 12 or len(piece) < size:
        raise ValueError("cut off")
    return (piece.decode("utf-8") if kind % 2 else piece), at + size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, seven bits in each but the ninth, and where it ends."""
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    value = value << 8 | data[at + 8]
    return value - (1 << 64) if value >= 1 << 63 else value, at + 9


def _read(path: Path) -> bytes | mmap:
    if not path.exists() or not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)
