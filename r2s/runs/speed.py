"""How fast something goes of late."""

import time
from collections import deque
from collections.abc import Callable


class Speed:
    """The speed at which a count grows, over the last so many seconds or as long as it has been looked at."""

    def __init__(self, seconds: float = 15.0, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._now = seconds, now
        self._seen: deque[tuple[float, float]] = deque()

    def see(self, count: float) -> float:
        """Look at the count; how many more a second there are, 0 at the first look."""
        now, seen = self._now(), self._seen
        seen.append((now, count))
        # One look from before the window stays, to measure from.
        while len(seen) > 2 and seen[1][0] <= now - self._seconds:
            seen.popleft()
        (then, before), elapsed = seen[0], now - seen[0][0]
        return (count - before) / elapsed if elapsed > 0 and then < now else 0.0
