"""The lines of a file that another process may be adding to, and what an event's line says."""

from collections.abc import Iterator
from itertools import takewhile
from typing import IO, Any

import orjson


def whole_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines that were written to their end; what is added to half a line meanwhile would be taken for one."""
    return takewhile(lambda line: line.endswith(b"\n"), file)


def event_in(line: bytes) -> dict[str, Any] | None:
    """The event in a line; None where it is damaged."""
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return event if isinstance(event, dict) and "event" in event else None
