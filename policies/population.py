"""Populations: what casts are drawn from. Traits with shares, ages, and which of them never meet in one cast."""

import difflib
import functools
import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from random import Random
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from r2s.errors import ConfigError
from r2s.settings import parse_yaml
from r2s.trees.node import AssistantCast, Cast, UserCast

# The lists of a population, in the order in which they are drawn; `ages` are its bands.
DIMENSIONS = ("personas", "goals", "knowledge", "manners", "assistants", "ages")
# Drawing at random finds a combination that fits unless most are excluded; after that they are gone through.
DRAWS = 100

Combination = tuple[int, ...]
"""The place of one trait in each dimension."""
AgeRange = Annotated[str, Field(pattern=r"^\d{1,3}-\d{1,3}$", description="years, such as 14-19")]


class Trait(BaseModel, frozen=True, extra="forbid"):
    """One value of a dimension. `share` is its weight among its list, `age` the ages that it goes with."""

    text: str = Field(min_length=1)
    share: float = Field(default=1.0, gt=0)
    tags: tuple[str, ...] = ()
    age: AgeRange | None = None


def _as_trait(given: Any) -> Any:
    return {"text": given} if isinstance(given, str) else given


Traits = Annotated[tuple[Annotated[Trait, BeforeValidator(_as_trait)], ...], Field(min_length=1)]


class Population(BaseModel, frozen=True, extra="forbid"):
    """What casts are drawn from, in one language; `{subject}` stands for what the document is about, `{age}` for years.

    `ages` are bands and their shares; `excludes` are pairs of tags that no cast has both of.
    """

    personas: Traits
    goals: Traits
    knowledge: Traits
    manners: Traits
    assistants: Traits
    ages: dict[AgeRange, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    excludes: tuple[tuple[str, str], ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> "Population":
        problem = next(self._problems(), None)
        if problem:
            raise ValueError(problem)
        return self

    @functools.cached_property
    def values(self) -> tuple[tuple[Trait, ...], ...]:
        """The traits of every dimension; a band of ages is one too, and without bands there is one for all ages."""
        bands = tuple(Trait(text=band, share=share, age=band) for band, share in self.ages.items())
        lists = (self.personas, self.goals, self.knowledge, self.manners, self.assistants)
        return (*lists, bands or (Trait(text="any"),))

    def fits(self, combination: Combination) -> bool:
        """Whether all its traits go together. Ages that overlap two by two have one in common."""
        return not any(pair in self._clashes for pair in itertools.combinations(enumerate(combination), 2))

    def draw(self, random: Random, taken: Collection[Combination] = ()) -> Combination:
        """Traits that go together, by their shares; one of those `taken` only where there are no others."""
        for _ in range(DRAWS):
            drawn = tuple(_pick([trait.share for trait in values], random) for values in self.values)
            if drawn not in taken and self.fits(drawn):
                return drawn
        fitting = (drawn for drawn in self._combinations(random) if drawn not in taken)
        return next(fitting, None) or next(self._combinations(random))

    def cast(self, combination: Combination, subject: str, random: Random) -> Cast:
        """These traits as people who talk about `subject`; where the traits have ages, one of them is drawn."""
        traits = [values[place] for values, place in zip(self.values, combination, strict=True)]
        ranges = [bounds(trait.age) for trait in traits if trait.age]
        age = random.randint(max(low for low, _ in ranges), min(high for _, high in ranges)) if ranges else None
        persona, goal, knowledge, manner, assistant, _ = (_filled(trait.text, subject, age) for trait in traits)
        user = UserCast(persona=persona, goal=goal, knowledge=knowledge, manner=manner)
        return Cast(user=user, assistant=AssistantCast(manner=assistant))

    @functools.cached_property
    def _clashes(self) -> frozenset[tuple[tuple[int, int], ...]]:
        places = [(number, place) for number, values in enumerate(self.values) for place in range(len(values))]
        return frozenset(
            (one, other)
            for one, other in itertools.combinations(places, 2)
            if one[0] != other[0] and not self._go_together(self._trait(one), self._trait(other))
        )

    def _trait(self, place: tuple[int, int]) -> Trait:
        return self.values[place[0]][place[1]]

    def _go_together(self, one: Trait, other: Trait) -> bool:
        tags = {*one.tags, *other.tags}
        if any(first in tags and second in tags for first, second in self.excludes):
            return False
        return not (one.age and other.age) or _overlap(bounds(one.age), bounds(other.age))

    def _combinations(self, random: Random, begun: Combination = ()) -> Iterator[Combination]:
        """All that fit, in a random order of their traits."""
        if len(begun) == len(self.values):
            yield begun
            return
        places = list(range(len(self.values[len(begun)])))
        random.shuffle(places)
        for place in places:
            if self.fits((*begun, place)):
                yield from self._combinations(random, (*begun, place))

    def _problems(self) -> Iterator[str]:
        known = {tag for values in self.values for trait in values for tag in trait.tags}
        for tag in (tag for pair in self.excludes for tag in pair if tag not in known):
            near = difflib.get_close_matches(tag, known, n=1)
            yield f"excludes: no trait has the tag {tag}" + (f"; did you mean {near[0]}?" if near else "")
        for name, values in zip(DIMENSIONS, self.values, strict=True):
            for number, trait in enumerate(values):
                yield from (f"{name}.{number}: {problem}" for problem in self._problems_of(trait))
        if next(self._combinations(Random(0)), None) is None:
            yield "excludes and ages leave no traits that go together"

    def _problems_of(self, trait: Trait) -> Iterator[str]:
        if trait.age and bounds(trait.age)[0] > bounds(trait.age)[1]:
            yield f"the range {trait.age} ends before it begins"
        elif not self._go_together(trait, trait):
            yield f"its own tags exclude each other: {', '.join(trait.tags)}"
        elif "{age}" in trait.text and not trait.age and not self.ages:
            yield "{age} needs an age of the trait, or ages of the population"


def read_population(path: Path | str) -> Mapping[str, Population]:
    """The populations of a file by language; raises `ConfigError` that names the file and the place."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as a population: {error}") from None
    return _parsed(text, str(path))


@functools.cache
def shipped_population() -> Mapping[str, Population]:
    """The population that comes with R2S, by language."""
    text = resources.files("r2s.policies").joinpath("population.yaml").read_text(encoding="utf-8")
    return _parsed(text, "population.yaml")


def bounds(age: str) -> tuple[int, int]:
    """The first and the last year of a range such as `14-19`."""
    low, _, high = age.partition("-")
    return int(low), int(high)


def _parsed(text: str, where: str) -> Mapping[str, Population]:
    try:
        given = parse_yaml(text, f"{where}: this is no YAML")
        return TypeAdapter(dict[str, Population]).validate_python(given)
    except ValidationError as error:
        problems = (_problem(problem) for problem in error.errors(include_url=False))
        raise ConfigError(f"{where}: " + "; ".join(problems)) from None


def _problem(problem: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    said = problem["msg"].removeprefix("Value error, ")
    return re.sub(r"^: ", "", f"{place}: {said}")


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])


def _pick(shares: Sequence[float], random: Random) -> int:
    """A place by its share: any of them, drawn again as often as its share falls short of the largest."""
    top = max(shares)
    while True:
        place = random.randrange(len(shares))
        if shares[place] == top or random.random() * top < shares[place]:
            return place


def _filled(text: str, subject: str, age: int | None) -> str:
    filled = {"{subject}": subject, "{age}": str(age)}
    return re.sub(r"\{(?:subject|age)\}", lambda name: filled[name[0]], text)
