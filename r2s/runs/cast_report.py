"""What casts came out: how often each trait, against its quota, and which casts are nearly the same."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from r2s.policies.population import DIMENSIONS, Combination, Population
from r2s.runs.casts import QuotaCasts, Seat


@dataclass(frozen=True)
class TraitCount:
    """One trait: the share it asked for, how many casts that would be, and how many have it."""

    language: str
    dimension: str
    trait: str
    share: float
    wanted: float
    casts: int

    @property
    def is_met(self) -> bool:
        """Whether no whole number is nearer to what was wanted, but for the remainders."""
        return abs(self.casts - self.wanted) < 1


class Twins(NamedTuple):
    """A cast and an earlier one that it is like."""

    cast: Seat
    earlier: Seat


@dataclass(frozen=True)
class CastReport:
    """The casts of a run.

    `same` have every trait of an earlier one, `near` all but one; `repeated` are the same within one document.
    """

    casts: int
    traits: Sequence[TraitCount]
    same: Sequence[Twins]
    near: Sequence[Twins]

    @property
    def repeated(self) -> list[Twins]:
        return [twins for twins in self.same if twins.cast.document == twins.earlier.document]

    @property
    def off_quota(self) -> list[TraitCount]:
        return [count for count in self.traits if not count.is_met]


def report_on(casts: QuotaCasts) -> CastReport:
    """Count what was dealt, by language; casts are compared in the order of their documents' ids and replicates."""
    traits, same, near = list[TraitCount](), list[Twins](), list[Twins]()
    for language in sorted(set(casts.languages.values())):
        hands = {seat: hand for seat, hand in sorted(casts.hands.items()) if casts.languages[seat] == language}
        traits += _counts(language, casts.casting.of(language), hands.values())
        same += _twins((seat, hand) for seat, hand in hands.items())
        near += _near(hands, {twins.cast for twins in same})
    return CastReport(len(casts.hands), traits, same, near)


def _counts(language: str, population: Population, hands: Iterable[Combination]) -> Iterator[TraitCount]:
    columns = list(zip(*hands, strict=True))
    for dimension, values, column in zip(DIMENSIONS, population.values, columns, strict=True):
        if len(values) == 1:
            continue
        drawn, total = Counter(column), sum(trait.share for trait in values)
        for place, trait in enumerate(values):
            share = trait.share / total
            yield TraitCount(language, dimension, trait.text, share, share * len(column), drawn[place])


def _twins(casts: Iterable[tuple[Seat, object]]) -> Iterator[Twins]:
    seen: dict[object, Seat] = {}
    for seat, hand in casts:
        first = seen.setdefault(hand, seat)
        if first != seat:
            yield Twins(seat, first)


def _near(hands: Mapping[Seat, Combination], same: set[Seat]) -> Iterator[Twins]:
    """The casts that are like an earlier one but for one trait, each once."""
    told = set(same)
    for left_out in range(len(DIMENSIONS)):
        if len({hand[left_out] for hand in hands.values()}) == 1:
            continue
        rest = ((seat, (*hand[:left_out], -1, *hand[left_out + 1 :])) for seat, hand in hands.items())
        for twins in _twins(rest):
            if twins.cast not in told:
                told.add(twins.cast)
                yield twins
