"""Configuration: one pydantic tree, from one YAML file, `--set` and flags; every default stands here and only here."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from r2s.agents.panel import Persona
from r2s.agents.prompt_folder import PromptFolder
from r2s.agents.reviewer import MOST_DRAFTS
from r2s.documents import ReadOptions
from r2s.models.names import known_as
from r2s.models.prices import Price
from r2s.plugins import METHODS, offers
from r2s.policies.acceptance import Acceptance
from r2s.policies.branching import BranchingPolicy, KeepBest
from r2s.policies.casting import CastingPolicy, SampledCast
from r2s.policies.consensus import ConsensusPolicy, RankScore
from r2s.policies.evolving import EvolvingPolicy, NoEvolving
from r2s.policies.logic import LogicPolicy, TargetMix
from r2s.policies.reflection import Reflection
from r2s.policies.revision import RevisionPolicy, WhenCriticised
from r2s.policies.steering import SteeringPolicy, VoteSteering
from r2s.policies.stopping import DEFAULT_STOP, StopPolicy
from r2s.settings import parse_override, put, read_settings, shipped, validated
from r2s.trees.gllm import Layout

# Where the presets of trainings lie, and how those of loops begin.
TRAINING, LOOP = "train/", "loop"

Method = Literal["cod_review", "cod", "review", "reflection", "direct", "cot", "cod_single", "self_chat", "gllm"]


def _offered(name: Any) -> Any:
    """The name of a method that comes with R2S or with a plug-in."""
    known = get_args(Method)
    if name not in known and name not in (offered := offers(METHODS)):
        told = f"; plug-ins have {', '.join(offered)}" if offered else ""
        raise ValueError(f"there is no method {name!r}; methods are {', '.join(known)}{told}")
    return name


MethodName = Annotated[str, AfterValidator(_offered)]

# The most turns of a dialogue where none are given: R2S's own number, and those that a method's paper has.
TURNS, TURNS_OF = 12, {"review": 3}


# Settings that change no dialogue: how fast and far a run goes, and where.
UNDECIDING = ("limits", "engine", "tracing", "base_url", "prices")


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
    evolving: EvolvingPolicy = NoEvolving()
    reflection: Reflection = Reflection()
    quorum: float = Field(default=0.5, gt=0, le=1)
    """The share of the reviewers who must be heard; with fewer, the turn has failed."""


class DocumentSettings(ReadOptions, frozen=True):
    """Which documents are taken; `limit` counts those that could be read."""

    limit: int | None = Field(default=None, ge=1)


class Limits(_Settings):
    """How fast and how far a run may go; these change no dialogue, so a run can be resumed under others."""

    concurrency: int = Field(default=16, ge=1)
    """Calls under way at once."""
    max_calls: int | None = Field(default=None, ge=1)
    max_tokens: int | None = Field(default=None, ge=1)
    max_cost: float | None = Field(default=None, gt=0)
    """In US dollars."""
    requests_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)
    timeout: float = Field(default=120.0, gt=0)
    """Seconds to wait for one reply."""
    patience: float = Field(default=300.0, gt=0)
    """Seconds to wait for a server that is gone before the run ends."""
    batch_tokens: int = Field(default=32_768, ge=1)
    """Tokens of one batch of an hf: model, prompts and replies; it falls by itself where the memory is too small."""


class EngineSettings(_Settings):
    """Where dialogues are played; it changes none, so a run can be resumed elsewhere.

    `local` plays in this process, or with `workers` in so many beside it. `ray` plays on the cluster at `ray_address`,
    or on this machine's cores without one; `workers` are as many as the cluster has cores where none are given.
    """

    kind: Literal["local", "ray"] = "local"
    workers: int | None = Field(default=None, ge=1)
    ray_address: str | None = None

    @model_validator(mode="after")
    def _address_is_used(self) -> Self:
        if self.ray_address is not None and self.kind != "ray":
            raise ValueError("a Ray address goes with the engine ray")
        return self


class WriterSettings(_Settings):
    """How `direct`, `cot` and `cod_single` have a whole dialogue written in one call; the defaults are R2S's own."""

    temperature: float = Field(default=0.0, ge=0, le=2)
    max_tokens: int = Field(default=4096, ge=1)
    """The longest reply: a whole dialogue."""
    longest_document: int = Field(default=20_000, ge=1)
    """In characters; what goes beyond is cut off at the end, after a whole sentence."""


class GllmSettings(_Settings):
    """How `gllm` has a trained model write. `layout` and `thoughts` are those of the rows that it was trained on; null
    takes what the training has noted in the model's folder, or else the full layout with thoughts."""

    layout: Layout | None = None
    thoughts: bool | None = None
    temperature: float = Field(default=0.7, ge=0, le=2)
    """At 0, the dialogues of one document are all the same."""
    top_p: float = Field(default=0.9, gt=0, le=1)
    repeats: int | None = Field(default=3, ge=2)
    """How often in a row the same tokens may come, unless the document has them so: a small model may go round in
    circles. Kept by `hf:`, by `vllm:` and by what `r2s serve` serves; null bars nothing."""
    max_tokens: int = Field(default=4096, ge=1)
    """The longest reply: a whole dialogue; of a longer one the turn that is cut off is left out."""
    longest_document: int = Field(default=20_000, ge=1)
    """In characters; what goes beyond is cut off at the end, after a whole sentence."""


