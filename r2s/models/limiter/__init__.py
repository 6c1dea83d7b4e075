"""How fast one endpoint is asked: as many calls at once as it bears, faults tried again, a lost server waited for.

`RateLimiter` is the door; what makes one attempt raises the failures named here.
"""

from r2s.models.limiter.failures import (
    CallError,
    Failure,
    Overloaded,
    Refused,
    TimedOut,
    Transient,
    Unreachable,
    failure_of,
    parse_retry_after,
)
from r2s.models.limiter.level import START
from r2s.models.limiter.limiter import RateLimiter
from r2s.models.limiter.stats import Stats

__all__ = [
    "START",
    "CallError",
    "Failure",
    "Overloaded",
    "RateLimiter",
    "Refused",
    "Stats",
    "TimedOut",
    "Transient",
    "Unreachable",
    "failure_of",
    "parse_retry_after",
]
