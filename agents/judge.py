"""The judge of K-BENCH: reads a whole dialogue and its document, and scores every turn and the whole."""

import functools
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, field_validator

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.models.request import Model, Reply, Sampling

LOWEST, HIGHEST, STEP = 0.0, 5.0, 0.5
NOT_APPLICABLE = "N/A"
# Further outside than this, it is another scale and not a slip: the judge is asked again.
SLIP = STEP
# What a judge needs to write for a turn and for the whole, in tokens; with room for one that thinks aloud.
TOKENS_A_TURN, TOKENS_AT_LEAST = 160, 2048
_NUMBER = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:/\s*5(?:\.0+)?|分|points?)?\s*", re.IGNORECASE)
_NONE = re.compile(r"\s*(?:n\s*[/.]?\s*a\.?|none|null|-+|不适用|不適用|无|無)?\s*", re.IGNORECASE)


def _number(value: Any) -> Any:
    """The number in what a judge wrote for a score: `4`, `"4.5"`, `"4,5/5"`, `"4.5分"`."""
    if isinstance(value, str) and (found := _NUMBER.fullmatch(value)):
        value = float(found[1].replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no score: write a number from 0 to 5")
    if not LOWEST - SLIP <= value <= HIGHEST + SLIP:
        raise ValueError(f"{value:g} is off the scale, which goes from 0 to 5")
    return float(value)


def _number_or_none(value: Any) -> Any:
    is_none = value is None or (isinstance(value, str) and _NONE.fullmatch(value))
    return NOT_APPLICABLE if is_none else _number(value)


Score = Annotated[float, BeforeValidator(_number)]
ScoreOrNone = Annotated[float | Literal["N/A"], BeforeValidator(_number_or_none)]


def snapped(value: float) -> Fraction:
    """A score put on the scale: within 0 and 5, and on a half; what lies between two halves goes to the upper one."""
    halves = (Fraction(min(max(value, LOWEST), HIGHEST)) / Fraction(STEP) + Fraction(1, 2)) // 1
    return halves * Fraction(STEP)


class TurnScores(BaseModel):
    """What a judge says of one turn; a turn that calls for no fact of the document has no fidelity."""

    turn: int
    fault: str = ""
    info: Score
    us: Score
    uf: Score
    fd: ScoreOrNone
    fl: Score


class OverallScores(BaseModel):
    """What a judge says of the whole dialogue."""

    fault: str = ""
    cs: Score
    co: Score
    ia: Score


class Judgement(BaseModel):
    """The scores as the judge wrote them: on the scale but for a slip, not yet on halves."""

    turns: list[TurnScores]
    overall: OverallScores


@functools.cache
def judgement_of(count: int) -> type[Judgement]:
    """The answer that is wanted for a dialogue of so many turns: each of them once."""

    class JudgementOfAll(Judgement):
        turns: list[TurnScores] = Field(min_length=1)

        @field_validator("turns")
        @classmethod
        def _all_turns(cls, turns: list[TurnScores]) -> list[TurnScores]:
            found = sorted(turn.turn for turn in turns)
            if found != list(range(1, count + 1)):
                raise ValueError(f"turns 1 to {count} are wanted, each once; found {', '.join(map(str, found))}")
            return sorted(turns, key=lambda turn: turn.turn)

    return JudgementOfAll


@dataclass(frozen=True)
class Judge:
    model: Model

    async def judge(self, scene: Scene) -> Reply[Judgement]:
        """The scores of the scene's dialogue; raises `AnswerError` where not all of its turns can be had."""
        count = len(scene.transcript) // 2
        return await ask(
            self.model,
            "judge",
            scene,
            judgement_of(count),
            sampling=Sampling(temperature=0.0, max_tokens=max(TOKENS_AT_LEAST, TOKENS_A_TURN * (count + 1))),
            count=count,
        )
