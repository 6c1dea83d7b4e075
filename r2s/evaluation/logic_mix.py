"""The mix of logic types against the one that was asked for."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from r2s.policies.logic import LogicPolicy, TargetMix
from r2s.settings import read_settings
from r2s.trees.node import LOGIC_TYPES, LogicType


class _Policies(BaseModel):
    logic: LogicPolicy = TargetMix()


class _Config(BaseModel):
    """Of a run's configuration, what it says of logic types; files that it names may be gone by now."""

    policies: _Policies = Field(default_factory=_Policies)


def target_of(config: Path) -> dict[LogicType, float] | None:
    """The shares that a run was held to, adding up to 1; null where it was left free, or where nobody knows."""
    if not config.is_file():
        return None
    try:
        logic = _Config.model_validate(read_settings(config, {})).policies.logic
    except ValidationError:
        return None
    if not isinstance(logic, TargetMix):
        return None
    total = sum(logic.shares.values())
    return {type: share / total for type, share in logic.shares.items()}


def mix_figures(counts: Counter[LogicType], target: Mapping[LogicType, float] | None) -> dict[str, Any]:
    """The shares of the types, and how far they are from the target: the share of turns that would have to be of
    another type (total variation, 0 to 1)."""
    total = counts.total()
    shares = {type: round(counts[type] / total, 4) for type in LOGIC_TYPES} if total else {}
    if not total or target is None:
        return {"turns": total, "shares": shares, "target": None, "distance": None}
    distance = sum(abs(counts[type] / total - target.get(type, 0)) for type in LOGIC_TYPES) / 2
    return {
        "turns": total,
        "shares": shares,
        "target": {type: round(target.get(type, 0), 4) for type in LOGIC_TYPES},
        "distance": round(distance, 4),
    }
