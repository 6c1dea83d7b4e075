"""Battles: two sides judged against each other in both orders, so that the place on the page decides nothing.

The verdict of each order is seen from the first side: 1 is a win, 0 a tie, -1 a loss. A reply that nobody can use makes
the battle invalid: it is counted, and in no rate.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Literal

Outcome = Literal["win", "tie", "loss"]
Rule = Literal["sum", "agree"]
_OUTCOMES: Mapping[int, Outcome] = {1: "win", 0: "tie", -1: "loss"}


def outcome_of(first_order: int, second_order: int, rule: Rule) -> Outcome:
    """What both orders come to.

    By `sum` (Reflection-Tuning) a win and a tie are a win; by `agree` (MT-Bench) only two wins are.
    """
    if rule == "agree":
        return _OUTCOMES[first_order if first_order == second_order else 0]
    total = first_order + second_order
    return _OUTCOMES[(total > 0) - (total < 0)]


@dataclass(frozen=True)
class Bout:
    """One battle as it was judged: the verdicts of both orders, null where there is none, and why.

    `lengths` are the characters of the two sides' replies. The first side was shown first in the first order.
    """

    key: str
    document: str
    lengths: tuple[int, int]
    orders: tuple[int | None, int | None]
    faults: tuple[str, ...] = ()
    is_waiting: bool = False

    def outcome(self, rule: Rule) -> Outcome | None:
        """What it comes to for the first side; null where it is invalid."""
        one, other = self.orders
        return None if one is None or other is None else outcome_of(one, other, rule)


@dataclass(frozen=True)
class Decision:
    """What a battle came to in the end, by one judge or a committee; null where it is invalid."""

    document: str
    outcome: Outcome | None


def decisions_of(committee: Sequence[Sequence[Bout]], rule: Rule) -> list[Decision]:
    """The outcome of every battle: the most votes decide, no strict plurality is a tie; who gave none has no vote."""
    votes: dict[str, list[Bout]] = {}
    for bout in chain.from_iterable(committee):
        votes.setdefault(bout.key, []).append(bout)
    return [Decision(bouts[0].document, vote([bout.outcome(rule) for bout in bouts])) for bouts in votes.values()]


def vote(outcomes: Iterable[Outcome | None]) -> Outcome | None:
    """What a committee comes to; null where no vote is valid."""
    counts = Counter[Outcome](outcome for outcome in outcomes if outcome is not None)
    if not counts:
        return None
    (best, most), *others = counts.most_common()
    return best if all(count < most for _, count in others) else "tie"


@dataclass(frozen=True)
class Tally:
    """Battles by outcome, from the first side."""

    wins: int
    ties: int
    losses: int
    invalid: int

    @property
    def valid(self) -> int:
        return self.wins + self.ties + self.losses

    @property
    def win_rate(self) -> Fraction | None:
        """The adjusted win rate: a tie is half a win; null without a valid battle."""
        return Fraction(2 * self.wins + self.ties, 2 * self.valid) if self.valid else None

    @property
    def summary_score(self) -> Fraction | None:
        """Cherry's summary: wins less losses over battles, and 1; 1 is parity."""
        return 1 + Fraction(self.wins - self.losses, self.valid) if self.valid else None


def tally_of(decisions: Iterable[Decision]) -> Tally:
    """Count decisions."""
    counts = Counter(decision.outcome for decision in decisions)
    return Tally(counts["win"], counts["tie"], counts["loss"], counts[None])


@dataclass(frozen=True)
class OrderBias:
    """How far a judge goes by place and length; shares from 0 to 1, null where nothing tells.

    `flips` is the share of battles whose winner changed with the order, `consistent` of those with the same verdict in
    both. `first_shown` is the share of decided verdicts that went to the side shown first, `longer` that of decided
    battles which the longer side won.
    """

    flips: Fraction | None
    consistent: Fraction | None
    first_shown: Fraction | None
    longer: Fraction | None


def order_bias(bouts: Sequence[Bout], rule: Rule) -> OrderBias:
    """The bias in a judge's verdicts; a fair one has 1/2 of its decided verdicts for the side shown first."""
    orders = [
        (one, other) for bout in bouts if (one := bout.orders[0]) is not None and (other := bout.orders[1]) is not None
    ]
    # In the second order the second side is shown first.
    for_first_shown = [value for one, other in orders for value in (one, -other) if value]
    decided = [(bout.lengths, outcome) for bout in bouts if (outcome := bout.outcome(rule)) in ("win", "loss")]
    by_length = [(one > other) == (outcome == "win") for (one, other), outcome in decided if one != other]
    return OrderBias(
        _share([one * other < 0 for one, other in orders]),
        _share([one == other for one, other in orders]),
        _share([value > 0 for value in for_first_shown]),
        _share(by_length),
    )


def _share(told: Sequence[bool]) -> Fraction | None:
    return Fraction(sum(told), len(told)) if told else None
