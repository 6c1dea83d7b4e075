"""The answerer: the assistant's side of a self-chat. It has the dialogue, and knows nothing of who asks or why."""

from dataclasses import dataclass
from typing import Any

from r2s.agents.ask import ask
from r2s.agents.candidate import DraftAnswer
from r2s.agents.scene import Scene
from r2s.models.request import Model, Reply, Sampling, TextAnswer


class PlainAnswer(DraftAnswer, TextAnswer):
    """A reply that is nothing but its text."""

    @classmethod
    def parts(cls, text: str) -> dict[str, Any]:
        """All of it."""
        return {"text": text}


@dataclass(frozen=True)
class Answerer:
    """Without `sees_document` it answers from what it knows, as in Baize, and nothing it says is grounded.

    With `plain` it is a model under test: asked as in a chat, without instructions, and answering in plain text.
    """

    model: Model
    sees_document: bool = True
    plain: bool = False
    sampling: Sampling | None = None

    async def reply(self, scene: Scene, said: str) -> Reply[DraftAnswer]:
        """The reply to what was just said."""
        form = PlainAnswer if self.plain else DraftAnswer
        sees = self.sees_document
        asked = {"sees_document": sees, "as_chat": self.plain, "said": said}
        return await ask(self.model, "answerer", scene, form, sampling=self.sampling, **asked)
