"""How one attempt at a call can fail, and what that says about the server.

Failure
├── Overloaded   it has too much to do (429, 503): ask less, and again
│   └── TimedOut     no reply in time, which is taken for overload
├── Unreachable  nobody answers: no such host, connection refused or reset, a gateway without its server
├── Transient    a fault of the server's in this one call (500): ask again, a few times
└── Refused      a 4xx that asking again will not mend

An attempt raises these and the limiter deals with them; a caller only ever sees `Refused`, `CallError` (this call is
lost, the endpoint is not) and `EndpointError` (the endpoint is lost).
"""

import time
from email.utils import parsedate_to_datetime
from typing import ClassVar

from r2s.errors import AnswerError

# What a proxy says when there is no server behind it; 520 to 530 are Cloudflare's.
_GATEWAY = {502, *range(520, 531)}
_TIME_OUT = {408, 504, 524}
_LATER = {409, 425}
# OpenAI says 429 for an account without credit as well: to wait for that is to wait in vain.
_NO_CREDIT = "insufficient_quota"


class Failure(Exception):  # noqa: N818 (it is no error until the limiter says so)
    """One attempt failed; `counter` names the figure it is counted under."""

    counter: ClassVar[str] = "retries_5xx"


class Overloaded(Failure):
    """The server has too much to do; `retry_after` is how many seconds it wants to be left alone."""

    def __init__(self, retry_after: float | None = None, message: str = "", status: int = 429) -> None:
        super().__init__(message or f"HTTP {status}")
        self.retry_after = retry_after
        self.status = status


class TimedOut(Overloaded):
    """No reply came in time."""

    def __init__(self, message: str = "no reply in time") -> None:
        super().__init__(None, message, 408)


class Unreachable(Failure):
    """Nobody answers at the address."""

    counter = "resets"


class Transient(Failure):
    """The server failed in this one call."""


class Refused(Failure):
    """The server will not answer this request, however often it is asked."""

    def __init__(self, message: str = "", status: int = 400) -> None:
        super().__init__(message or f"HTTP {status}")
        self.status = status


class CallError(AnswerError):
    """One call fails again and again while others succeed: it is lost, the run is not."""


def counter_of(failure: Failure) -> str:
    """The figure that a failure is counted under."""
    if isinstance(failure, TimedOut):
        return "timeouts"
    if isinstance(failure, Overloaded):
        return "retries_503" if failure.status == 503 else "retries_429"
    return failure.counter


def failure_of(status: int, text: str = "", retry_after: str | None = None) -> Failure:
    """The failure behind an HTTP status of 400 or more; `retry_after` is the header as it came."""
    message = f"HTTP {status}" + (f": {text[:300]}" if text else "")
    if status == 429 and _NO_CREDIT in text:
        return Refused(message, 402)
    if status in (429, 503):
        return Overloaded(parse_retry_after(retry_after), message, status)
    if status in _TIME_OUT:
        return TimedOut(message)
    if status in _GATEWAY:
        return Unreachable(message)
    return Transient(message) if status >= 500 or status in _LATER else Refused(message, status)


def parse_retry_after(header: str | None, now: float | None = None) -> float | None:
    """The seconds a Retry-After header asks for, given as seconds or as an HTTP date; None where it says nothing."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - (time.time() if now is None else now)
        except ValueError:
            return None
    # Neither "nan" nor "inf" is a time to wait.
    return max(0.0, seconds) if abs(seconds) < 1e9 else None
