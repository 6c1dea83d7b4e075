"""Passages as prompts name them: the document above shows their words, so their ids are enough."""

from collections.abc import Sequence
from dataclasses import dataclass

from r2s.documents.document import Passage


@dataclass(frozen=True)
class PassageIds:
    passages: Sequence[Passage]

    def __str__(self) -> str:
        return " ".join(f"[{passage.id}]" for passage in self.passages) or "-"
