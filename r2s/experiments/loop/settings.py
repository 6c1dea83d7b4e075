"""What may be set about a loop: what all its runs and trainings have in common, and how each differs from that."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from r2s.config import LOOP, DocumentSettings, RunConfig
from r2s.errors import ConfigError
from r2s.runs.manifest import masked
from r2s.runs.methods import METHODS
from r2s.settings import merged, parse_override, put, read_settings, shipped, validated
from r2s.training.settings import TINY, TrainSettings, load_training_settings

Changes = dict[str, Any]
AS_THEY_ARE = DocumentSettings(section_characters=None, max_characters=10**9, duplicates="keep")


class LoopSettings(BaseModel):
    """All that decides a loop. The groups are settings of `r2s run` or `r2s train`, in all or some of the steps.

    `run` is of every run; `teacher`, `generate` and `talk` change it for the runs of the teacher, of the generators and
    of the dialogue models. `train` changes the shipped `recipe` for the generators, `dialogue` changes that for the
    dialogue models. What makes a step what it is (its method, what it learns) is not to be set.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str = TINY
    """What all models are trained from: a folder, a name on the Hugging Face hub, or tiny."""
    recipe: str | None = None
    """A shipped recipe of `r2s train`; null takes the one for tiny bases, and the paper's for others."""
    held_out: float = Field(default=0.2, gt=0, lt=1)
    """The share of the documents that the generators never learn from and are asked about."""
    engine: Literal["hf", "vllm"] = "hf"
    """What plays the trained models."""
    launch: str = ""
    """What starts a training on several GPUs, such as: accelerate launch --num_processes 8 --use_fsdp."""
    judge: str | None = None
    """The judge of K-BENCH; without one, what needs none is measured alone."""
    encoder: str = "lexical"
    """What CR is measured by."""
    run: Changes = Field(default_factory=dict)
    teacher: Changes = Field(default_factory=dict)
    generate: Changes = Field(default_factory=dict)
    talk: Changes = Field(default_factory=dict)
    train: Changes = Field(default_factory=dict)
    dialogue: Changes = Field(default_factory=dict)

    @model_validator(mode="after")
    def _usable(self) -> "LoopSettings":
        """Every run and training is one that can be: mistakes should not come up after hours."""
        for config in (self.teacher_run, self.direct_run, self.generator_run, self.talk_run):
            _check_method(config)
        for settings in (self.gllm_training, self.direct_training, self.dialogue_training):
            settings.identity()
        return self

    @cached_property
    def reading(self) -> DocumentSettings:
        """How the documents are read, once and for all steps."""
        return self._whole_run("teacher", self.teacher).documents

    @cached_property
    def teacher_run(self) -> RunConfig:
        """The teacher's dialogues, with their chain of dialogue logic."""
        return self._run("teacher", merged({"method": "cod_single"}, self.teacher))

    @cached_property
    def direct_run(self) -> RunConfig:
        """The same teacher's dialogues without any, written in one call."""
        return self._run("teacher", {**self.teacher, "method": "direct"})

    @cached_property
    def generator_run(self) -> RunConfig:
        """The dialogues of a trained generator; its model is named by who plays it."""
        return self._run("generate", {**self.generate, "method": "gllm"})

    @cached_property
    def talk_run(self) -> RunConfig:
        """Dialogues of a trained dialogue model with a simulated user."""
        asked = {"self_chat": {"plain": True, "sees_document": False}}
        return self._run("talk", {**merged(asked, self.talk), "method": "self_chat"})

    @cached_property
    def gllm_training(self) -> TrainSettings:
        return self._training("train", {**self.train, "target": "gllm"})

    @cached_property
    def direct_training(self) -> TrainSettings:
        """That of the generator which learns from the direct dialogues; its epochs follow from the tokens it reads."""
        return self.gllm_training.model_copy(update={"thoughts": False})

    @cached_property
    def dialogue_training(self) -> TrainSettings:
        return self._training("dialogue", {**merged(self.train, self.dialogue), "target": "dialogue"})

    def _run(self, group: str, changes: Changes) -> RunConfig:
        """A run of documents that the loop has read and cut already."""
        return self._whole_run(group, changes).model_copy(update={"documents": AS_THEY_ARE})

    def _whole_run(self, group: str, changes: Changes) -> RunConfig:
        config = validated(RunConfig, merged(self.run, changes), f"run and {group}")
        if masked(config)["base_url"] != config.base_url:
            raise ConfigError("run.base_url holds a password, and settings are kept in files; use OPENAI_API_KEY")
        return config

    def _training(self, group: str, changes: Changes) -> TrainSettings:
        recipe = self.recipe or ("tiny" if self.base == TINY else "paper")
        known = load_training_settings(recipe).model_dump(mode="json", exclude_unset=True)
        return validated(TrainSettings, merged(known, changes), f"the recipe {recipe}, train and {group}")


def _check_method(config: RunConfig) -> None:
    if METHODS[config.method].takes == "pairs":
        raise ConfigError(f"teacher.method: {config.method} plays on pairs, and a loop begins with documents")


def loop_presets() -> dict[str, str]:
    """The shipped settings of loops by name, each with its YAML text."""
    texts = shipped(resources.files("r2s.configs"))
    return {name: text for name, text in texts.items() if name.startswith(LOOP)}


def load_loop_settings(
    source: str | None = None, overrides: Sequence[str] = (), flags: Mapping[str, Any] | None = None
) -> LoopSettings:
    """The settings of a file or preset, changed by `a.b=c`, then by flags; without a source, the preset of the base.

    Raises `ConfigError` that names every mistake.
    """
    flags = {path: value for path, value in (flags or {}).items() if value is not None}
    source = source or (LOOP if flags.get("base", TINY) == TINY else f"{LOOP}-paper")
    settings = read_settings(source, loop_presets())
    for override in overrides:
        path, value = parse_override(override, "--set", "train.epochs=3")
        put(settings, path, value, override)
    for path, value in flags.items():
        put(settings, path.split("."), value, path)
    return validated(LoopSettings, settings, source)
