"""Encodings: which one bytes are in, told by their mark, by what they say of themselves, or by how they read."""

import codecs
import io
from collections.abc import Iterable
from typing import BinaryIO

from r2s.errors import DocumentError

# The longest mark first: UTF-32 begins like UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What texts in English and Chinese are written in; others would be guessed at.
_LIKELY = ("gb18030", "big5", "cp1252", "utf_16_le", "utf_16_be")
# Browsers read what calls itself by these names as the larger set, and so do we.
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "utf-8"}
_SAMPLE = 1 << 16
UTF8 = "utf-8"


def decode(content: bytes, place: str, given: str | None, declared: str | None = None) -> tuple[str, str]:
    """The text and its encoding: the one given by the user, else the one found out."""
    encoding = _known(given, place) if given else find_encoding(content, declared)
    if encoding is None:
        raise DocumentError(place, _unknown(content))
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise DocumentError(place, undecodable(error)) from None


def find_encoding(content: bytes, declared: str | None = None) -> str | None:
    """By its mark, as UTF-8, as declared, else as it reads; null for what is no text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if b"\x00" in content[:_SAMPLE]:
        return _guess(content[:_SAMPLE])
    wrong = _first_wrong_byte(content)
    if wrong is None:
        return UTF8
    if declared and (name := _lookup(declared)) and _reads_as(content, name):
        return name
    start = content.rfind(b"\n", 0, wrong) + 1
    return _guess(content[max(start, wrong - 1000) : wrong + _SAMPLE])


def find_stream_encoding(file: BinaryIO, place: str, given: str | None) -> str:
    """The encoding of a file that is read piece by piece; where single lines are no UTF-8, it is UTF-8 all the same."""
    if given:
        return _known(given, place)
    sample = _telling_sample(file)
    file.seek(0)
    if _some_lines_are_utf8(sample):
        return UTF8
    encoding = find_encoding(sample)
    if encoding is None:
        raise DocumentError(place, _unknown(sample))
    return encoding


def as_utf8(file: BinaryIO, encoding: str) -> BinaryIO:
    """The file as UTF-8 bytes, recoded as it is read; raises UnicodeDecodeError where it holds something else."""
    if encoding == UTF8:
        return file
    return io.BufferedReader(_Recoded(file, encoding))


class _Recoded(io.RawIOBase):
    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file, self._decoder, self._held = file, codecs.getincrementaldecoder(encoding)(), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        while not self._held:
            block = self._file.read(_SAMPLE)
            self._held = self._decoder.decode(block, final=not block).encode()
            if not block:
                break
        count = min(len(buffer), len(self._held))
        buffer[:count], self._held = self._held[:count], self._held[count:]
        return count


def undecodable(error: UnicodeDecodeError) -> str:
    """What to say of bytes that are not in the encoding they should be in."""
    byte = f"byte {error.start} (0x{error.object[error.start]:02X})"
    name = "UTF-8" if error.encoding.startswith(UTF8) else error.encoding
    return f"not {name} at {byte}; name the encoding with documents.encoding, or convert it with iconv"


def _unknown(content: bytes) -> str:
    wrong = _first_wrong_byte(content)
    if wrong is None:
        return "a binary file (it holds NUL bytes), not a text"
    byte = f"byte {wrong} (0x{content[wrong]:02X})"
    return f"not UTF-8 at {byte}, nor in any encoding that can be told; name it with documents.encoding"


def _known(name: str, place: str) -> str:
    found = _lookup(name)
    if found is None:
        raise DocumentError(place, f"documents.encoding: Python knows no encoding {name!r}; try gb18030, big5, utf-16")
    return "utf-8-sig" if found == UTF8 else found


def _lookup(name: str) -> str | None:
    try:
        found = codecs.lookup(name.strip()).name
    except LookupError:
        return None
    return _LARGER.get(found, found)


def _first_wrong_byte(content: bytes) -> int | None:
    try:
        content.decode(UTF8)
    except UnicodeDecodeError as error:
        return error.start if error.end < len(content) or error.reason != "unexpected end of data" else None
    return None


def _reads_as(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _guess(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_LIKELY)).best()
    return best.encoding if best else None


def _telling_sample(file: BinaryIO) -> bytes:
    """The first stretch of a file that says more than ASCII does, else its beginning."""
    first = block = file.read(_SAMPLE)
    while block:
        if not block.isascii() or b"\x00" in block:
            return block + file.readline(_SAMPLE)
        block = file.read(_SAMPLE)
    return first


def _some_lines_are_utf8(sample: bytes) -> bool:
    if sample.startswith(tuple(mark for mark, _ in _MARKS)) or b"\x00" in sample:
        return False
    # The first line may begin in the middle of a character; the last may end so.
    return any(_reads_as(line, UTF8) for line in _telling_lines(sample.split(b"\n")))


def _telling_lines(lines: Iterable[bytes]) -> Iterable[bytes]:
    return (line for line in lines if not line.isascii())
