"""What happens in a run, as it happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from r2s.trees.tree import ConversationTree

Tell = Callable[[str, dict[str, Any]], None]
"""Hears of what happens by its name and its facts, which are ready for JSON: all that `events.jsonl` keeps."""


def tell_nobody(name: str, facts: dict[str, Any]) -> None:
    """Without a run there is no record of events."""


@dataclass(frozen=True, slots=True)
class DialogueFinished:
    """A dialogue is over and its tree complete; events come in the order of the documents."""

    tree: ConversationTree


@dataclass(frozen=True, slots=True)
class DocumentFailed:
    """A document could not be read, or gave no dialogue; the others go on. `kind` groups errors in counts."""

    document: str
    replicate: int
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class DialogueWaiting:
    """A dialogue went as far as its replies carry it; nothing of it is recorded, and it goes on in the next run."""

    document: str
    replicate: int


Event = DialogueFinished | DialogueWaiting | DocumentFailed
