"""The lines of a file that another process may be adding to."""

from collections.abc import Iterator
from itertools import takewhile
from typing import IO


def whole_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines that were written to their end; what is added to half a line meanwhile would be taken for one."""
    return takewhile(lambda line: line.endswith(b"\n"), file)
