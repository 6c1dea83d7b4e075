"""The answerer: the assistant's side of a self-chat. It has the dialogue, and knows nothing of who asks or why."""

from dataclasses import dataclass

from r2s.agents.ask import ask
from r2s.agents.candidate import DraftAnswer
from r2s.agents.scene import Scene
from r2s.models.request import Model, Reply


@dataclass(frozen=True)
class Answerer:
    """Without `sees_document` it answers from what it knows, as in Baize, and nothing it says is grounded."""

    model: Model
    sees_document: bool = True

    async def reply(self, scene: Scene, said: str) -> Reply[DraftAnswer]:
        """The reply to what was just said."""
        return await ask(self.model, "answerer", scene, DraftAnswer, sees_document=self.sees_document, said=said)
