"""The reader sees the dialogue and nothing else: whether it stands alone, and whether every turn earns its place."""

from dataclasses import dataclass

from pydantic import Field

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.agents.verdicts import JUDGEMENT, TurnVerdict, TurnVerdicts, of_turns
from r2s.models.request import Model, Reply


class ReadTurn(TurnVerdict):
    """What a reader says of one turn; null where the user or the assistant asks nothing."""

    unresolved: list[str] = Field(description="words of either side that point at something the dialogue has not named")
    answered_first: bool | None = Field(description="the reply opens with the answer; null if nothing was asked")
    explains: bool = Field(description="the reply gives a reason, a mechanism or a meaning")
    question_earned: bool | None = Field(description="the assistant's question was needed; null if it asks none")
    adds: bool = Field(description="the turn adds something new")


class ReaderAnswer(TurnVerdicts):
    turns: list[ReadTurn]
    natural_end: bool = Field(description="the dialogue ends as people end it")
    stands_alone: int = Field(ge=1, le=5)


@dataclass(frozen=True)
class Reader:
    model: Model

    async def read(self, scene: Scene) -> Reply[ReaderAnswer]:
        """The verdicts on a finished dialogue of somebody who has only that."""
        answer = of_turns(ReaderAnswer, len(scene.transcript) // 2)
        return await ask(self.model, "reader", scene, answer, sees_document=False, sampling=JUDGEMENT)
