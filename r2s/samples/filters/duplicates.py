"""The filter on near-duplicates: of dialogues that say nearly the same, only the first is kept."""

from typing import ClassVar, Literal

from pydantic import Field

from r2s.documents.duplicates import NearDuplicates
from r2s.samples.dialogue import Dialogue
from r2s.samples.filters.filter import Filter, Judge


class Duplicates(Filter, frozen=True):
    """Drop a dialogue whose text is at least `similarity` (0 to 1) like that of an earlier one that no filter drops."""

    remembers: ClassVar[bool] = True

    kind: Literal["duplicates"] = "duplicates"
    similarity: float = Field(default=0.8, gt=0, lt=1)

    def judge(self) -> Judge:
        kept = NearDuplicates(self.similarity)

        def refuses(dialogue: Dialogue) -> str | None:
            text = "\n".join(node.text for node in dialogue.path)
            twin = kept.add(dialogue.id, text, dialogue.language)
            return f"nearly the same as {twin.id}" if twin else None

        return refuses
