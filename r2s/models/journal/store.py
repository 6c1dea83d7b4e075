"""What keeps a journal: rows by key, the texts they share by number, and whose turn each call is.

A store knows how its database is spoken to; what rows hold, how writes are grouped and how turns go is the journal's.
Both stores have the tables `records` and `texts` with the same columns, so that plain questions are asked once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from r2s.models.journal.packing import Packed, Row

COLUMNS = "key, model, role, created, prompt_tokens, completion_tokens, body, checksum"


class Reader(Protocol):
    """Looks into a journal; raises `JournalError` where it cannot be read."""

    def find(self, keys: Collection[str]) -> Mapping[str, Row | None]:
        """The rows of these keys that are there; None is a row that cannot be read."""
        ...

    def texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The shared texts of these numbers, without those that are damaged."""
        ...


class Look(Reader, Protocol):
    """A reader that goes through all there is; it changes nothing."""

    def select(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one after the other."""
        ...

    def rows(self, *, in_time: bool = False) -> Iterator[tuple[int, Row]]:
        """Every row with its number as they were written, or as the calls ended; memory does not grow with them."""
        ...

    def fault(self) -> str | None:
        """What is wrong with the journal as a whole."""
        ...


class Tidier(Look, Protocol):
    """Has a journal alone; `recovered` is what had to be mended."""

    recovered: str | None

    def drop(self, records: Collection[int], texts: Collection[int]) -> None:
        """Forget rows and texts by their numbers."""
        ...

    def shrink(self) -> None:
        """Give the room back."""
        ...


class Keeper(Reader, Protocol):
    """Keeps the rows of a journal for those who make calls; its text is its address, fit to be shown.

    `is_near` says that a look takes microseconds and no network.
    """

    is_near: bool

    def open(self) -> str | None:
        """Make it where there is none, bring it up to date, mend it; returns what had to be mended."""
        ...

    def close(self) -> None:
        """Leave it whole, and give back all turns."""
        ...

    def insert(self, packed: Sequence[Packed], *, replace: bool = False) -> int:
        """Add rows and texts in one transaction, durable on return; a store that is not near ends their turns in it.

        Of two rows with one key the first stays, or with `replace` the last. Returns how many were new.
        """
        ...

    def lease(self, keys: Collection[str]) -> set[str]:
        """Take the turn for these calls; returns those where nobody has it, in this process or in another."""
        ...

    def release(self, keys: Collection[str]) -> None:
        """Give turns back without a row; turns that are not ours stay as they are."""
        ...


class Store(Keeper, Protocol):
    """A keeper that is at hand, to be looked through and tidied."""

    def look(self) -> AbstractContextManager[Look]:
        """Look through all; raises `JournalError` where there is no journal."""
        ...

    def tidy(self) -> AbstractContextManager[Tidier]:
        """Have it alone; raises `JournalError` where a run uses it."""
        ...

    def bytes(self) -> int:
        """The room it takes."""
        ...
