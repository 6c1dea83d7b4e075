"""What follows from a failed attempt: wait so long and try again, lose this call, or lose the endpoint."""

import random
from dataclasses import dataclass

from r2s.errors import AnswerError, EndpointError
from r2s.models.failures import Failure, LockedOut, Overloaded, Refused, Transient, Unreachable
from r2s.models.limiter.circuit import Circuit
from r2s.models.limiter.stats import Stats

# Seconds. The pause before an attempt is drawn evenly from 0 to a bound that doubles with each failure of the call.
BACKOFF, LONGEST_BACKOFF = 0.5, 30.0
# At a fast server the bound begins with so many round trips, where that is shorter.
BACKOFF_ROUNDS = 2


class CallError(AnswerError):
    """One call fails again and again while others succeed: it is lost, the run is not."""


@dataclass(slots=True)
class Trouble:
    """How one call has fared: when it began to fail, and how often it has."""

    since: float
    failures: int = 0
    transient: int = 0


@dataclass(frozen=True)
class Judge:
    """Decides about the calls to one endpoint; `attempts` bounds those a call has at a server that fails in it."""

    name: str
    circuit: Circuit
    stats: Stats
    attempts: int
    chance: random.Random

    def check_hope(self, given_up: int) -> None:
        """Raise `EndpointError` where patience has ended since a call began."""
        if self.circuit.given_up == given_up:
            return
        self.stats.lost += 1
        raise EndpointError(
            f"{self.name}: nothing but failures for {self.circuit.patience:g} s, at last: {self.circuit.last_failure}; "
            "check that a server runs at this address and takes these calls, then run the same command again: "
            "it goes on from what is finished"
        )

    def wait_after(self, failure: Failure, trouble: Trouble, now: float, latency: float) -> float:
        """The seconds to wait before a call is tried again; raises where that is of no use."""
        if isinstance(failure, Refused):
            self.stats.refused += 1
            raise self._locked_out(failure) if isinstance(failure, LockedOut) else failure
        trouble.failures += 1
        trouble.transient += isinstance(failure, Transient)
        self._check_call(failure, trouble, now)
        if isinstance(failure, Unreachable) and self.circuit.is_open:
            # The circuit makes it wait, and may make it the next probe.
            return 0.0
        if isinstance(failure, Overloaded) and failure.retry_after:
            return self._asked_for(failure.retry_after, failure)
        return self._backoff(trouble, failure, latency)

    def _check_call(self, failure: Failure, trouble: Trouble, now: float) -> None:
        """Give one call up that fails on and on while others succeed; where none does, patience decides for all."""
        if not self.circuit.works_since(trouble.since):
            return
        if trouble.transient >= self.attempts or now - trouble.since >= self.circuit.patience:
            self.stats.lost += 1
            raise CallError(
                f"{self.name} failed {trouble.failures} times at this call while others succeeded, at last: {failure}"
            ) from failure

    def _asked_for(self, retry_after: float, failure: Failure) -> float:
        if retry_after <= self.circuit.patience:
            # A little later each, so that those who were sent away together do not come back together.
            return retry_after + self.chance.uniform(0.0, BACKOFF)
        self.stats.lost += 1
        raise EndpointError(
            f"{self.name} wants to be left alone for {retry_after:.0f} s ({failure}), longer than the "
            f"{self.circuit.patience:g} s that a run waits; run the same command again after that"
        ) from failure

    def _backoff(self, trouble: Trouble, failure: Failure, latency: float) -> float:
        base = BACKOFF
        if latency and (trouble.failures == 1 or isinstance(failure, Overloaded)):
            # The first failure may be chance, and how many calls are made at once answers for the refusals.
            base = min(base, BACKOFF_ROUNDS * latency)
        return self.chance.uniform(0.0, min(LONGEST_BACKOFF, base * 2.0 ** min(trouble.failures - 1, 10)))

    def _locked_out(self, failure: LockedOut) -> EndpointError:
        return EndpointError(
            f"{self.name} does not let us in ({failure}); check the key (OPENAI_API_KEY), the account's credit and "
            "what it may use, then run the same command again"
        )
