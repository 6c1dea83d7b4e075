"""Logic policies: which of the six logic types a turn may have, the wanted one first."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from r2s.policies.plugged import plugged
from r2s.trees.node import LOGIC_TYPES, LogicType

# About two in five user turns are questions; people also tell, guess and object.
QUESTIONS: tuple[LogicType, ...] = ("question-answer", "question-question")
DEFAULT_MIX: dict[LogicType, float] = {
    "question-answer": 0.30,
    "question-question": 0.08,
    "statement-inquiry": 0.14,
    "statement-explanation": 0.18,
    "opinion-rebuttal": 0.14,
    "opinion-agreement": 0.16,
}


class TargetMix(BaseModel, frozen=True):
    """Hold a dialogue to target shares: the type that lags furthest behind its share comes first.

    No type may take more than `max_share` of the turns (R2S asks for a variety; six in ten is our bound). `spread` is
    how far chance may reorder types, in turns.
    """

    kind: Literal["mix"] = "mix"
    shares: dict[LogicType, float] = Field(default=DEFAULT_MIX)
    max_share: float = Field(default=0.6, gt=0, le=1)
    spread: float = Field(default=0.35, ge=0)

    @field_validator("shares")
    @classmethod
    def _in_order(cls, shares: dict[LogicType, float]) -> dict[LogicType, float]:
        if any(share < 0 for share in shares.values()) or sum(shares.values()) <= 0:
            raise ValueError("shares must not be negative, and at least one must be above 0")
        # Chance goes by their order, and nobody means anything by the order in which a file has them.
        return {type: shares[type] for type in DEFAULT_MIX if type in shares}

    def choose(self, used: Sequence[LogicType], random: Random) -> list[LogicType]:
        """The types allowed next, the most wanted first."""
        counts, total = Counter(used), sum(self.shares.values())
        turn = len(used) + 1
        lag: dict[LogicType, float] = {
            type: share / total * turn - counts[type] + self.spread * random.random()
            for type, share in self.shares.items()
            if share > 0
        }
        types = sorted(lag, key=lambda type: -lag[type])
        most = max(1.0, self.max_share * max(turn, 3))
        return [type for type in types if counts[type] + 1 <= most] or types


class FreeChoice(BaseModel, frozen=True):
    """Leave the type to the planner; chance alone decides which is named first."""

    kind: Literal["free"] = "free"

    def choose(self, used: Sequence[LogicType], random: Random) -> list[LogicType]:
        """All six types, in an order drawn by `random`."""
        return random.sample(LOGIC_TYPES, len(LOGIC_TYPES))


LogicPolicy = Annotated[TargetMix | FreeChoice, Field(discriminator="kind"), *plugged("logic")]
