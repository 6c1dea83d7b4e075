"""Quotas: so many casts of each trait as its share asks for, as near as whole numbers come to it."""

import math
from collections.abc import Iterator, Sequence
from random import Random

from r2s.policies.population import Combination, Population

# A row at fault looks for another to swap a trait with among so many; rows that find none are few.
PARTNERS = 500


def apportion(shares: Sequence[float], count: int, random: Random) -> list[int]:
    """`count` divided by shares: whole parts first, then one more for the largest remainders; chance settles ties."""
    exact = [count * share / sum(shares) for share in shares]
    whole = [math.floor(part) for part in exact]
    places = sorted(range(len(shares)), key=lambda place: (whole[place] - exact[place], random.random()))
    for place in places[: count - sum(whole)]:
        whole[place] += 1
    return whole


def assemble(population: Population, groups: Sequence[str], random: Random) -> list[Combination]:
    """A combination for every entry of `groups`, the quotas of every dimension met; within a group none comes twice.

    Each dimension's traits are dealt out by their quotas; where a hand does not fit, one trait is swapped with another
    hand, which leaves the quotas as they are. Only where no swap helps is a hand drawn anew, at the quotas' expense.
    """
    hands = _Hands(population, groups, random)
    for _ in range(2):
        for entry in hands.faulty():
            hands.swap(entry)
    for entry in hands.faulty():
        hands.draw(entry)
    return [tuple(hand) for hand in hands.hands]


class _Hands:
    """The casts in the making: one list of traits for each entry."""

    def __init__(self, population: Population, groups: Sequence[str], random: Random) -> None:
        self.population, self.groups, self.random = population, groups, random
        dealt = [_dealt([trait.share for trait in values], len(groups), random) for values in population.values]
        self.hands = [list(hand) for hand in zip(*dealt, strict=True)]
        self.members: dict[str, list[int]] = {}
        for entry, group in enumerate(groups):
            self.members.setdefault(group, []).append(entry)

    def faulty(self) -> Iterator[int]:
        """The entries at fault; those mended meanwhile are passed over."""
        return (entry for entry in range(len(self.hands)) if self._faults(entry))

    def swap(self, entry: int) -> None:
        """Swap one trait with another hand so that fewer of the two are at fault, if there is such a hand."""
        for other in self.random.sample(range(len(self.hands)), min(PARTNERS, len(self.hands))):
            for dimension in range(len(self.population.values)):
                if self._swap_helps(entry, other, dimension):
                    return

    def draw(self, entry: int) -> None:
        """Draw a hand that fits, whatever the quotas."""
        taken = {tuple(self.hands[mate]) for mate in self.members[self.groups[entry]] if mate != entry}
        self.hands[entry] = list(self.population.draw(self.random, taken))

    def _swap_helps(self, entry: int, other: int, dimension: int) -> bool:
        if self.hands[entry][dimension] == self.hands[other][dimension]:
            return False
        before = self._faults(entry) + self._faults(other)
        self._exchange(entry, other, dimension)
        if self._faults(entry) + self._faults(other) < before:
            return True
        self._exchange(entry, other, dimension)
        return False

    def _exchange(self, entry: int, other: int, dimension: int) -> None:
        one, two = self.hands[entry], self.hands[other]
        one[dimension], two[dimension] = two[dimension], one[dimension]

    def _faults(self, entry: int) -> int:
        """Whether the traits clash, and whether another entry of the group has the same ones."""
        hand, mates = self.hands[entry], self.members[self.groups[entry]]
        is_repeated = any(self.hands[mate] == hand for mate in mates if mate != entry)
        return (not self.population.fits(tuple(hand))) + is_repeated


def _dealt(shares: Sequence[float], count: int, random: Random) -> list[int]:
    places = [place for place, times in enumerate(apportion(shares, count, random)) for _ in range(times)]
    random.shuffle(places)
    return places
