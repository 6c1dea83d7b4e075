"""What can go wrong between us and a server, told apart at this one boundary.

EndpointError
└── TransportFailure
    ├── Overloaded     too many requests (429, 503, 529); `retry_after` where the server says how long to wait
    ├── TimedOut       no reply in time (ours, or a gateway's 408, 504, 524)
    ├── Unreachable    no connection, or one that broke
    ├── ServerFault    any other 5xx, and a reply that is no chat completion
    └── Refused        the request itself is wrong or not allowed (400, 401, 403, 404, 422, a used-up quota)
"""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import orjson

from r2s.errors import EndpointError

_OVERLOADED = (429, 503, 529)
_TIMED_OUT = (408, 504, 524)
# A 429 that no waiting mends.
_NO_QUOTA = ("insufficient_quota", "billing_hard_limit_reached")
_LONGEST_MESSAGE = 1000


class TransportFailure(EndpointError):  # noqa: N818
    """A call that brought no reply; `status` is null where no response came."""

    name: ClassVar[str] = "endpoint"

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after

    @property
    def kind(self) -> str:
        return self.name


class Overloaded(TransportFailure):
    """The server has too much to do; `retry_after` is in seconds."""

    name = "overloaded"


class TimedOut(TransportFailure):
    """The reply did not come in time."""

    name = "timed-out"


class Unreachable(TransportFailure):
    """There is no connection, or it broke before the reply was whole."""

    name = "unreachable"


class ServerFault(TransportFailure):
    """The server failed."""

    name = "server-fault"


class Refused(TransportFailure):
    """The server will not do it, however often it is asked."""

    name = "refused"


def failure_of(status: int, headers: Mapping[str, str], body: bytes) -> TransportFailure:
    """The failure that a response stands for."""
    message, code = _message(body)
    text = f"HTTP {status}: {message}" if message else f"HTTP {status}"
    if status in _OVERLOADED and code not in _NO_QUOTA:
        return Overloaded(text, status=status, retry_after=_retry_after(headers))
    if status in _TIMED_OUT:
        return TimedOut(text, status=status, retry_after=_retry_after(headers))
    if status >= 500:
        return ServerFault(text, status=status, retry_after=_retry_after(headers))
    return Refused(text, status=status)


def _message(body: bytes) -> tuple[str, str | None]:
    """What an error's body says, and its code: OpenAI's shape, FastAPI's, or any text."""
    try:
        read: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return " ".join(body.decode(errors="replace").split())[:_LONGEST_MESSAGE], None
    said = read.get("error", read) if isinstance(read, dict) else read
    if isinstance(said, dict):
        code = said.get("code") or said.get("type")
        said = said.get("message") or said.get("detail") or said
    else:
        code = None
    text = said if isinstance(said, str) else orjson.dumps(said).decode()
    return text[:_LONGEST_MESSAGE], code


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: given in milliseconds, in seconds or as a date."""
    if milliseconds := _number(headers.get("retry-after-ms")):
        return milliseconds / 1000
    given = headers.get("Retry-After")
    if given is None or (seconds := _number(given)) is None:
        return _seconds_until(given)
    return seconds


def _seconds_until(date: str | None) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date or "").timestamp() - time.time())
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
