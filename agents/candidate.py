"""The candidates: each drafts a reply to what the user said, citing the spans it stands on."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.passage_ids import PassageIds
from r2s.agents.scene import Scene
from r2s.documents.document import Document, Passage
from r2s.documents.quotes import find_quote
from r2s.models.request import Model, Reply
from r2s.trees.node import Evidence, Plan


class Citation(BaseModel):
    passage: str = Field(description="the id of a passage, such as p3")
    quote: str = Field(description="the words of that passage that the reply conveys, copied exactly")


class DraftAnswer(BaseModel):
    text: str = Field(description="the reply, as it is spoken")
    citations: list[Citation] = Field(default_factory=list, description="what the reply stands on")


@dataclass(frozen=True)
class Candidate:
    """One of several drafters; `number` (from 1) also chooses its approach, so that drafts differ in kind."""

    model: Model
    number: int = 1

    @property
    def name(self) -> str:
        return f"candidate-{self.number}"

    async def draft(self, scene: Scene, plan: Plan, said: str, found: Sequence[Passage]) -> Reply[DraftAnswer]:
        return await ask(
            self.model,
            "candidate",
            scene,
            DraftAnswer,
            speaker=self.name,
            manner=scene.cast.assistant.manner,
            goal=scene.cast.user.goal,
            said=said,
            type=plan.type,
            process=plan.process,
            found=PassageIds(found),
            approach=self.number,
        )


def verified(document: Document, citations: Sequence[Citation]) -> tuple[Evidence, ...]:
    """The citations that hold, with their offsets; what stands nowhere in the text is dropped."""
    return tuple(dict.fromkeys(evidence for citation in citations if (evidence := _verify(document, citation))))


def _verify(document: Document, citation: Citation) -> Evidence | None:
    passage = document.passages_by_id.get(citation.passage)
    span = passage and find_quote(citation.quote, document.text, passage.start, passage.end)
    span = span or find_quote(citation.quote, document.text)
    if span is None:
        return None
    home = document.passage_at(span.start) or passage
    if home is None:
        return None
    quote = document.text[span.start : span.end]
    return Evidence(passage=home.id, start=span.start, end=span.end, quote=quote, match=span.match)
