"""Steering policies: whether the next question goes to something new (breadth) or stays and digs (depth)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from r2s.policies.plugged import plugged
from r2s.trees.node import Review

Mode = Literal["breadth", "depth"]


class VoteSteering(BaseModel, frozen=True):
    """Review-Instruct's rule: a mostly positive panel moves on, a mostly negative one digs; a tie digs.

    Kind panels always move on and harsh ones never do, so what is still uncovered weighs in: with fewer turns left than
    passages to cover, the dialogue moves on whatever the votes, and never digs `longest_dig` turns in a row.
    """

    kind: Literal["votes"] = "votes"
    longest_dig: int = Field(default=2, ge=1)

    def mode(
        self, reviews: Sequence[Review], weights: Mapping[str, float], uncovered: int, turns_left: int, dug: int
    ) -> Mode:
        """`dug` is for how many turns the dialogue has been digging, `uncovered` counts passages."""
        if uncovered > turns_left or dug >= self.longest_dig:
            return "breadth"
        balance = sum(
            weights.get(review.reviewer, 1.0) * (1 if review.vote == "positive" else -1) for review in reviews
        )
        return "breadth" if balance > 0 else "depth"


class AlwaysBreadth(BaseModel, frozen=True):
    """Never dig: every turn goes on to something new."""

    kind: Literal["breadth"] = "breadth"

    def mode(
        self, reviews: Sequence[Review], weights: Mapping[str, float], uncovered: int, turns_left: int, dug: int
    ) -> Mode:
        return "breadth"


SteeringPolicy = Annotated[VoteSteering | AlwaysBreadth, Field(discriminator="kind"), *plugged("steering")]
