"""Configuration: one pydantic tree, from one YAML file, `--set` and flags; every default stands here and only here."""

import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from r2s.agents.panel import Persona
from r2s.documents import ReadOptions
from r2s.errors import ConfigError
from r2s.models.batch.address import known_as
from r2s.models.prices import Price
from r2s.policies.acceptance import Acceptance
from r2s.policies.branching import BranchingPolicy, KeepBest
from r2s.policies.casting import CastingPolicy, SampledCast
from r2s.policies.consensus import ConsensusPolicy, RankScore
from r2s.policies.logic import LogicPolicy, TargetMix
from r2s.policies.revision import RevisionPolicy, WhenCriticised
from r2s.policies.steering import SteeringPolicy, VoteSteering
from r2s.policies.stopping import DEFAULT_STOP, StopPolicy

Method = Literal["cod_review", "cod"]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PolicySettings(_Settings):
    """What is decided without a model."""

    logic: LogicPolicy = TargetMix()
    casting: CastingPolicy = SampledCast()
    acceptance: Acceptance = Acceptance()
    consensus: ConsensusPolicy = RankScore()
    steering: SteeringPolicy = VoteSteering()
    revision: RevisionPolicy = WhenCriticised()
    branching: BranchingPolicy = KeepBest()
    stop: StopPolicy = DEFAULT_STOP


class DocumentSettings(ReadOptions, frozen=True):
    """Which documents are taken; `limit` counts those that could be read."""

    limit: int | None = Field(default=None, ge=1)


class Limits(_Settings):
    """How fast and how far a run may go; these change no dialogue, so a run can be resumed under others."""

    concurrency: int = Field(default=16, ge=1)
    max_calls: int | None = Field(default=None, ge=1)
    max_tokens: int | None = Field(default=None, ge=1)
    max_cost: float | None = Field(default=None, gt=0)
    requests_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)
    timeout: float = Field(default=120.0, gt=0)
    """Seconds to wait for one reply."""
    patience: float = Field(default=300.0, gt=0)
    """Seconds to wait for a server that is gone before the run ends."""


class RunConfig(_Settings):
    """All that decides what a run makes. `turns` is the most turns of a dialogue, `min_turns` what it should reach."""

    method: Method = "cod_review"
    models: dict[str, str] = Field(default_factory=lambda: {"default": "extractive"})
    base_url: str | None = None
    seed: int = 0
    dialogues: int = Field(default=1, ge=1)
    turns: int = Field(default=12, ge=1)
    min_turns: int = Field(default=8, ge=1)
    reviewers: int = Field(default=3, ge=0)
    candidates: int = Field(default=2, ge=1)
    find: int = Field(default=3, ge=1)
    personas: tuple[Persona, ...] | None = None
    policies: PolicySettings = PolicySettings()
    prices: dict[str, Price] = Field(default_factory=dict)
    documents: DocumentSettings = DocumentSettings()
    limits: Limits = Limits()

    def identity(self) -> str:
        """A hash of everything that decides the dialogues: limits, addresses and prices are left out."""
        settings = self.model_dump(mode="json", exclude={"limits", "base_url", "prices"})
        settings["models"] = self.known_models
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    @field_validator("models")
    @classmethod
    def _with_default(cls, models: dict[str, str]) -> dict[str, str]:
        return {"default": "extractive", **models}

    @property
    def known_models(self) -> dict[str, str]:
        """What plays each role, as trees tell it: without paths."""
        return {role: known_as(name) for role, name in self.models.items()}

    def model_for(self, role: str) -> str:
        """The name of the model that plays a role."""
        return self.models.get(role) or self.models["default"]


def load_config(
    source: str | Path | None = None, overrides: Sequence[str] = (), flags: Mapping[str, Any] | None = None
) -> RunConfig:
    """The configuration of a file or preset, changed by `a.b=c` overrides, then by flags; `ConfigError` if unusable."""
    settings = _read(source) if source else {}
    for override in overrides:
        path, value = _parse_override(override)
        _put(settings, path, value, override)
    for path, value in (flags or {}).items():
        if value is not None:
            _put(settings, path.split("."), value, path)
    return _validated(settings, str(source or "the settings"))


def presets() -> dict[str, str]:
    """The shipped configurations by name, each with its YAML text."""
    folder = resources.files("r2s.configs")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8") for file in files}


def _read(source: str | Path) -> dict[str, Any]:
    path = Path(source)
    shipped = presets()
    if path.is_file():
        text = path.read_text(encoding="utf-8")
    elif str(source) in shipped:
        text = shipped[str(source)]
    else:
        raise ConfigError(f"no configuration {source!s}: give a YAML file or one of {', '.join(shipped)}")
    try:
        settings = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"{source}: this is no YAML: {error}") from None
    if not isinstance(settings, dict):
        raise ConfigError(f"{source}: expected settings by name, found {type(settings).__name__}")
    return settings


def _parse_override(override: str) -> tuple[list[str], Any]:
    name, sign, value = override.partition("=")
    if not sign or not name:
        raise ConfigError(f"--set {override}: write it as name=value, such as policies.steering.longest_dig=1")
    try:
        return name.split("."), yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {override}: the value is no YAML: {error}") from None


def _put(settings: dict[str, Any], path: list[str], value: Any, where: str) -> None:
    for name in path[:-1]:
        inner = settings.setdefault(name, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"{where}: {name} is no group of settings")
        settings = inner
    settings[path[-1]] = value


def _validated(settings: dict[str, Any], where: str) -> RunConfig:
    try:
        return RunConfig.model_validate(settings)
    except ValidationError as error:
        problems = [_problem(problem) for problem in error.errors(include_url=False)]
        raise ConfigError(f"{where}: " + "; ".join(problems)) from None


def _problem(problem: Mapping[str, Any]) -> str:
    path = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        return f"{path}: {problem['msg']}"
    near = difflib.get_close_matches(str(problem["loc"][-1]), _names(RunConfig), n=1)
    return f"there is no setting {path}" + (f"; did you mean {near[0]}?" if near else "")


def _names(model: type[BaseModel]) -> list[str]:
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(name)
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            names.extend(_names(inner))
    return names
