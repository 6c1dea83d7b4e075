"""The critic of the instruction: finds fault with a pair, then writes a better instruction and answers it (phase 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from r2s.agents.ask import ask
from r2s.agents.exchange import SAMPLING, Exchange, TrainingText, points
from r2s.agents.scene import Scene
from r2s.models.request import Model, Reply, TextAnswer
from r2s.models.sections import read_sections


class NewPair(TextAnswer):
    """What is wrong with the given instruction and the given answer, and the pair that is to take their place."""

    instruction_critique: tuple[str, ...] = ()
    answer_critique: tuple[str, ...] = ()
    instruction: TrainingText
    answer: TrainingText

    @classmethod
    def parts(cls, text: str) -> dict[str, Any]:
        """Both new texts or neither; critiques without tags of their own are all that stands before these."""
        sections = read_sections(
            text, ("New Instruction", "New Answer"), others=("Instruction Critique", "Answer Critique")
        )
        texts = sections.texts
        is_marked = "Instruction Critique" in texts or "Answer Critique" in texts
        return {
            "instruction_critique": points(texts.get("Instruction Critique", "") if is_marked else sections.before),
            "answer_critique": points(texts.get("Answer Critique", "")),
            "instruction": texts["New Instruction"],
            "answer": texts["New Answer"],
        }


@dataclass(frozen=True)
class InstructionCritic:
    model: Model

    async def reflect(self, scene: Scene, given: Exchange, later: Sequence[str]) -> Reply[NewPair]:
        """A new pair in place of the given one; `later` is what the user goes on to say, which must stay sensible."""
        return await ask(
            self.model,
            "instruction_critic",
            scene,
            NewPair,
            sees_document=False,
            sampling=SAMPLING,
            asked=given.instruction,
            answered=given.answer,
            later=list(later),
        )
