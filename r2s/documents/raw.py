"""A text as its file gives it, before it is a document."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawDocument:
    """`lang` is what the row says of itself, `en` or `zh-TW` or nothing."""

    id: str
    title: str | None
    text: str
    source: str
    lang: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A document still unread: `place` says where it stands; `load` raises DocumentError where it cannot be read."""

    place: str
    load: Callable[[], RawDocument]
