"""An exchange to be reflected on, and what may stand in the texts that come of it."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from r2s.models.request import Sampling

# As the paper has it.
SAMPLING = Sampling(temperature=0.0, max_tokens=2048)
_PLACEHOLDER = re.compile(
    r"[\s.…<>\[\](){}\"'“”*_-]*"
    r"(?:(?:(?:your|the|its|a|my)\s+)?(?:(?:new|better|improved)\s+)?(?:instruction|answer|response)(?:\s+here)?"
    r"|n/a|(?:你的|新的?|更好的|这条|它的)?(?:指令|答案|回答))?"
    r"[\s.…<>\[\](){}\"'“”*_-]*",
    re.IGNORECASE,
)
_SOUND = re.compile(r"(?:^|[:：]\s*)(?:sound|无误|無誤)[.。]?$", re.IGNORECASE)
_OWN_MAKING = re.compile(
    r"(?:(?:sure|certainly|of course)\W+)?(?:here(?:'s| is)|this is|below is) (?:the|a|an|my|your) "
    r"(?:\w+ )?(?:better|improved|revised|rewritten|new|refined|enhanced|updated) "
    r"(?:\w+ )?(?:answer|response|instruction|version|prompt)\b"
    r"|(?:以下|下面|这|這)(?:就?是)(?:我)?(?:改进|改進|改好|改写|改寫|修改|优化|優化|更新|重写|重寫|新)[^，。：:\n]{0,6}"
    r"(?:回答|答案|指令|版本)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One instruction, or whatever the user said, and the answer to it."""

    instruction: str
    answer: str


def _trainable(text: str) -> str:
    if _PLACEHOLDER.fullmatch(text):
        raise ValueError(f"{text.strip() or 'nothing'!r} stands where the text itself belongs")
    if _OWN_MAKING.match(text.lstrip("*#> ")):
        raise ValueError("the text opens by announcing itself; write only the text")
    return text.strip()


TrainingText = Annotated[str, AfterValidator(_trainable)]
"""A text as a model may be trained on it: no placeholder, and no word on how it came about."""


def points(critique: str) -> tuple[str, ...]:
    """What a critique holds against a text, a point a line; where something is sound, there is no point."""
    lines = (line.strip("-*• \t") for line in critique.splitlines())
    return tuple(line for line in lines if line and not _SOUND.search(line))
