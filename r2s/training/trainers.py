"""TRL's trainers, set up from our settings: supervised fine-tuning on rows of tokens, DPO on pairs."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
from datasets import Dataset, disable_progress_bars
from transformers import (  # pyright: ignore[reportMissingImports]
    PreTrainedTokenizerBase,
    PrinterCallback,
    ProgressCallback,
    TrainerCallback,
    TrainingArguments,
)
from transformers.trainer_pt_utils import LengthGroupedSampler  # pyright: ignore[reportMissingImports]
from trl.data_utils import pack_dataset  # pyright: ignore[reportMissingImports]
from trl.trainer.dpo_config import DPOConfig  # pyright: ignore[reportMissingImports]
from trl.trainer.dpo_trainer import DPOTrainer  # pyright: ignore[reportMissingImports]
from trl.trainer.sft_config import SFTConfig  # pyright: ignore[reportMissingImports]
from trl.trainer.sft_trainer import SFTTrainer  # pyright: ignore[reportMissingImports]

from r2s.samples.targets.target import Row
from r2s.training.bases import adapters, is_bf16, recomputes
from r2s.training.batches import Batches
from r2s.training.encoding import Encoded
from r2s.training.settings import TrainSettings

# What 5.20 of transformers calls by a new name; vLLM's build for the CPU wants an older one beside it.
_NEW, _OLD = "activation_checkpointing", "gradient_checkpointing"
_RECOMPUTE = _NEW if _NEW in {field.name for field in fields(TrainingArguments)} else _OLD


class LikeLengths(LengthGroupedSampler):
    """Rows of like length together; an epoch's order follows from its number, so that one taken up again has the same.

    Left to itself, the order follows from whatever was drawn before it.
    """

    def __init__(self, rows: int, data: Dataset, seed: int) -> None:
        super().__init__(rows, dataset=data)
        self._seed = seed
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        self.generator = torch.Generator().manual_seed(self._seed + epoch)


class Trainer(SFTTrainer):
    """TRL's, with an order of rows that is the same when a training is taken up again."""

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> Any:
        if self.args.train_sampling_strategy != "group_by_length":
            return super()._get_train_sampler(train_dataset)
        rows = self.args.train_batch_size * self.args.gradient_accumulation_steps
        return LikeLengths(rows, self.train_dataset if train_dataset is None else train_dataset, self.args.seed)


def encoded_dataset(rows: list[Encoded], settings: TrainSettings) -> Dataset:
    """Rows as TRL's collator takes them; packed ones carry the lengths by which they are kept apart."""
    disable_progress_bars()
    data = Dataset.from_dict({"input_ids": [row.tokens for row in rows], "labels": [row.labels for row in rows]})
    if batching(settings) == "packing":
        return pack_dataset(data, settings.length, "bfd")
    return data


def pair_dataset(rows: list[Row]) -> Dataset:
    """Preference pairs, which TRL's trainer renders and tokenizes."""
    disable_progress_bars()
    return Dataset.from_list(rows)


def sft_trainer(
    model: Any, tokenizer: PreTrainedTokenizerBase, settings: TrainSettings, batches: Batches, folder: Path, **data: Any
) -> SFTTrainer:
    """A trainer on rows that need no preparation: they are tokens already, none is too long, packs are made."""
    config = SFTConfig(
        packing=batching(settings) == "packing",
        max_length=settings.length,
        dataset_kwargs={"skip_prepare_dataset": True},
        **_arguments(model, settings, batches, folder, **data),
    )
    trainer = Trainer(
        model=model, args=config, processing_class=tokenizer, peft_config=adapters(settings), **_datasets(data)
    )
    return _ours(trainer, data["callbacks"])


def dpo_trainer(
    model: Any, tokenizer: PreTrainedTokenizerBase, settings: TrainSettings, batches: Batches, folder: Path, **data: Any
) -> DPOTrainer:
    """A trainer on pairs that fit; the reference is the model as it was."""
    config = DPOConfig(beta=settings.dpo.beta, max_length=None, **_arguments(model, settings, batches, folder, **data))
    trainer = DPOTrainer(
        model=model, args=config, processing_class=tokenizer, peft_config=adapters(settings), **_datasets(data)
    )
    return _ours(trainer, data["callbacks"])


def batching(settings: TrainSettings) -> str:
    """How rows are put together; on a CPU, attention within a pack costs more than what packing saves."""
    if settings.batching != "auto":
        return settings.batching
    return "packing" if torch.accelerator.is_available() else "plain"


def _datasets(data: dict[str, Any]) -> dict[str, Any]:
    return {"train_dataset": data["train"], "eval_dataset": data["held_out"]}


def _arguments(model: Any, settings: TrainSettings, batches: Batches, folder: Path, **data: Any) -> dict[str, Any]:
    """What both trainers are told."""
    is_grouped = batching(settings) == "length" and settings.target != "preference"
    return {
        "output_dir": str(folder),
        "num_train_epochs": settings.epochs,
        "per_device_train_batch_size": batches.micro,
        "per_device_eval_batch_size": batches.micro,
        "gradient_accumulation_steps": batches.accumulation,
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": settings.schedule,
        "warmup_steps": settings.warmup,
        "weight_decay": settings.weight_decay,
        "max_grad_norm": settings.most_gradient,
        "bf16": is_bf16(settings),
        "fp16": settings.precision == "fp16",
        _RECOMPUTE: recomputes(settings, model),
        "train_sampling_strategy": "group_by_length" if is_grouped else "random",
        "seed": settings.seed,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "save_strategy": "steps" if settings.save_every else "epoch",
        "save_steps": settings.save_every or 500,
        "save_total_limit": settings.keep,
        "eval_strategy": "epoch" if data["held_out"] is not None else "no",
        "report_to": settings.report,
        "disable_tqdm": True,
        "dataloader_pin_memory": torch.cuda.is_available(),
        "use_cpu": not torch.accelerator.is_available(),
    }


def _ours(trainer: Any, callbacks: list[TrainerCallback]) -> Any:
    """The trainer with our callbacks in place of those that print to standard output."""
    trainer.remove_callback(PrinterCallback)
    trainer.remove_callback(ProgressCallback)
    for callback in callbacks:
        trainer.add_callback(callback)
    return trainer
