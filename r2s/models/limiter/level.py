"""How many calls an endpoint bears at once: found by asking for more until it refuses too large a share of them.

One refusal says nothing: servers, gateways and neighbours refuse now and then whatever we do. So the level falls only
when refusals are a share of the recent calls, and then once for all calls that were already under way. It climbs back
at once to just below where it was refused, and goes further in steps that get rarer the more often they fail there.
"""

import math

# The calls at once to begin with; each success adds one until the first overload.
START = 32
# More refusals than this among recent calls are overload. At 3 % by chance that is next to impossible, at 10 % rare.
SHARE = 0.2
# Successes taken for granted before any call was counted, so that the first few refusals are not a share yet.
PRIOR = 16
# Counts are halved once there are this many, so that the share is one of recent calls.
MEMORY = 128
DECREASE = 0.75
# Where a level was refused, it is climbed to this share of it at once, and above it the old refusal counts no longer.
NEAR, BEYOND = 0.9, 1.1
# Steps near a refused level: a twentieth of it after this many rounds of calls, twice as many each time it fails there.
STEP = 0.05
LONGEST_HOLD = 32


class Level:
    """The number of calls that may be under way at once, never above `cap`; an epoch ends when it falls."""

    def __init__(self, cap: int, start: int = START) -> None:
        self.cap = cap
        self.slots = min(cap, start)
        self.epoch = 0
        self.refused_in_a_row = 0
        self._size = float(self.slots)
        self._ceiling = math.inf
        self._hold = 1
        self._calm = 0
        self._calls, self._refusals = 0, 0.0

    def succeed(self, epoch: int, full: bool) -> None:
        """Count a success; the level grows where it was used in full."""
        self.refused_in_a_row = 0
        if epoch != self.epoch:
            return
        self._count()
        if full and self.slots < self.cap:
            self._grow()

    def refuse(self, epoch: int, in_flight: int) -> bool:
        """Count a refusal; True where the level falls for it."""
        self.refused_in_a_row += 1
        if epoch != self.epoch:
            return False
        self._count()
        self._refusals += 1
        if self._refusals < SHARE * (self._calls + PRIOR):
            return False
        self._fall(min(self._size, in_flight))
        return True

    def _count(self) -> None:
        self._calls += 1
        if self._calls >= MEMORY:
            self._calls //= 2
            self._refusals /= 2

    def _grow(self) -> None:
        near = NEAR * self._ceiling
        if self._size < near:
            self._size = min(self._size + 1, near)
        else:
            self._calm += 1
            if self._calm < self._hold * self._size:
                return
            self._step()
        self.slots = min(int(self._size), self.cap)

    def _step(self) -> None:
        step = max(1.0, STEP * self._ceiling)
        if self._size >= BEYOND * self._ceiling:
            self._ceiling, self._hold = math.inf, 1
        self._size = min(self._size + step, self.cap)
        # A level that was refused before is judged by its own calls, so that it is left soon if it is too high.
        self._forget()

    def _fall(self, size: float) -> None:
        again = size >= NEAR * self._ceiling
        self._hold = min(LONGEST_HOLD, 2 * self._hold) if again else 1
        self._ceiling = size
        self._size = max(1.0, DECREASE * size)
        self.slots = int(self._size)
        self.epoch += 1
        self._forget()

    def _forget(self) -> None:
        self._calm, self._calls, self._refusals = 0, 0, 0.0
