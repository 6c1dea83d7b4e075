"""What a JSON file may not be: a string or an element longer than can be held, or lists within lists without end."""

import io
import re
from typing import BinaryIO

from r2s.documents.opening import SourceFile
from r2s.documents.saying import too_long

DEEPEST = 100
_IN_STRING = re.compile(rb'["\\]')
_OUTSIDE = re.compile(rb'["\[\]{}]')


class Limited(io.RawIOBase):
    """A JSON file in UTF-8 that raises DocumentError before its parser has to hold too much.

    `level` is how deep the elements lie that are parsed one by one; without it only strings and depth are looked at.
    """

    def __init__(self, content: BinaryIO, file: SourceFile, level: int | None = None) -> None:
        self._content, self._file, self._level = content, file, level
        self._depth = self._held = 0
        self._in_string = self._is_escaped = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        block = self._content.read(len(buffer))
        self._look_at(block)
        buffer[: len(block)] = block
        return len(block)

    def _look_at(self, block: bytes) -> None:
        """Follow the signs that open and close; what was read since the last that counts is held."""
        place = counted = 0
        if self._is_escaped and block:
            place, self._is_escaped = 1, False
        while sign := (_IN_STRING if self._in_string else _OUTSIDE).search(block, place):
            place = sign.end()
            if sign[0] == b"\\":
                self._is_escaped = place == len(block)
                place += 1
            elif self._closes(sign[0]):
                self._check(place - counted)
                self._held, counted = 0, place
        self._held += len(block) - counted
        self._check(0)

    def _closes(self, sign: bytes) -> bool:
        """Whether the sign ends what has to be held: a string, or where elements have a level, an element."""
        if sign == b'"':
            self._in_string = not self._in_string
            return self._level is None
        self._depth += 1 if sign in b"[{" else -1
        if self._depth > DEEPEST:
            raise self._file.fail(f"lists and objects lie more than {DEEPEST} deep in each other; write them flat")
        return self._level is None or self._depth <= self._level

    def _check(self, more: int) -> None:
        if self._held + more > self._file.longest_row:
            what = "a string" if self._level is None else "an element"
            raise self._file.fail(too_long(what, self._file.options.max_characters))
