"""A run at one moment, as whoever watches it sees it: how far it is, how fast it goes, what it is talking about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from r2s.runs.meter import Pulse
from r2s.runs.speed import Speed
from r2s.runs.tally import Tally

# Dialogues are long and end in heaps: how fast turns are spoken is told by more than the last seconds.
TURN_SECONDS = 60.0


@dataclass(frozen=True)
class Moment:
    """Speeds are those of the last seconds. `seconds_left` is a guess from how fast turns are spoken, null without one.

    `limit` is how many calls may be under way, null where that is not known; so are `in_flight` and unknown `dollars`.
    """

    part: str
    done: int
    total: int
    failed: int
    waiting: int
    turns: int
    turns_a_second: float
    calls: int
    calls_a_second: float
    tokens: int
    tokens_a_second: float
    dollars: float | None
    in_flight: int | None
    limit: int | None
    retries: Mapping[str, int]
    unreadable: int
    is_cut_off: bool
    last_error: str
    latest: Sequence[Mapping[str, Any]]
    seconds_left: float | None


class Gauge:
    """Reads moments off a tally, and off the meter where the run is played by this process.

    `part` names what is being played where that is one part of several; `before` are the dialogues of those before it,
    and `whole` those of all.
    """

    def __init__(self, tally: Tally, pulse: Callable[[], Pulse] | None = None) -> None:
        self.tally, self._pulse = tally, pulse
        self.part, self.before, self.whole = "", 0, 0
        self._turns, self._calls, self._tokens = Speed(TURN_SECONDS), Speed(), Speed()

    def read(self) -> Moment:
        """How things stand now."""
        tally, pulse = self.tally, pulse_now(self.tally, self._pulse)
        done = self.before + tally.done
        total = max(self.whole or tally.total, done)
        turns_a_second = self._turns.see(tally.turns)
        return Moment(
            part=self.part,
            done=done,
            total=total,
            failed=sum(tally.failed.values()),
            waiting=tally.waiting,
            turns=tally.turns,
            turns_a_second=turns_a_second,
            calls=pulse.calls,
            calls_a_second=self._calls.see(pulse.calls),
            tokens=pulse.tokens,
            tokens_a_second=self._tokens.see(pulse.tokens),
            dollars=pulse.dollars,
            in_flight=pulse.in_flight if pulse.limit is not None else None,
            limit=pulse.limit,
            retries=pulse.retries,
            unreadable=pulse.unreadable,
            is_cut_off=pulse.is_cut_off,
            last_error=tally.last_error,
            latest=tuple(tally.latest),
            seconds_left=tally.turns_left(total - done) / turns_a_second if turns_a_second > 0 else None,
        )


def pulse_now(tally: Tally, pulse: Callable[[], Pulse] | None) -> Pulse:
    """How the calls stand by the meter, where there is one; what befell those of other processes is in the events."""
    told = pulse_of(tally)
    if pulse is None:
        return told
    now = pulse()
    if now.limit is not None:
        return now
    return replace(now, retries=told.retries, unreadable=told.unreadable, is_cut_off=told.is_cut_off)


def pulse_of(tally: Tally) -> Pulse:
    """What the events of a run tell of its calls; how many are under way, they do not."""
    return Pulse(
        calls=tally.calls,
        tokens=tally.prompt_tokens + tally.completion_tokens,
        dollars=tally.cost,
        in_flight=0,
        limit=None,
        retries=dict(tally.retries),
        unreadable=tally.unreadable,
        is_cut_off=tally.is_cut_off,
    )
