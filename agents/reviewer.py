"""The reviewers: each reads every draft, blind to the others, and scores, ranks, criticises and votes."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, field_validator

from r2s.agents.ask import ask
from r2s.agents.panel import Persona
from r2s.agents.scene import Scene
from r2s.documents.frames import defuse
from r2s.errors import AnswerError
from r2s.models.request import Model, Sampling
from r2s.seeds import generator
from r2s.trees.node import CRITERIA, Node, Plan, Review
from r2s.usage import Usage

LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_DRAFTS = len(LABELS)


def _bare(label: object) -> object:
    """The letter alone, where a model writes "Draft A" or "a"."""
    letters = re.findall("(?<![A-Z])[A-Z](?![A-Z])", label.upper()) if isinstance(label, str) else ()
    return letters[0] if len(letters) == 1 else label


Label = Annotated[str, BeforeValidator(_bare)]


class DraftReview(BaseModel):
    """What a reviewer says of one draft; scores are 1 to 5."""

    draft: Label = Field(description="the draft's label, such as A")
    weaknesses: list[str] = Field(default_factory=list, description="what is wrong with it, most important first")
    suggestion: str = Field(default="", description="the one change that would help most")
    usefulness: int = Field(ge=1, le=5)
    relevance: int = Field(ge=1, le=5)
    accuracy: int = Field(ge=1, le=5)
    depth: int = Field(ge=1, le=5)
    creativity: int = Field(ge=1, le=5)
    spoken: int = Field(ge=1, le=5)
    vote: Literal["positive", "negative"]


class ReviewAnswer(BaseModel):
    """What a reviewer says of all drafts."""

    reviews: list[DraftReview]
    ranking: list[Label] = Field(description="all labels, the best draft first")


@functools.cache
def review_of(count: int) -> type[ReviewAnswer]:
    """The answer that is wanted about so many drafts: a review of each, the first where one has several.

    A ranking may leave out those behind.
    """
    wanted = list(LABELS[:count])

    class ReviewOfAll(ReviewAnswer):
        @field_validator("reviews")
        @classmethod
        def _all_drafts(cls, reviews: list[DraftReview]) -> list[DraftReview]:
            found = {review.draft: review for review in reversed(reviews)}
            if missing := [label for label in wanted if label not in found]:
                raise ValueError(f"a review of each draft is wanted; {', '.join(missing)} is left out")
            return [found[label] for label in wanted]

    return ReviewOfAll


@dataclass(frozen=True)
class LabelledDrafts:
    """Drafts under neutral labels, in the order in which one reviewer sees them."""

    drafts: Mapping[str, Node]

    def __str__(self) -> str:
        shown = (f'<draft label="{label}">\n{defuse(draft.text)}\n</draft>' for label, draft in self.drafts.items())
        return "\n".join(shown)


@dataclass(frozen=True)
class Ballot:
    """One reviewer's word on the drafts of a turn, by node id, and what it cost."""

    reviewer: str
    reviews: Mapping[str, Review]
    usage: Usage


@dataclass(frozen=True)
class Reviewer:
    model: Model
    persona: Persona
    name: str

    async def review(self, scene: Scene, plan: Plan, said: str, drafts: Sequence[Node]) -> Ballot:
        """This reviewer's word on every draft; the drafts are shown in an order of its own, under neutral labels."""
        labelled = self._shuffled(scene, drafts)
        reply = await ask(
            self.model,
            "reviewer",
            scene,
            review_of(len(labelled)),
            speaker=self.name,
            sees_document=self.persona.sees_document,
            sampling=self.persona.sampling(Sampling()),
            persona=self.persona.brief(scene.language),
            type=plan.type,
            said=said,
            drafts=LabelledDrafts(labelled),
            offered={"reviews": [{"draft": label} for label in labelled], "ranking": list(labelled)},
        )
        reviews = self._by_node(labelled, reply.answer, reply.given_by(self.model))
        return Ballot(self.name, reviews, reply.usage)

    def failed(self, drafts: Sequence[Node], error: AnswerError) -> Ballot:
        """The ballot of a reviewer who could not be heard: the panel goes on without it."""
        blank = Review(reviewer=self.name, model=self.model.name, error=str(error))
        return Ballot(self.name, {draft.id: blank for draft in drafts}, error.usage)

    def _shuffled(self, scene: Scene, drafts: Sequence[Node]) -> dict[str, Node]:
        order = list(drafts)
        generator(scene.seed, self.name, scene.turn).shuffle(order)
        return dict(zip(LABELS[: len(order)], order, strict=True))

    def _by_node(self, labelled: Mapping[str, Node], answer: ReviewAnswer, model: str) -> dict[str, Review]:
        ranked = dict.fromkeys(label for label in answer.ranking if label in labelled)
        ranks = {label: rank for rank, label in enumerate(ranked, 1)}
        return {
            labelled[said.draft].id: Review(
                reviewer=self.name,
                model=model,
                scores={criterion: getattr(said, criterion) for criterion in CRITERIA},
                rank=ranks.get(said.draft, len(labelled)),
                vote=said.vote,
                weaknesses=tuple(said.weaknesses),
                suggestion=said.suggestion,
            )
            for said in answer.reviews
        }
