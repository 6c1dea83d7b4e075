"""Casting policies: who takes part in a dialogue. Draws are seeded, so that a repeated run casts the same people."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from r2s.errors import ConfigError
from r2s.policies.plugged import plugged
from r2s.policies.population import Combination, Population, read_population, shipped_population
from r2s.trees.node import Cast


def _read(given: Any) -> Any:
    return read_population(given) if isinstance(given, str | Path) else given


PopulationOrFile = Annotated[Mapping[str, Population] | None, BeforeValidator(_read)]


class _FromPopulation(BaseModel, frozen=True):
    """A population by language, or the file that holds it; the shipped one where none is given.

    With `develop`, a language model then makes one person of the traits (the Caster).
    """

    population: PopulationOrFile = None
    develop: bool = False

    def of(self, language: str) -> Population:
        """The population of a language; raises `ConfigError` where there is none."""
        populations = self.population or shipped_population()
        if language not in populations:
            raise ConfigError(f"policies.casting.population: nobody speaks {language}; add what goes under {language}:")
        return populations[language]


class SampledCast(_FromPopulation, frozen=True):
    """Draw every cast by chance; the shares of traits are their chances, and no other document has any part in it."""

    kind: Literal["sampled"] = "sampled"

    def draw(self, subject: str, language: str, *randoms: Random) -> Cast:
        """A cast that wants to know about `subject`: the last of several draws that differ, one for each generator."""
        population, taken = self.of(language), list[Combination]()
        for random in randoms:
            taken.append(population.draw(random, taken))
        return population.cast(taken[-1], subject, randoms[-1])


class QuotaCast(_FromPopulation, frozen=True):
    """Cast all dialogues of a run together, so that the shares of traits are met in it as whole numbers allow.

    The documents are read once more before the run begins, as all of them must be known.
    """

    kind: Literal["quota"] = "quota"


class GivenCast(BaseModel, frozen=True):
    """The casts of a file that `r2s cast -o` wrote, by document and replicate; `sha256` is found out if not given."""

    kind: Literal["given"] = "given"
    file: Path
    sha256: str = ""
    develop: bool = False

    @model_validator(mode="before")
    @classmethod
    def _hashed(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "file" not in given:
            return given
        try:
            found = hashlib.sha256(Path(given["file"]).read_bytes()).hexdigest()
        except OSError as error:
            raise ConfigError(f"{given['file']}: cannot be read: {error.strerror}") from None
        if given.get("sha256") not in (None, "", found):
            raise ConfigError(f"{given['file']} has changed since this configuration was written; leave sha256 out")
        return {**given, "sha256": found}


class FixedCast(BaseModel, frozen=True):
    """The same cast for every dialogue, as the configuration gives it."""

    kind: Literal["fixed"] = "fixed"
    cast: Cast
    develop: bool = False

    def draw(self, subject: str, language: str, *randoms: Random) -> Cast:
        """The given cast, `{subject}` filled in."""
        return Cast.model_validate_json(self.cast.model_dump_json().replace("{subject}", _json_inside(subject)))


def _with_kind(given: Any) -> Any:
    """A policy written without its kind has the one that its settings belong to."""
    if not isinstance(given, Mapping) or "kind" in given:
        return given
    return {"kind": "given" if "file" in given else "fixed" if "cast" in given else "sampled", **given}


CastingPolicy = Annotated[
    SampledCast | QuotaCast | GivenCast | FixedCast,
    Field(discriminator="kind"),
    *plugged("casting"),
    BeforeValidator(_with_kind),
]


def _json_inside(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
