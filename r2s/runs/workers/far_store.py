"""The run's journal as a worker sees it: the driver has the store, and rows go there and back as JSON."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from r2s.models.journal.packing import Packed, Row

Ask = Callable[[str, Any], Any]


class FarStore:
    """Asks the driver; called from the journal's own threads, which wait for the answer."""

    is_near = False

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def __str__(self) -> str:
        return "the run's journal"

    def open(self) -> str | None:
        """The driver has opened it, and has said what was mended."""

    def close(self) -> None:
        """Turns that are not given back by then are the driver's to give back."""

    def find(self, keys: Collection[str]) -> Mapping[str, Row | None]:
        """The rows of these keys."""
        return {key: row and row_of(row) for key, row in self._ask("find", list(keys))} if keys else {}

    def texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The shared texts of these numbers."""
        return dict(self._ask("texts", list(numbers)))

    def insert(self, packed: Sequence[Packed], *, replace: bool = False) -> int:
        """Rows and texts, durable on the driver's disk on return."""
        return self._ask("insert", [[sent_packed(one) for one in packed], replace])

    def lease(self, keys: Collection[str]) -> set[str]:
        """Turns last as long as the driver sees this worker live."""
        return set(self._ask("lease", list(keys))) if keys else set()

    def release(self, keys: Collection[str]) -> None:
        """Give turns back."""
        if keys:
            self._ask("release", list(keys))


def sent_row(row: Row) -> list[Any]:
    """A row as it travels."""
    key, *facts, body, checksum = row
    return [key.hex(), *facts, b64encode(body).decode(), checksum.hex()]


def row_of(sent: Sequence[Any]) -> Row:
    """The row that was sent."""
    key, model, role, created, prompt_tokens, completion_tokens, body, checksum = sent
    facts = (model, role, created, prompt_tokens, completion_tokens)
    return (bytes.fromhex(key), *facts, b64decode(body), bytes.fromhex(checksum))


def sent_packed(packed: Packed) -> list[Any]:
    """A record with its texts as it travels."""
    return [packed.row and sent_row(packed.row), [[number, b64encode(body).decode()] for number, body in packed.texts]]


def packed_of(sent: Sequence[Any]) -> Packed:
    """The record that was sent."""
    row, texts = sent
    return Packed(row and row_of(row), tuple((number, b64decode(body)) for number, body in texts))
