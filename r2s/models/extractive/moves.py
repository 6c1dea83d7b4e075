"""What the baseline can do with a passage: pairs of what a user may say and what answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from r2s.documents.document import Document, Passage
from r2s.models.prompt import Line
from r2s.trees.node import LogicType


@dataclass(frozen=True, slots=True)
class Move:
    """One turn that a passage allows.

    `says` is the user's message, `replies` are ways to answer it, the plainest first, and `quotes` are the exact pieces
    of the document that every one of these replies conveys, each with the id of its passage.
    """

    type: LogicType
    says: str
    replies: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]


class Language(Protocol):
    """What the baseline must know of a language. All of it is deterministic and free of side effects."""

    def moves(self, document: Document, passage: Passage, transcript: Sequence[Line]) -> Sequence[Move]:
        """The turns that this passage allows at this point of a dialogue, the most natural first; perhaps none."""
        ...

    def answer(self, document: Document, passages: Sequence[Passage], said: str) -> Move | None:
        """A reply to words that none of its own moves holds (a person's, a language model's), from these passages."""
        ...

    @property
    def opener(self) -> str:
        """What a user asks first where no passage allows more than to be told as it stands."""
        ...

    def opening(self, goal: str, says: str) -> str:
        """The first message: why the user asks, then what they say."""
        ...

    def reason(self, weaknesses: Sequence[str]) -> str:
        """The chairman's reason for keeping the best-scored draft."""
        ...

    def advice(self, mode: str | None) -> str:
        """The chairman's advice for the next question, `breadth` or `depth`; nothing where none follows."""
        ...

    def weakness(self, name: str) -> str:
        """A weakness in words: `unanswered`, `repeats`, `long`, `ungrounded` or `recited`."""
        ...
