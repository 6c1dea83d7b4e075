"""Casting policies: who takes part in a dialogue. Draws are seeded, so that a repeated run casts the same people."""

import functools
from collections.abc import Mapping
from importlib import resources
from random import Random
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, Field

from r2s.trees.node import AssistantCast, Cast, UserCast


class Population(BaseModel, frozen=True):
    """What casts are drawn from, in one language; `{subject}` stands for what the document is about."""

    personas: tuple[str, ...] = Field(min_length=1)
    goals: tuple[str, ...] = Field(min_length=1)
    knowledge: tuple[str, ...] = Field(min_length=1)
    manners: tuple[str, ...] = Field(min_length=1)
    assistants: tuple[str, ...] = Field(min_length=1)


class SampledCast(BaseModel, frozen=True):
    """Draw each trait by itself from a population by language (the shipped one where none is given).

    With `develop`, a language model then makes one person of the traits (the Caster).
    """

    kind: Literal["sampled"] = "sampled"
    population: Mapping[str, Population] | None = None
    develop: bool = False

    def draw(self, subject: str, language: str, random: Random) -> Cast:
        """A cast that wants to know about `subject`."""
        traits = (self.population or shipped_population())[language]

        def pick(values: tuple[str, ...]) -> str:
            return random.choice(values).replace("{subject}", subject)

        user = UserCast(
            persona=pick(traits.personas),
            goal=pick(traits.goals),
            knowledge=pick(traits.knowledge),
            manner=pick(traits.manners),
        )
        return Cast(user=user, assistant=AssistantCast(manner=pick(traits.assistants)))


class FixedCast(BaseModel, frozen=True):
    """The same cast for every dialogue, as the configuration gives it."""

    kind: Literal["fixed"] = "fixed"
    cast: Cast
    develop: bool = False

    def draw(self, subject: str, language: str, random: Random) -> Cast:
        """The given cast, `{subject}` filled in."""
        return Cast.model_validate_json(self.cast.model_dump_json().replace("{subject}", _json_inside(subject)))


CastingPolicy = Annotated[SampledCast | FixedCast, Field(discriminator="kind")]


@functools.cache
def shipped_population() -> Mapping[str, Population]:
    """The population that comes with R2S, by language."""
    text = resources.files("r2s.policies").joinpath("population.yaml").read_text(encoding="utf-8")
    return {language: Population.model_validate(traits) for language, traits in yaml.safe_load(text).items()}


def _json_inside(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)[1:-1]
