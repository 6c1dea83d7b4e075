"""What may be set about an export: one pydantic tree, in which every default stands."""

import math
import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from r2s.samples.dialogue import Loss
from r2s.samples.filters.catalogue import AnyFilter
from r2s.samples.targets.catalogue import AnyTarget
from r2s.samples.targets.messages import Messages

Format = Literal["jsonl", "parquet", "hf"]


class CardSettings(BaseModel):
    """What a dataset card says that trees cannot know: `licences` by source, as `{"wiki*": "CC BY-SA 4.0"}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = "Dialogues made by R2S"
    licence: str = "unknown"
    licences: dict[str, str] = Field(default_factory=dict)


class ExportSettings(BaseModel):
    """All that decides what an export holds.

    `filters` are asked in this order, those that remember after all others, and the first that refuses a dialogue is
    the reason. `split` are shares by name; `together` keeps near-duplicate documents in one split, or leaves them out
    (see `Splits`), null trusts their ids alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: AnyTarget = Messages()
    format: Format = "jsonl"
    loss: Loss = "once"
    meta: bool = True
    filters: tuple[AnyFilter, ...] = ()
    split: dict[str, float] = Field(default_factory=lambda: {"train": 1.0}, min_length=1)
    together: float | None = Field(default=0.8, gt=0, lt=1)
    card: CardSettings | None = None

    @field_validator("split")
    @classmethod
    def _whole(cls, split: dict[str, float]) -> dict[str, float]:
        if any(not re.fullmatch(r"[a-z]\w*", name) for name in split):
            raise ValueError("a split's name is letters, digits and _")
        if any(share <= 0 for share in split.values()) or not math.isclose(sum(split.values()), 1):
            raise ValueError("the shares must be over 0 and add up to 1, as in train=0.9,test=0.1")
        return split
