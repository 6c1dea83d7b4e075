"""Which turns are let through while a run is paused: one a step, of the dialogue that has waited longest."""

from typing import Any

from r2s.models.desk.question import turn_of
from r2s.models.request import Request


class Steps:
    """Steps that were granted and not used yet, and the turn of each dialogue that one was used for."""

    def __init__(self) -> None:
        self._left = 0
        self._turns: dict[str, int] = {}

    def grant(self, count: int) -> None:
        """Let so many turns more through."""
        self._left += count

    def let(self, request: Request[Any]) -> bool:
        """Whether a call may be made: its turn was let through, or is now."""
        turn = turn_of(request)
        if self._turns.get(request.dialogue) == turn:
            return True
        if self._left == 0:
            return False
        self._left -= 1
        self._turns[request.dialogue] = turn
        return True
