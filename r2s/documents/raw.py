"""A text as its file gives it, before it is a document."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from r2s.documents.document import Message


class Heading(NamedTuple):
    """A line of the text that heads what follows; level 1 is the highest."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class RawDocument:
    """`lang` is what the row says of itself, `en` or `zh-TW` or nothing; a pair or a dialogue has no text."""

    id: str
    title: str | None
    text: str
    source: str
    lang: str | None = None
    headings: tuple[Heading, ...] = ()
    messages: tuple[Message, ...] = ()
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A document still unread: `place` says where it stands; `load` raises DocumentError where it cannot be read."""

    place: str
    load: Callable[[], RawDocument]


class Row(NamedTuple):
    """One object of a file of many: a line of JSON Lines, an element of a JSON list, a record of a table."""

    place: str
    values: dict[str, Any]
