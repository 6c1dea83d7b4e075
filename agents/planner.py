"""The planner: the chain of dialogue logic. It decides what kind of turn comes next, to what purpose, about what."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.passage_ids import PassageIds
from r2s.agents.scene import Scene
from r2s.documents.document import Passage
from r2s.models.request import Model, Reply
from r2s.trees.node import LogicType, Progress


class PlanAnswer(BaseModel):
    """The next link of the chain (R2S §4.1)."""

    type: LogicType
    target: list[str] = Field(description="ids of the passages that the reply should convey")
    key_phrases: list[str] = Field(description="what to search the document for")
    process: str = Field(description="what the user does and what the assistant does in this turn")
    purpose: str = Field(description="what the user wants from this turn, in the user's own words; empty ends")


@dataclass(frozen=True)
class Planner:
    model: Model

    async def plan(
        self,
        scene: Scene,
        *,
        types: Sequence[LogicType],
        progress: Progress,
        uncovered: Sequence[Passage],
        mode: str | None,
        advice: str,
    ) -> Reply[PlanAnswer]:
        """The plan of the next turn, its type one of `types` (the first is wanted most), its target still uncovered."""
        return await ask(
            self.model,
            "planner",
            scene,
            PlanAnswer,
            cast=scene.cast.user,
            types=list(types),
            progress=progress,
            uncovered=PassageIds(uncovered),
            mode=mode,
            advice=advice,
        )
