"""What is done when the endpoint is gone: nobody calls but one probe at a time, until one succeeds or patience ends."""

import asyncio
import math

# So many attempts in a row that reached nobody open the circuit.
THRESHOLD = 5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
# An address at which nothing has ever answered is more likely wrong than down.
STRANGER_PATIENCE = 20.0


class Circuit:
    """Open while the endpoint is gone; counts for how long nothing at all has succeeded."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.is_open = False
        # Whoever holds it is the one that may probe; the others wait for it.
        self.probe = asyncio.Lock()
        # How often all that waited were given up; a call that began before the last time is lost.
        self.given_up = 0
        self.last_failure = ""
        self._failing_since: float | None = None
        self._unreachable, self._has_answered = 0, False
        self._pause = FIRST_PAUSE
        self._next_probe = self._opened_at = 0.0
        # When the latest attempt began that succeeded.
        self._worked_at = -math.inf

    @property
    def patience(self) -> float:
        """Seconds of nothing but failure after which hope is given up; less where nobody has ever answered."""
        return self._patience if self._has_answered else min(self._patience, STRANGER_PATIENCE)

    def succeed(self, begun: float) -> bool:
        """Count the success of an attempt by when it began; True where it closes the circuit."""
        if begun > self._worked_at:
            self._worked_at = begun
        self._failing_since, self._unreachable, self._has_answered = None, 0, True
        if not self.is_open:
            return False
        # The last replies of a server that went away say nothing about whether it is back.
        self.is_open = begun < self._opened_at
        return not self.is_open

    def fail(self, message: str, unreachable: bool, now: float) -> bool:
        """Count a failure; True where it opens the circuit."""
        self.last_failure = message
        self._has_answered = self._has_answered or not unreachable
        if self._failing_since is None:
            self._failing_since = now
        if now - self._failing_since >= self.patience:
            # Calls of a later run may try the endpoint anew, and be as patient.
            self.given_up += 1
            self._failing_since = None
        if not unreachable:
            return False
        self._unreachable += 1
        if self.is_open or self._unreachable < THRESHOLD:
            return False
        self.is_open, self._opened_at, self._pause = True, now, FIRST_PAUSE
        self._next_probe = now + self._pause
        return True

    def probed(self, now: float) -> None:
        """After a probe that failed, wait twice as long for the next."""
        self._pause = min(LONGEST_PAUSE, 2 * self._pause)
        self._next_probe = now + self._pause

    def until_probe(self, now: float) -> float:
        """Seconds until the next probe; the last one comes when patience ends."""
        since = now if self._failing_since is None else self._failing_since
        return max(0.0, min(self._next_probe, since + self.patience) - now)

    def works_since(self, moment: float) -> bool:
        """Whether any attempt that began after a moment has succeeded."""
        return self._worked_at > moment
