"""What every export target can do: turn the dialogues of one tree into rows."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel

from r2s.samples.dialogue import Dialogue

Row = dict[str, Any]


class Target(BaseModel, frozen=True, extra="forbid"):
    """A format of rows with its settings. A row may carry `meta`; an export can leave it out.

    `advice` is what to do where dialogues give no rows.
    """

    advice: ClassVar[str] = ""

    def refuses(self, dialogue: Dialogue) -> str | None:
        """Why this dialogue cannot be said in this format, or None."""
        return None

    @abstractmethod
    def rows(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        """The rows of the dialogues of one tree; there is at least one dialogue."""

    def records(self, dialogues: Sequence[Dialogue]) -> Iterator[Row]:
        """The same for a table, whose columns cannot nest without end."""
        return self.rows(dialogues)

    @abstractmethod
    def table_schema(self) -> Any:
        """The Arrow schema of `records`."""
