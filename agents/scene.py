"""The scene: what has happened in a dialogue so far, as every role finds it."""

from dataclasses import dataclass, field

from r2s.documents.document import Document
from r2s.models.prompt import Line
from r2s.trees.node import Cast


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of a dialogue; `faults` say what was wrong with the role's last attempt at this moment."""

    document: Document
    cast: Cast
    transcript: tuple[Line, ...]
    turn: int
    seed: int
    attempt: int = 0
    faults: tuple[str, ...] = field(default=())

    @property
    def language(self) -> str:
        return self.document.language

    @property
    def dialogue(self) -> str:
        return dialogue_name(self.document.id, self.seed)


def dialogue_name(document: str, seed: int) -> str:
    """What a dialogue is called among those under way, and in the events of a run."""
    return f"{document}/{seed}"
