"""The auditor holds a dialogue against its document: what was added, what was changed, what was known too early."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.agents.verdicts import JUDGEMENT
from r2s.models.request import Model, Reply


class Addition(BaseModel):
    """A claim of the assistant's that the document does not make."""

    turn: int = Field(ge=1)
    claim: str
    verdict: Literal["true", "false", "unsure"]


class Change(BaseModel):
    """A claim of the document's that comes back as another: by somebody else, surer, or of more than it was."""

    turn: int = Field(ge=1)
    claim: str
    of: Literal["agent", "modality", "scope"]


class Mistake(BaseModel):
    """A mistaken belief of the user's; a straw man is the mere negation of a sentence of the document."""

    turn: int = Field(ge=1)
    belief: str
    straw_man: bool


class AuditAnswer(BaseModel):
    """What an audit found; a list is null where whoever audits has no way to tell."""

    additions: list[Addition]
    changes: list[Change] | None
    mistakes: list[Mistake] | None
    knows_early: list[int] = Field(description="turns in which the user knows what only the document says")


@dataclass(frozen=True)
class Auditor:
    model: Model

    async def audit(self, scene: Scene) -> Reply[AuditAnswer]:
        """What somebody finds who has dialogue and document before them."""
        return await ask(self.model, "auditor", scene, AuditAnswer, sampling=JUDGEMENT)
