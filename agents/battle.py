"""The judge of a battle: sees two dialogues side by side, scores both, and does not know whose they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator

from r2s.agents.ask import ask
from r2s.agents.scene import Scene
from r2s.models.prompt import Line, show_lines
from r2s.models.request import Model, Reply, Sampling

LOWEST, HIGHEST = 1.0, 10.0
_NUMBER = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(?:/\s*10|分|points?)?\s*", re.IGNORECASE)
_SAMPLING = Sampling(temperature=0.0, max_tokens=2048)

Focus = Literal["whole", "last"]


def _number(value: Any) -> Any:
    """The number in what a judge wrote for a score: `7`, `"7.5"`, `"7/10"`."""
    if isinstance(value, str) and (found := _NUMBER.fullmatch(value)):
        value = float(found[1].replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no score: write a number from 1 to 10")
    if not LOWEST <= value <= HIGHEST:
        raise ValueError(f"{value:g} is off the scale, which goes from 1 to 10")
    return float(value)


Points = Annotated[float, BeforeValidator(_number)]


class BattleAnswer(BaseModel):
    """What a judge says of two dialogues in the order in which they were shown."""

    fault_a: str = ""
    fault_b: str = ""
    reason: str = ""
    score_a: Points
    score_b: Points

    @property
    def value(self) -> int:
        """1 where A is the better one, -1 where B is, 0 where they are equal."""
        return (self.score_a > self.score_b) - (self.score_a < self.score_b)


@dataclass(frozen=True)
class LabelledDialogues:
    """Two dialogues under neutral labels."""

    first: tuple[Line, ...]
    second: tuple[Line, ...]
    language: str

    def __str__(self) -> str:
        shown = (
            f'<dialogue label="{label}">\n{show_lines(lines, self.language)}\n</dialogue>'
            for label, lines in (("A", self.first), ("B", self.second))
        )
        return "\n".join(shown)


@dataclass(frozen=True)
class Battle:
    model: Model

    async def judge(
        self, scene: Scene, first: tuple[Line, ...], second: tuple[Line, ...], focus: Focus, others: Sequence[str] = ()
    ) -> Reply[BattleAnswer]:
        """The scores of two dialogues on the scene's document; `others` is what other judges said of them."""
        return await ask(
            self.model,
            "battle",
            scene,
            BattleAnswer,
            sees_transcript=False,
            sampling=_SAMPLING,
            dialogues=LabelledDialogues(first, second, scene.language),
            focus=focus,
            others=list(others),
        )
