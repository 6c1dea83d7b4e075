"""What may be set about a training: one pydantic tree, in which every default stands: the paper's recipe."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from r2s.samples.dialogue import Loss
from r2s.samples.filters.catalogue import AnyFilter
from r2s.samples.settings import ExportSettings
from r2s.samples.targets.gllm import Gllm
from r2s.samples.targets.gllm_turn import GllmTurns
from r2s.samples.targets.messages import Messages
from r2s.samples.targets.preference import Preference
from r2s.samples.targets.target import Target
from r2s.settings import parse_override, put, read_settings, shipped, validated
from r2s.training.tiny import TinySize
from r2s.trees.gllm import Layout

TargetName = Literal["gllm", "gllm_turn", "dialogue", "preference"]
TINY = "tiny"


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoraSettings(_Settings):
    """Low-rank adapters on the linear layers, in place of all weights. `quantised` holds the base in four bits (QLoRA).

    With `merge`, the model's folder holds the base with the adapters in it; without, the adapters alone.
    """

    rank: int = Field(default=16, ge=1)
    alpha: int = Field(default=32, ge=1)
    dropout: float = Field(default=0.05, ge=0, lt=1)
    layers: str | tuple[str, ...] = "all-linear"
    quantised: bool = False
    merge: bool = True


class DpoSettings(_Settings):
    """`beta` is how near the model stays to where it began; `gap` and `rewrites` say what a pair is (see exports)."""

    beta: float = Field(default=0.1, gt=0)
    gap: float = Field(default=0.5, gt=0, le=4)
    rewrites: bool = True


class TrainSettings(_Settings):
    """All that decides a training. `target` is what is learned: `gllm` and `gllm_turn` from the document, `dialogue`
    the replies of the assistant, `preference` the better of two replies (DPO)."""

    target: TargetName = "gllm"
    thoughts: bool = True
    """Without, GLLM learns what was said and no chain of logic (the paper's `direct`)."""
    layout: Layout = "full"
    """Of GLLM's prompt and answer; `brief` is for small models. Who generates names the same (`gllm.layout`)."""
    loss: Loss = "once"
    filters: tuple[AnyFilter, ...] = ()
    held_out: float = Field(default=0.0, ge=0, lt=1)
    """The share of the documents whose loss is measured after each epoch and never learned from."""
    limit: int | None = Field(default=None, ge=1)
    """Take the first rows only."""

    epochs: float = Field(default=2, gt=0)
    batch: int = Field(default=512, ge=1)
    """Rows of one update of the weights, all devices together."""
    least_updates: int = Field(default=20, ge=1)
    """Updates that an epoch should have: a batch too large for it is made smaller (to 8 at least), and this is told."""
    micro_batch: int = Field(default=1, ge=1)
    """Rows, or packs of rows, that one device reads at once."""
    length: int = Field(default=4096, ge=16)
    """The most tokens of a row. Nothing is ever cut: see `r2s.training.fitting`."""
    batching: Literal["auto", "packing", "length", "plain"] = "auto"
    """Rows packed into sequences of `length`, rows of like length together, or rows as they come; `auto` packs on an
    accelerator only, as on a CPU one row after the other is faster (`benchmarks/training.py`)."""

    learning_rate: float = Field(default=2e-5, gt=0)
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup: float = Field(default=0.03, ge=0, lt=1)
    """The share of the updates in which the learning rate rises."""
    weight_decay: float = Field(default=0.0, ge=0)
    most_gradient: float = Field(default=1.0, gt=0)
    precision: Literal["auto", "bf16", "fp16", "fp32"] = "auto"
    """Of the computation; `auto` is bf16 where the device has it. All weights are then trained in 32 bits."""
    weights: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the base in memory; `auto` is 32 bits where its weights are trained, else the precision."""
    attention: str | None = None
    """An implementation by transformers' name; null takes flash_attention_2 where it is installed, else sdpa."""
    recompute: bool | None = None
    """Recompute activations in place of keeping them; null does so for more than a billion weights."""
    template: Path | None = None
    """A chat template with generation marks, for a base that brings none that can be used."""
    lora: LoraSettings | None = None
    dpo: DpoSettings = DpoSettings()
    tiny: TinySize = TinySize()
    seed: int = 0

    save_every: int | None = Field(default=None, ge=1)
    """Updates between checkpoints; null saves after each epoch."""
    keep: int = Field(default=2, ge=1)
    """Checkpoints that are kept."""
    report: Literal["none", "tensorboard", "trackio", "wandb"] = "none"

    @field_validator("lora", mode="before")
    @classmethod
    def _switched_on(cls, given: Any) -> Any:
        """`lora: true` takes the defaults."""
        return {} if given is True else None if given is False else given

    def identity(self) -> str:
        """A hash of everything that decides the weights; a training is only taken up again under the same."""
        hidden = {"save_every", "keep", "report"}
        return hashlib.sha256(
            json.dumps(self.model_dump(mode="json", exclude=hidden), sort_keys=True).encode()
        ).hexdigest()

    @property
    def export(self) -> ExportSettings:
        """Which dialogues are taken, and how they become rows: what an export of the same would do."""
        split = {"train": 1 - self.held_out, "held_out": self.held_out} if self.held_out else {"train": 1.0}
        return ExportSettings.model_validate(
            {"target": self._rows, "loss": self.loss, "filters": self.filters, "split": split}
        )

    @property
    def learns_once(self) -> bool:
        """Whether two answers of one tree that begin alike have their beginning learned once.

        Of the other targets, rows say by themselves which replies are learned in them.
        """
        return self.loss == "once" and self.target == "gllm"

    @property
    def _rows(self) -> Target:
        if self.target == "preference":
            return Preference(gap=self.dpo.gap, rewrites=self.dpo.rewrites)
        if self.target == "dialogue":
            return Messages()
        if self.target == "gllm_turn":
            return GllmTurns(thoughts=self.thoughts)
        return Gllm(thoughts=self.thoughts, layout=self.layout)


def training_presets() -> dict[str, str]:
    """The shipped recipes by name, each with its YAML text."""
    return shipped(resources.files("r2s.configs").joinpath("train"))


def load_training_settings(
    source: str | None = None, overrides: Sequence[str] = (), flags: Mapping[str, Any] | None = None
) -> TrainSettings:
    """The settings of a file or recipe, changed by `a.b=c` overrides, then by flags; `ConfigError` if unusable."""
    settings = read_settings(source, training_presets()) if source else {}
    for override in overrides:
        path, value = parse_override(override, "--set", "learning_rate=1e-4")
        put(settings, path, value, override)
    for path, value in (flags or {}).items():
        if value is not None:
            put(settings, path.split("."), value, path)
    return validated(TrainSettings, settings, source or "the training settings")
