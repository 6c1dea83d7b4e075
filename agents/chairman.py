"""The chairman: says why the panel's draft is kept, and where the next question should go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.passage_ids import PassageIds
from r2s.agents.scene import Scene
from r2s.documents.document import Passage
from r2s.documents.frames import defuse, in_one_line
from r2s.models.request import Model, Reply
from r2s.trees.node import Node, Review


class ChairAnswer(BaseModel):
    reason: str = Field(description="why this draft is kept, and what still counts against it")
    advice: str = Field(
        description="what the next question should be about, without giving the answer away; empty where none follows"
    )


@dataclass(frozen=True)
class Verdicts:
    """What the panel said of one draft, as prompts show it: line by line, so that no draft speaks for a reviewer."""

    draft: Node
    reviews: Sequence[Review]

    def __str__(self) -> str:
        said = "\n".join(f"  - {review.reviewer}: {_summary(review)}" for review in self.reviews if not review.error)
        return f"{in_one_line(defuse(self.draft.text))}\n{said}"


def _summary(review: Review) -> str:
    """Scores are left out: the choice is computed, and a chairman who sees numbers argues with numbers."""
    return in_one_line(defuse("; ".join([review.vote or "", *review.weaknesses])))


@dataclass(frozen=True)
class Chairman:
    model: Model

    async def decide(
        self,
        scene: Scene,
        *,
        said: str,
        kept: Verdicts,
        others: Sequence[Verdicts],
        mode: Literal["breadth", "depth"] | None,
        uncovered: Sequence[Passage],
    ) -> Reply[ChairAnswer]:
        """Reasons for the draft that the votes keep, and advice for the next question, where a direction is given."""
        return await ask(
            self.model,
            "chairman",
            scene,
            ChairAnswer,
            said=said,
            kept=kept,
            others=list(others),
            mode=mode,
            uncovered=PassageIds(uncovered),
        )
