"""The critic of the response: finds fault with an answer, then writes the better one (phase 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from r2s.agents.ask import ask
from r2s.agents.exchange import SAMPLING, Exchange, TrainingText, points
from r2s.agents.scene import Scene
from r2s.models.request import Model, Reply, TextAnswer
from r2s.models.sections import read_sections


class BetterAnswer(TextAnswer):
    """What is wrong with the given answer, and the one that is to take its place."""

    critique: tuple[str, ...] = ()
    answer: TrainingText

    @classmethod
    def parts(cls, text: str) -> dict[str, Any]:
        """The answer; a critique without tags of its own is all that stands before it."""
        sections = read_sections(text, ("Better Answer",), others=("Answer Critique",))
        critique = sections.texts.get("Answer Critique", sections.before)
        return {"critique": points(critique), "answer": sections.texts["Better Answer"]}


@dataclass(frozen=True)
class ResponseCritic:
    model: Model

    async def reflect(self, scene: Scene, given: Exchange, later: Sequence[str]) -> Reply[BetterAnswer]:
        """A better answer to the same instruction; `later` is what the user goes on to say."""
        return await ask(
            self.model,
            "response_critic",
            scene,
            BetterAnswer,
            sees_document=False,
            sampling=SAMPLING,
            asked=given.instruction,
            answered=given.answer,
            later=list(later),
        )
