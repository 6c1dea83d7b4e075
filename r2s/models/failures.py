"""How one attempt at a call can fail, and what that says about the server: told apart once, by whoever makes it.

EndpointError
└── Failure
    ├── Overloaded     it has too much to do (429, 503, 529): ask less, and again
    │   └── TimedOut       no reply in time (ours, or a gateway's 408, 504, 524), which is taken for overload
    ├── Unreachable    nobody answers: no such host, a connection refused or broken, a gateway without its server
    ├── Transient      a fault of the server's in this one call (500, a reply that is no completion): ask again
    └── Refused        the request is wrong or not allowed (400, 404, 422): asking again will not mend it
        └── LockedOut      nor will asking for anything else: the key or the account (401, 402, 403, no credit)

The rate limiter deals with these and lets `Refused` through: only the one who asked can do something about it.
"""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import orjson
from multidict import CIMultiDict

from r2s.errors import EndpointError

_OVERLOADED = {429, 503, 529}
_TIMED_OUT = {408, 504, 524}
# What a proxy says when there is no server behind it; 520 to 530 are Cloudflare's.
_NO_SERVER = {502, *range(520, 531)}
_LATER = {409, 425}
_LOCKED_OUT = {401, 402, 403}
# OpenAI says 429 for an account without credit as well: to wait for that is to wait in vain.
_NO_CREDIT = (b"insufficient_quota", b"billing_hard_limit_reached")
_LONGEST_MESSAGE = 1000
# Seconds. Whoever asks to be left alone for longer says nothing that could be meant.
_LONGEST_WAIT = 1e9


class Failure(EndpointError):  # noqa: N818 (it is no error until the limiter says so)
    """An attempt that brought no reply; `status` is null where no response came, `retry_after` is in seconds."""

    name: ClassVar[str] = "endpoint"

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after

    @property
    def kind(self) -> str:
        return self.name


class Overloaded(Failure):
    """The server has too much to do; `retry_after` is how long it wants to be left alone."""

    name = "overloaded"


class TimedOut(Overloaded):
    """The reply did not come in time."""

    name = "timed-out"


class Unreachable(Failure):
    """Nobody answers at the address, or the connection broke before the reply was whole."""

    name = "unreachable"


class Transient(Failure):
    """The server failed in this one call."""

    name = "transient"


class Refused(Failure):
    """The server will not answer this request, however often it is asked."""

    name = "refused"


class LockedOut(Refused):
    """The server will answer none of our requests."""

    name = "locked-out"


def failure_of(status: int, headers: Mapping[str, str], body: bytes) -> Failure:
    """The failure that a response with a status of 400 or more stands for; `body` may be any text that tells of it."""
    message = _message(body)
    text = f"HTTP {status}: {message}" if message else f"HTTP {status}"
    return _kind(status, body)(text, status=status, retry_after=_retry_after(CIMultiDict(headers)))


def _kind(status: int, body: bytes) -> type[Failure]:
    if status in _LOCKED_OUT or (status == 429 and any(code in body for code in _NO_CREDIT)):
        return LockedOut
    for kind, statuses in ((Overloaded, _OVERLOADED), (TimedOut, _TIMED_OUT), (Unreachable, _NO_SERVER)):
        if status in statuses:
            return kind
    return Transient if status >= 500 or status in _LATER else Refused


def _message(body: bytes) -> str:
    """What an error's body says: in OpenAI's shape, in FastAPI's, or as any text."""
    try:
        read: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return " ".join(body.decode(errors="replace").split())[:_LONGEST_MESSAGE]
    said = read.get("error", read) if isinstance(read, dict) else read
    if isinstance(said, dict):
        said = said.get("message") or said.get("detail") or said
    return (said if isinstance(said, str) else orjson.dumps(said).decode())[:_LONGEST_MESSAGE]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: given in milliseconds, in seconds or as a date; null where nothing of use is said."""
    milliseconds, given = _number(headers.get("retry-after-ms")), headers.get("Retry-After")
    seconds = _number(given) if milliseconds is None else milliseconds / 1000
    if seconds is None:
        seconds = _seconds_until(given)
    return None if seconds is None else max(0.0, seconds)


def _seconds_until(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date or "").timestamp() - time.time()
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    """The number in a header; neither "nan" nor "inf" is a time to wait."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if abs(number) < _LONGEST_WAIT else None
