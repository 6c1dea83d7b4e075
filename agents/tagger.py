"""The tagger says what each question takes to be answered (tags, after InsTag), and how hard it is."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.agents.verdicts import JUDGEMENT, TurnVerdict, TurnVerdicts, of_turns
from r2s.models.request import Model, Reply

Tag = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=60)]


class TaggedTurn(TurnVerdict):
    tags: list[Tag] = Field(max_length=6)
    difficulty: Literal["easy", "medium", "hard"] | None


class TagAnswer(TurnVerdicts):
    turns: list[TaggedTurn]


@dataclass(frozen=True)
class Tagger:
    model: Model

    async def tag(self, scene: Scene) -> Reply[TagAnswer]:
        """The tags of every user turn, seen in its dialogue and without the document."""
        answer = of_turns(TagAnswer, len(scene.transcript) // 2)
        return await ask(self.model, "tagger", scene, answer, sees_document=False, sampling=JUDGEMENT)
