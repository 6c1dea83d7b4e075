"""Matches: all contests of two sides, judged by one judge or a committee, and what they come to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from r2s.errors import R2SError
from r2s.evaluation.arena import Sitting, judge_contests
from r2s.evaluation.battles import Bout, Decision, Rule, decisions_of, order_bias, tally_of
from r2s.evaluation.contests import Pairing
from r2s.evaluation.intervals import mean_interval
from r2s.evaluation.judging import Judging
from r2s.evaluation.ratings import Rating, Result

_SHARES = {"win": Fraction(1), "tie": Fraction(1, 2), "loss": Fraction(0)}


@dataclass(frozen=True)
class Match:
    """Two sides by name, what there was to judge, and what each judge made of it in the last round."""

    first: str
    second: str
    pairing: Pairing
    sittings: tuple[Sitting, ...]

    @property
    def ended(self) -> R2SError | None:
        """Why it ended early, if it did."""
        return next((sitting.ended for sitting in self.sittings if sitting.ended), None)

    def decisions(self, rule: Rule) -> list[Decision]:
        return decisions_of([sitting.bouts for sitting in self.sittings], rule)

    def results(self, rule: Rule) -> list[Result]:
        """The valid battles, as ratings take them."""
        return [
            Result(self.first, self.second, decision.document, decision.outcome)
            for decision in self.decisions(rule)
            if decision.outcome is not None
        ]


async def play_match(
    first: str,
    second: str,
    pairing: Pairing,
    judges: Sequence[Judging],
    *,
    discussions: int = 0,
    on_judged: Callable[[Bout], None] = lambda bout: None,
) -> Match:
    """Have every contest judged; in each discussion, every member of a committee hears the others and judges again."""
    sittings = [await judge_contests(pairing.contests, judge, (), on_judged) for judge in judges]
    for _ in range(discussions if len(judges) > 1 else 0):
        heard = [sitting.opinions for sitting in sittings]
        sittings = [
            await judge_contests(pairing.contests, judge, heard[:place] + heard[place + 1 :], on_judged)
            for place, judge in enumerate(judges)
        ]
    return Match(first, second, pairing, tuple(sittings))


def match_figures(match: Match, rule: Rule, seed: int = 0) -> dict[str, Any]:
    """What a match came to, as programs read it; what is not known is null."""
    decisions = match.decisions(rule)
    tally = tally_of(decisions)
    shares = [(each.document, _SHARES[each.outcome]) for each in decisions if each.outcome]
    return {
        "first": match.first,
        "second": match.second,
        "rule": rule,
        "contests": len(match.pairing.contests),
        "only_first": match.pairing.only_first,
        "only_second": match.pairing.only_second,
        "damaged": [str(error) for error in match.pairing.damaged],
        "ended": str(match.ended) if match.ended else None,
        "wins": tally.wins,
        "ties": tally.ties,
        "losses": tally.losses,
        "invalid": tally.invalid,
        "win_rate": _float(tally.win_rate),
        "win_rate_interval": mean_interval(shares, seed=seed),
        "summary_score": _float(tally.summary_score),
        "judges": [_sitting_figures(sitting, rule) for sitting in match.sittings],
    }


def _sitting_figures(sitting: Sitting, rule: Rule) -> dict[str, Any]:
    bias = order_bias(sitting.bouts, rule)
    return {
        "judge": sitting.judge,
        "battles": len(sitting.bouts),
        "waiting": sum(bout.is_waiting for bout in sitting.bouts),
        "invalid": [{"key": bout.key, "faults": list(bout.faults)} for bout in sitting.bouts if None in bout.orders],
        "flips": _float(bias.flips),
        "consistent": _float(bias.consistent),
        "first_shown": _float(bias.first_shown),
        "longer": _float(bias.longer),
    }


def rating_figures(rating: Rating) -> dict[str, Any]:
    """A side's rating, as programs read it."""
    interval = rating.interval and [round(end, 1) for end in rating.interval]
    return {
        "side": rating.side,
        "rating": round(rating.rating, 1),
        "interval": interval,
        "battles": rating.battles,
    }


def bout_row(bout: Bout, judge: str, rule: Rule) -> dict[str, Any]:
    """A battle as results keep it: the verdicts are the first side's."""
    return {
        "key": bout.key,
        "document": bout.document,
        "judge": judge,
        "orders": list(bout.orders),
        "outcome": bout.outcome(rule),
        "lengths": list(bout.lengths),
        "faults": list(bout.faults),
    }


def _float(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 4)
