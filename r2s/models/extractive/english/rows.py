"""Choosing among the patterns: the rows that hold at this point of the dialogue, the most telling first."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from r2s.models.extractive.english.patterns import AGREEMENTS, GUESSES, OBJECTIONS, QUESTIONS, TELLINGS, VAGUE, Row
from r2s.trees.node import LogicType

PATTERNS: dict[LogicType, list[Row]] = {
    "question-answer": QUESTIONS,
    "question-question": VAGUE,
    "statement-inquiry": TELLINGS,
    "statement-explanation": GUESSES,
    "opinion-rebuttal": OBJECTIONS,
    "opinion-agreement": AGREEMENTS,
}
_GENERAL = frozenset({"first", "later"})
Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Choice:
    needs: frozenset[str]
    bars: frozenset[str]
    said: Said
    is_tied: bool

    def holds(self, state: frozenset[str]) -> bool:
        return self.needs <= state and self.bars.isdisjoint(state)


@functools.cache
def _choices(type: LogicType) -> tuple[_Choice, ...]:
    return tuple(_choice(*row) for row in PATTERNS[type])


def _choice(needs: str, says: str, openings: str) -> _Choice:
    words = needs.split()
    bars = frozenset(word[1:] for word in words if word[0] == "!")
    asks = frozenset(word for word in words if word[0] != "!")
    return _Choice(asks, bars, (says, openings), needs.startswith("+"))


def tied(type: LogicType, state: frozenset[str]) -> list[Said]:
    """The rows that take up how the fact ties on to the last reply."""
    return [choice.said for choice in _choices(type) if choice.is_tied and choice.holds(state)]


def featured(type: LogicType, state: frozenset[str], turn: int) -> list[Said]:
    """The rows that fit features of the fact or of the last reply, those that ask for most of them first. At first the
    user knows nothing that a feature could be about but the subject."""
    fitting = [
        choice
        for choice in _choices(type)
        if not choice.needs <= _GENERAL
        and not choice.is_tied
        and ("first" not in state or "mine" in choice.needs)
        and choice.holds(state)
    ]
    return [choice.said for choice in sorted(_turned(fitting, turn), key=lambda choice: -len(choice.needs))]


def general(type: LogicType, state: frozenset[str], turn: int) -> list[Said]:
    """The rows that fit anything."""
    fitting = [choice for choice in _choices(type) if choice.needs <= _GENERAL and choice.holds(state)]
    return [choice.said for choice in _turned(fitting, turn)]


def _turned(choices: Sequence[_Choice], turn: int) -> list[_Choice]:
    """The rows from another beginning, so that no row is everybody's first."""
    start = turn % len(choices) if choices else 0
    return [*choices[start:], *choices[:start]]
