"""The persona judge knows who the user was cast as, and says of every turn whether it could be theirs."""

from dataclasses import dataclass

from pydantic import Field

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.agents.user import who_asks
from r2s.agents.verdicts import JUDGEMENT, TurnVerdict, TurnVerdicts, of_turns
from r2s.models.request import Model, Reply


class PersonaTurn(TurnVerdict):
    """What is said of one user turn."""

    pursues_goal: bool = Field(description="what is said serves the reason for asking")
    knowledge_kept: bool = Field(description="nothing is said that this user cannot know by now")
    contradiction: str | None = Field(
        description="what of the cast or of their own earlier words it contradicts; empty if nothing, null if unknown"
    )
    slips: bool = Field(description="the user speaks as the assistant")


class PersonaAnswer(TurnVerdicts):
    turns: list[PersonaTurn]
    goal_named: bool = Field(description="the first turn says why the user asks")


@dataclass(frozen=True)
class PersonaJudge:
    model: Model

    async def judge(self, scene: Scene) -> Reply[PersonaAnswer]:
        """The verdicts on the user of a finished dialogue, who is the scene's cast."""
        answer = of_turns(PersonaAnswer, len(scene.transcript) // 2)
        return await ask(
            self.model, "persona_judge", scene, answer, sees_document=False, sampling=JUDGEMENT, **who_asks(scene)
        )
