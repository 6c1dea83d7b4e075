"""What a limiter has counted, for `metrics.json`."""

from dataclasses import asdict, dataclass

from r2s.models.failures import Failure, Overloaded, TimedOut, Unreachable

RETRIES = ("retries_429", "retries_503", "retries_5xx", "timeouts", "resets")


@dataclass(slots=True)
class Stats:
    """Figures of one endpoint. Every failed attempt that is made again counts under one of the five kinds."""

    calls: int = 0
    succeeded: int = 0
    retries_429: int = 0
    retries_503: int = 0
    retries_5xx: int = 0
    timeouts: int = 0
    resets: int = 0
    refused: int = 0
    lost: int = 0
    # Replies that came, but held no valid answer; the limiter does not read them, and whoever does counts them here.
    unreadable: int = 0
    # Seconds, summed over calls: between attempts and for a lost endpoint; for requests and tokens per minute.
    waited_s: float = 0.0
    paced_s: float = 0.0
    slowdowns: int = 0
    pauses: int = 0
    circuit_opened: int = 0
    probes: int = 0
    most_in_flight: int = 0

    @property
    def retries(self) -> int:
        """How many attempts were made again, whatever they failed of."""
        return sum(getattr(self, kind) for kind in RETRIES)

    def count(self, kind: str) -> None:
        """Add one to a figure by its name."""
        setattr(self, kind, getattr(self, kind) + 1)

    def figures(self) -> dict[str, int | float]:
        """All figures by name, with the sum of the retries."""
        return {
            **asdict(self),
            "waited_s": round(self.waited_s, 3),
            "paced_s": round(self.paced_s, 3),
            "retries": self.retries,
        }


def counter_of(failure: Failure) -> str:
    """The figure that a failed attempt is counted under."""
    if isinstance(failure, TimedOut):
        return "timeouts"
    if isinstance(failure, Overloaded):
        return "retries_503" if failure.status == 503 else "retries_429"
    return "resets" if isinstance(failure, Unreachable) else "retries_5xx"
