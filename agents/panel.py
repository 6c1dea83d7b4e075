"""The panel: who the reviewers are. Personas come from YAML; the shipped ones stand beside this file."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources

import yaml
from pydantic import BaseModel, Field

from r2s.models.request import Sampling


class Persona(BaseModel, frozen=True, extra="forbid"):
    """A reviewer's point of view.

    `sees_document` is false for those who must judge as somebody who has only the dialogue. `weight` is how much the
    reviewer's scores and vote count. `model` and `temperature` are the reviewer's own, where they are not those of all
    reviewers.
    """

    name: str
    briefs: dict[str, str] = Field(description="the point of view in each language, as told to the reviewer")
    sees_document: bool = True
    weight: float = Field(default=1.0, gt=0)
    model: str | None = None
    temperature: float | None = Field(default=None, ge=0)

    def brief(self, language: str) -> str:
        return self.briefs.get(language) or self.briefs["en"]

    def sampling(self, usual: Sampling) -> Sampling:
        """How this reviewer's words are drawn: as usual, but for a temperature of their own."""
        return usual if self.temperature is None else replace(usual, temperature=self.temperature)


@functools.cache
def shipped_personas() -> tuple[Persona, ...]:
    """The personas that come with R2S; the first N of them make a panel of N."""
    text = resources.files("r2s.agents").joinpath("panel.yaml").read_text(encoding="utf-8")
    return tuple(Persona.model_validate(row) for row in yaml.safe_load(text))


def seats(personas: Sequence[Persona], count: int) -> list[tuple[str, Persona]]:
    """`count` reviewers by name; where there are more seats than personas, these sit again under a number."""
    chosen = []
    for seat in range(count):
        persona, again = personas[seat % len(personas)], seat // len(personas)
        chosen.append((f"{persona.name}-{again + 1}" if again else persona.name, persona))
    return chosen
