"""The chairman of an examination (Review-Instruct): turns the criticisms of an answer into the next question."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

import yaml
from pydantic import BaseModel, Field

from r2s.agents.ask import ask
from r2s.agents.respondent import EXAMINATION
from r2s.agents.scene import Scene
from r2s.documents.frames import defuse, in_one_line
from r2s.models.request import Model, Reply
from r2s.trees.node import Review


class QuestionAnswer(BaseModel):
    reason: str = Field(description="what the question takes up, and why")
    question: str = Field(description="the next question, as the user asks it")


@dataclass(frozen=True)
class Criticism:
    """What one reviewer said of an answer, as prompts show it. Scores are left out: the direction is computed."""

    review: Review

    def __str__(self) -> str:
        review = self.review
        said = [*(f"  - {weakness}" for weakness in review.weaknesses), f"  → {review.suggestion}"]
        head = f"{review.reviewer}: {review.vote}"
        lines = [head, *(said if review.suggestion else said[:-1])]
        return "\n".join(in_one_line(defuse(line)) for line in lines)


@dataclass(frozen=True)
class Questioner:
    model: Model
    name: str = "chairman"

    async def ask(
        self, scene: Scene, reviews: Sequence[Review], mode: str, operation: str | None
    ) -> Reply[QuestionAnswer]:
        """The question that follows on the last one of the scene and its answer.

        All questions and answers are before the chairman, but of the criticisms only those of the last answer.
        """
        *_, question, answer = scene.transcript
        return await ask(
            self.model,
            "questioner",
            replace(scene, transcript=scene.transcript[:-2]),
            QuestionAnswer,
            speaker=self.name,
            sees_document=False,
            sampling=EXAMINATION,
            question=question.text,
            response=answer.text,
            criticisms=[Criticism(review) for review in reviews],
            mode=mode,
            operation=briefs()[operation][scene.language] if operation else None,
        )


@functools.cache
def briefs() -> Mapping[str, Mapping[str, str]]:
    """What each of Evol-Instruct's operations asks for, by its name and by language."""
    text = resources.files("r2s.agents").joinpath("operations.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