class SelfChatSettings(_Settings):
    """How `self_chat` is played; without the document the assistant answers from what it knows, as in Baize."""

    sees_document: bool = True
    plain: bool = False
    """The assistant is a model under test: asked as in a chat, in plain text, and taken at its first word."""
    max_tokens: int = Field(default=1024, ge=1)
    """The longest reply of the assistant."""


class RunConfig(_Settings):
    """All that decides what a run makes.

    `turns` is the most turns of a dialogue, by default what its method has; `min_turns` is what it should reach.
    """

    method: MethodName = "cod_review"
    models: dict[str, str] = Field(default_factory=lambda: {"default": "extractive"})
    """What plays each role, by the role's name; `default` plays those that have none of their own."""
    base_url: str | None = None
    """The address of the OpenAI-compatible server."""
    seed: int = 0
    dialogues: int = Field(default=1, ge=1)
    """Dialogues of every document."""
    turns: int = Field(default_factory=lambda settings: TURNS_OF.get(settings.get("method", ""), TURNS), ge=1)
    min_turns: int = Field(default=8, ge=1)
    reviewers: int = Field(default=3, ge=0)
    """The size of the panel; without anybody in it there is no review."""
    candidates: int = Field(default=2, ge=1, le=MOST_DRAFTS)
    """Drafts of every reply."""
    find: int = Field(default=3, ge=1)
    """Passages that a search brings for a turn."""
    personas: tuple[Persona, ...] | None = None
    """The reviewers in the order of their seats; the shipped ones where none are given."""
    writer: WriterSettings = WriterSettings()
    self_chat: SelfChatSettings = SelfChatSettings()
    gllm: GllmSettings = GllmSettings()
    prompts: PromptFolder | None = None
    policies: PolicySettings = PolicySettings()
    prices: dict[str, Price] = Field(default_factory=dict)
    """Prices by model, which go before those that R2S knows."""
    documents: DocumentSettings = DocumentSettings()
    limits: Limits = Limits()
    engine: EngineSettings = EngineSettings()
    tracing: bool = False
    """Send traces to LangSmith as its own variables say (LANGSMITH_TRACING and others); without it none are sent."""

    def identity(self) -> str:
        """A hash of everything that decides the dialogues: limits, addresses, prices and the engine are left out.

        Of a file or folder that counts, what it holds is in the hash and not where it lies.
        """
        hidden = {**dict.fromkeys(UNDECIDING, True), "personas": {"__all__": {"model"}}}
        places = {"prompts": {"folder"}, "policies": {"casting": {"file"}}}
        settings = self.model_dump(mode="json", exclude={**hidden, **places})
        settings["models"] = self.known_models
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    @field_validator("models")
    @classmethod
    def _with_default(cls, models: dict[str, str]) -> dict[str, str]:
        return {"default": "extractive", **models}

    @property
    def named_models(self) -> dict[str, str]:
        """The model of each role that has one, and of each reviewer with a model of their own as `reviewer:NAME`."""
        own = {f"reviewer:{persona.name}": persona.model for persona in self.personas or () if persona.model}
        return {**self.models, **own}

    @property
    def known_models(self) -> dict[str, str]:
        """What plays each role, as trees tell it: without paths."""
        return {role: known_as(name) for role, name in self.named_models.items()}

    def model_for(self, role: str) -> str:
        """The name of the model that plays a role; a reviewer is asked for as `reviewer:NAME`."""
        models = self.named_models
        return models.get(role) or models.get(role.partition(":")[0]) or models["default"]


def load_config(
    source: str | Path | None = None, overrides: Sequence[str] = (), flags: Mapping[str, Any] | None = None
) -> RunConfig:
    """The configuration of a file or preset, changed by `a.b=c` overrides, then by flags; `ConfigError` if unusable."""
    settings = read_settings(source, presets()) if source else {}
    for override in overrides:
        path, value = parse_override(override, "--set", "policies.steering.longest_dig=1")
        put(settings, path, value, override)
    for path, value in (flags or {}).items():
        if value is not None:
            put(settings, path.split("."), value, path)
    return validated(RunConfig, settings, str(source or "the settings"))


def presets() -> dict[str, str]:
    """The shipped configurations of runs by name, such as `plain` or `kbench/science`, each with its YAML text."""
    texts = shipped(resources.files("r2s.configs"))
    return {name: text for name, text in texts.items() if not name.startswith((TRAINING, LOOP))}
