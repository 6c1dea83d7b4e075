"""How fast one endpoint is asked: as many calls at once as it bears, faults tried again, a lost server waited for.

`RateLimiter` is the door; what makes one attempt raises a `Failure` of `r2s.models.failures`.
"""

from r2s.models.limiter.judge import CallError
from r2s.models.limiter.level import START
from r2s.models.limiter.limiter import RateLimiter
from r2s.models.limiter.stats import Stats

__all__ = ["START", "CallError", "RateLimiter", "Stats"]
