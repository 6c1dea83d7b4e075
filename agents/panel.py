"""The panel: who the reviewers are. Personas come from YAML; the shipped ones stand beside this file."""

import functools
from collections.abc import Sequence
from importlib import resources

import yaml
from pydantic import BaseModel, Field


class Persona(BaseModel, frozen=True):
    """A reviewer's point of view.

    `sees_document` is false for those who must judge as somebody who has only the dialogue. `weight` is how much the
    reviewer's scores and vote count.
    """

    name: str
    briefs: dict[str, str] = Field(description="the point of view in each language, as told to the reviewer")
    sees_document: bool = True
    weight: float = Field(default=1.0, gt=0)

    def brief(self, language: str) -> str:
        return self.briefs.get(language) or self.briefs["en"]


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
