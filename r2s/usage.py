"""What replies of models cost, added up from a single reply to a whole run."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

# Left out of files where it is empty, as nearly everywhere.
People = Annotated[tuple[str, ...], Field(exclude_if=lambda people: not people)]

# More than any prompt has, and less than a database's numbers hold.
MOST_TOKENS = 1 << 40


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and money of so many `replies`, those that could not be read among them; an unknown price is null.

    `calls` are their journal keys, which the replies of models without a journal do not have. `people` names who
    answered in person, once for each such reply.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    replies: int = 0
    calls: tuple[str, ...] = ()
    people: People = ()

    def __add__(self, other: "Usage") -> "Usage":
        cost = None if self.cost_usd is None or other.cost_usd is None else self.cost_usd + other.cost_usd
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost_usd=cost,
            replies=self.replies + other.replies,
            calls=self.calls + other.calls,
            people=self.people + other.people,
        )

    def __sub__(self, other: "Usage") -> "Usage":
        """What came after `other`, which this one began with."""
        cost = None if self.cost_usd is None or other.cost_usd is None else self.cost_usd - other.cost_usd
        return Usage(
            prompt_tokens=self.prompt_tokens - other.prompt_tokens,
            completion_tokens=self.completion_tokens - other.completion_tokens,
            cost_usd=cost,
            replies=self.replies - other.replies,
            calls=self.calls[len(other.calls) :],
            people=self.people[len(other.people) :],
        )


def token_count(said: object) -> int | None:
    """A number of tokens as somebody else counted them; null where it is none that could be."""
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < MOST_TOKENS else None
