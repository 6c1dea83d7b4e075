"""Verdicts turn by turn: an answer that has to speak of every turn of a dialogue, in order, and of no other."""

import functools
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, create_model, model_validator

from r2s.models.request import Sampling

# A judge says the same of the same, and has room for a dialogue of twenty turns.
JUDGEMENT = Sampling(temperature=0.0, max_tokens=4096)


class TurnVerdict(BaseModel):
    turn: int = Field(ge=1)


class TurnVerdicts(BaseModel):
    """An answer with `turns`, of which each must have its number."""

    @model_validator(mode="after")
    def _in_order(self) -> "TurnVerdicts":
        numbers = [verdict.turn for verdict in getattr(self, "turns", ())]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"turns are numbered {numbers}; there must be one for each turn, in order from 1")
        return self


Verdicts = TypeVar("Verdicts", bound=TurnVerdicts)


@functools.cache
def of_turns(answer: type[Verdicts], count: int) -> type[Verdicts]:
    """The answer's type for a dialogue of so many turns: fewer verdicts or more are no valid answer."""
    kind: Any = answer.model_fields["turns"].annotation
    turns: Any = Annotated[kind, Field(min_length=count, max_length=count)]
    return create_model(answer.__name__, __base__=answer, turns=(turns, ...))
