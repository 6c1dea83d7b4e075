"""The user: speaks from a persona and a goal, and has never seen the document."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.documents.subject import subject_of
from r2s.models.request import Model, Reply
from r2s.trees.node import Plan


class UserAnswer(BaseModel):
    text: str = Field(description="what the user says")
    closes: bool = Field(default=False, description="whether the user has what they came for and takes their leave")


@dataclass(frozen=True)
class User:
    model: Model

    async def speak(self, scene: Scene, plan: Plan) -> Reply[UserAnswer]:
        """What the user says next. Of the plan it gets type, progress and purpose: phrases and targets would leak."""
        return await ask(
            self.model,
            "user",
            scene,
            UserAnswer,
            sees_document=False,
            **who_asks(scene),
            type=plan.type,
            progress=plan.progress,
            purpose=plan.purpose,
        )


def who_asks(scene: Scene) -> dict[str, Any]:
    """Who the user is and what they have come to talk about, as prompts name it."""
    return {"subject": subject_of(scene.document), **scene.cast.user.model_dump()}
