"""A policy: a dialogue stops after so many turns, as a user who has little time would.

policies: {stop: {kind: any, rules: [{kind: after_words, turns: 2}]}}
"""

from typing import Literal

from pydantic import BaseModel, Field

from r2s.policies.stopping import Progress


class AfterWords(BaseModel, frozen=True, extra="forbid"):
    """Fires once `turns` turns have been played; like every policy it is frozen, has a `kind`, and asks no model."""

    kind: Literal["after_words"] = "after_words"
    turns: int = Field(default=2, ge=1)

    def fires(self, progress: Progress) -> tuple[str, str] | None:
        return (self.kind, f"{progress.turn} turns are enough") if progress.turn >= self.turns else None
