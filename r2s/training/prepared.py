"""All that a training begins with, beside the weights: what it learns from, in tokens, and how much of it at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accelerate import PartialState  # pyright: ignore[reportMissingImports]
from datasets import Dataset
from transformers import PreTrainedTokenizerBase  # pyright: ignore[reportMissingImports]

from r2s.training.batches import Batches, plan_batches
from r2s.training.corpus import Corpus
from r2s.training.settings import TrainSettings
from r2s.training.templates import Template
from r2s.training.trainers import dpo_trainer, encoded_dataset, pair_dataset, sft_trainer
from r2s.training.watch import Watch


@dataclass(frozen=True)
class Prepared:
    """`base` is where the base lies; `train` and `held_out` are the rows as TRL takes them."""

    base: str
    tokenizer: PreTrainedTokenizerBase
    template: Template
    corpus: Corpus
    settings: TrainSettings
    train: Dataset
    held_out: Dataset | None
    batches: Batches

    @classmethod
    def of(
        cls, base: str, tokenizer: PreTrainedTokenizerBase, template: Template, corpus: Corpus, settings: TrainSettings
    ) -> "Prepared":
        """The same in every process of a training."""
        rows = corpus.rows["train"]
        train = _dataset(rows, settings)
        held_out = _dataset(corpus.rows["held_out"], settings) if corpus.rows["held_out"] else None
        batches = plan_batches(settings, len(rows), len(train), PartialState().num_processes)
        return cls(base, tokenizer, template, corpus, settings, train, held_out, batches)

    def trainer(self, model: Any, folder: Path, watch: Watch) -> Any:
        """TRL's trainer of the model, which keeps its checkpoints in the folder."""
        make = dpo_trainer if self.settings.target == "preference" else sft_trainer
        data = {"train": self.train, "held_out": self.held_out, "callbacks": [watch]}
        return make(model, self.tokenizer, self.settings, self.batches, folder, **data)


def _dataset(rows: list[Any], settings: TrainSettings) -> Dataset:
    return pair_dataset(rows) if settings.target == "preference" else encoded_dataset(rows, settings)
