"""Opening files: what is compressed with gzip is unpacked as it is read, and never without end."""

import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from r2s.documents.files import reason
from r2s.documents.notes import ReadNote, Tell
from r2s.documents.options import ReadOptions
from r2s.documents.suffixes import suffix_of
from r2s.errors import DocumentError

GZIP = b"\x1f\x8b"
MEGABYTE = 1_000_000
# Text packs to a tenth, tables of repeated words to a fiftieth; what unpacks to more than this was made to.
_LARGEST_RATIO, _FREE = 200, 50 * MEGABYTE
# Markup takes some bytes for each character of a text, and many times its own size once it is a tree in memory.
_MARKUP_A_CHARACTER = 20
# JSON may write a character in 12 bytes, and a row has other fields.
_BYTES_A_CHARACTER, _OTHER_FIELDS = 12, 1 << 20


@dataclass(frozen=True)
class SourceFile:
    """A file to read: `path` on this machine, `place` as messages and ids name it, and how it is to be read.

    One with a `problem` cannot be opened.
    """

    path: Path
    place: str
    options: ReadOptions
    tell: Tell
    problem: str = ""

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def suffix(self) -> str:
        return suffix_of(self.name)

    @property
    def longest_row(self) -> int:
        """The most bytes of one row that is held in memory."""
        return self.options.max_characters * _BYTES_A_CHARACTER + _OTHER_FIELDS

    def check_markup(self, size: int) -> None:
        """Raise DocumentError where there are more bytes of markup than a document that may be read can need."""
        limit = self.options.max_characters * _MARKUP_A_CHARACTER
        if size > limit:
            raise self.fail(
                f"more than {limit / MEGABYTE:,.0f} MB of markup, over the limit for a document of "
                f"{self.options.max_characters:,} characters; split it, or raise documents.max_characters"
            )

    def note(self, message: str) -> None:
        self.tell(ReadNote(self.place, message))

    def fail(self, message: str) -> DocumentError:
        return DocumentError(self.place, message)

    def open(self) -> BinaryIO:
        """Its content, unpacked; raises DocumentError where it cannot be opened."""
        if self.problem:
            raise self.fail(self.problem)
        try:
            file = self.path.open("rb")
            is_packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
        except OSError as error:
            raise self.fail(reason(error)) from None
        return io.BufferedReader(_Unpacked(file, self.place)) if is_packed else file

    def read(self, most: int | None = None) -> bytes:
        """All of it; raises DocumentError where it is more than `most` bytes, by default `max_megabytes`."""
        limit = most or int(self.options.max_megabytes * MEGABYTE)
        with self.open() as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise self.fail(too_large(limit))
        return content


class _Unpacked(io.RawIOBase):
    def __init__(self, file: BinaryIO, place: str) -> None:
        self._packed, self._file, self._place = file, gzip.GzipFile(fileobj=file), place
        self._count = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: "memoryview") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        try:
            block = self._file.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise DocumentError(self._place, f"the gzip file is damaged ({error}); pack it again") from None
        if self._file.tell() > max(_FREE, _LARGEST_RATIO * self._packed.tell()):
            raise DocumentError(self._place, "the gzip file unpacks to far more than a text does; unpack it yourself")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._file.close()
        self._packed.close()
        super().close()


def too_large(limit: int) -> str:
    """What to say of a file that is not read because of its size."""
    size = f"{limit / MEGABYTE:,.0f} MB"
    return f"over the limit of {size} for a file that is read whole; split it, or raise documents.max_megabytes"
