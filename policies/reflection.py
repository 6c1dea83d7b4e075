"""Reflection policies: which phases of Reflection-Tuning take place, and in which turns."""

from typing import Literal, Self

from pydantic import BaseModel, model_validator


class Reflection(BaseModel, frozen=True, extra="forbid"):
    """One pass of each phase that is on, in each turn.

    `instruction` (phase 1) writes a new first instruction and its answer; with `rewrite_user` it goes on to write every
    later turn anew, so that these follow from it. `response` (phase 2) writes better answers.
    """

    kind: Literal["reflection"] = "reflection"
    instruction: bool = True
    response: bool = True
    rewrite_user: bool = False

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.instruction and not self.response:
            raise ValueError("both phases are off; switch on instruction or response")
        if self.rewrite_user and not self.instruction:
            raise ValueError("rewrite_user writes instructions anew; switch on instruction, or leave it out")
        return self

    def takes_instruction(self, turn: int) -> bool:
        """Whether phase 1 takes place in a turn (from 1)."""
        return self.instruction and (turn == 1 or self.rewrite_user)
