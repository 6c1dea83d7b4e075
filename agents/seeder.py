"""The seeder: asks the first question of an examination about a document, where no instruction begins it."""

from dataclasses import dataclass

from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.documents.subject import subject_of
from r2s.models.request import Model, Reply


class SeedAnswer(BaseModel):
    question: str = Field(description="the first question, as a user asks it who has not read the document")


@dataclass(frozen=True)
class Seeder:
    model: Model

    async def open(self, scene: Scene) -> Reply[SeedAnswer]:
        """A question that the document answers."""
        return await ask(self.model, "seeder", scene, SeedAnswer, subject=subject_of(scene.document))
