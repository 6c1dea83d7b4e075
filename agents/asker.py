"""The asker: the user's side of a self-chat. It follows nobody's plan, and has never seen the document."""

from dataclasses import dataclass

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.agents.user import UserAnswer, who_asks
from r2s.models.request import Model, Reply


@dataclass(frozen=True)
class Asker:
    model: Model

    async def speak(self, scene: Scene) -> Reply[UserAnswer]:
        """What the user says next, from persona, goal and transcript."""
        return await ask(self.model, "asker", scene, UserAnswer, sees_document=False, **who_asks(scene))
