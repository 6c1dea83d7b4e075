"""The candidate of an examination (Review-Instruct): answers the question, and never revises an answer."""

from dataclasses import dataclass

from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.candidate import Citation
from r2s.agents.scene import Scene
from r2s.models.request import Model, Reply, Sampling

# Review-Instruct's temperature, in all of its roles.
EXAMINATION = Sampling(temperature=0.1)


class ResponseAnswer(BaseModel):
    thinking: str = Field(default="", description="notes to oneself; nobody else reads them")
    text: str = Field(description="the answer")
    citations: list[Citation] = Field(default_factory=list, description="what of the document the answer stands on")


@dataclass(frozen=True)
class Respondent:
    model: Model
    name: str = "candidate"

    async def respond(self, scene: Scene, question: str) -> Reply[ResponseAnswer]:
        """The answer to a question, with all earlier questions and answers in mind."""
        return await ask(
            self.model, "respondent", scene, ResponseAnswer, speaker=self.name, sampling=EXAMINATION, question=question
        )
