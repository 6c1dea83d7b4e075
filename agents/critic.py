"""The reviewers of an examination (Review-Instruct): each criticises one answer, blind to the others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.panel import Persona
from r2s.agents.respondent import EXAMINATION
from r2s.agents.reviewer import Ballot
from r2s.agents.scene import Scene
from r2s.documents.frames import defuse
from r2s.errors import AnswerError
from r2s.models.prompt import Line
from r2s.models.request import Model
from r2s.trees.node import CRITERIA, Node, Review


class CriticAnswer(BaseModel):
    """A criticism of one answer; scores are 1 to 5."""

    thinking: str = Field(default="", description="notes to oneself; nobody else reads them")
    weaknesses: list[str] = Field(default_factory=list, description="what is wrong or missing, worst first")
    suggestion: str = Field(default="", description="the one change that would help most")
    usefulness: int = Field(ge=1, le=5)
    relevance: int = Field(ge=1, le=5)
    accuracy: int = Field(ge=1, le=5)
    depth: int = Field(ge=1, le=5)
    creativity: int = Field(ge=1, le=5)
    vote: Literal["positive", "negative"]


@dataclass(frozen=True)
class ShownAnswer:
    """An answer as prompts show it; the baseline also looks at what it stands on."""

    node: Node

    def __str__(self) -> str:
        return defuse(self.node.text)


@dataclass(frozen=True)
class Critic:
    model: Model
    persona: Persona
    name: str

    async def criticise(self, scene: Scene, question: str, answer: Node) -> Ballot:
        """This reviewer's word on an answer.

        Its history holds the questions as the examiner's and the answers as the other side's, and no criticism.
        """
        reply = await ask(
            self.model,
            "critic",
            replace(scene, transcript=examined(scene.transcript)),
            CriticAnswer,
            speaker=self.name,
            sees_document=self.persona.sees_document,
            sampling=self.persona.sampling(EXAMINATION),
            question=question,
            response=ShownAnswer(answer),
            persona=self.persona.brief(scene.language),
        )
        return Ballot(self.name, {answer.id: self._review(reply.answer, reply.given_by(self.model))}, reply.usage)

    def failed(self, answer: Node, error: AnswerError) -> Ballot:
        """The ballot of a reviewer who could not be heard."""
        blank = Review(reviewer=self.name, model=self.model.name, error=str(error))
        return Ballot(self.name, {answer.id: blank}, error.usage)

    def _review(self, said: CriticAnswer, model: str) -> Review:
        return Review(
            reviewer=self.name,
            model=model,
            scores={criterion: getattr(said, criterion) for criterion in CRITERIA if hasattr(said, criterion)},
            vote=said.vote,
            weaknesses=tuple(said.weaknesses),
            suggestion=said.suggestion,
        )


def examined(transcript: Iterable[Line]) -> tuple[Line, ...]:
    """A dialogue as the examiner's side sees it."""
    return tuple(Line("examiner" if line.speaker == "user" else "candidate", line.text) for line in transcript)
