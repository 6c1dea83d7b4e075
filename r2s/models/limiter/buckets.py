"""Requests and tokens per minute: buckets that fill steadily and may be overdrawn by whoever then waits."""


class Bucket:
    """Lets so many units through a minute, with no more than a second's worth at once."""

    def __init__(self, per_minute: float) -> None:
        self.rate = per_minute / 60
        # One unit at least: a bucket for 30 requests a minute must hold one.
        self._full = max(1.0, self.rate)
        self._level = self._full
        self._filled = 0.0

    def take(self, amount: float, now: float) -> float:
        """Take units at once; returns the seconds to wait until they are there."""
        self._fill(now)
        self._level -= amount
        return max(0.0, -self._level / self.rate)

    def give(self, amount: float, now: float) -> None:
        """Put units back that were not used; a negative amount takes those that were used beyond the estimate."""
        self._fill(now)
        self._level += amount

    def _fill(self, now: float) -> None:
        if self._level < self._full:
            # What was given back may stand above the brim, and is not lost by that.
            self._level = min(self._full, self._level + (now - self._filled) * self.rate)
        self._filled = now


class Pace:
    """The requests and tokens per minute that an endpoint allows; None is no limit."""

    def __init__(self, requests: float | None, tokens: float | None) -> None:
        self._requests = None if requests is None else Bucket(requests)
        self._tokens = None if tokens is None else Bucket(tokens)

    def take(self, tokens: float, now: float) -> float:
        """Reserve one request of so many tokens; returns the seconds until it may be sent."""
        wait = 0.0 if self._requests is None else self._requests.take(1, now)
        return wait if self._tokens is None else max(wait, self._tokens.take(tokens, now))

    def cancel(self, tokens: float, now: float) -> None:
        """Give a reservation back that was never sent."""
        if self._requests is not None:
            self._requests.give(1, now)
        self.correct(tokens, now)

    def correct(self, unused: float, now: float) -> None:
        """Give back the tokens that a call did not use."""
        if self._tokens is not None:
            self._tokens.give(unused, now)
