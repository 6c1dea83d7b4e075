"""A training from trees to a model's folder: taken up again where it stopped, and written whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import huggingface_hub
import torch  # pyright: ignore[reportMissingImports]
import yaml
from accelerate import PartialState  # pyright: ignore[reportMissingImports]
from transformers.utils import logging  # pyright: ignore[reportMissingImports]

from r2s.clock import timestamp
from r2s.errors import ConfigError, StoppedError
from r2s.samples.dialogue import dialogues_of
from r2s.samples.formats.jsonl import JsonlFile
from r2s.samples.targets.gllm import Gllm
from r2s.training.bases import check_base, load_model, load_tokenizer, make_stop, merged
from r2s.training.card import card
from r2s.training.corpus import Corpus, make_corpus
from r2s.training.encoding import Encoder
from r2s.training.faults import check_space, told
from r2s.training.place import SCHEMA, Place, Resume, file_hashes
from r2s.training.prepared import Prepared
from r2s.training.settings import TINY, TrainSettings
from r2s.training.templates import template_for
from r2s.training.tiny import make_tiny
from r2s.training.watch import Step, Watch
from r2s.trees.gllm import Layout
from r2s.trees.tree import ConversationTree

Trees = Callable[[], Iterable[ConversationTree]]
_LIBRARIES = ("r2s-dialogues", "torch", "transformers", "trl", "accelerate", "datasets")


@dataclass(frozen=True)
class Training:
    """What is to be trained: `inputs` are the runs by the hash of their trees, `trees` reads these trees.

    The callbacks tell of what a user should know, and of each update; `stop` is asked after each.
    """

    trees: Trees
    inputs: Mapping[str, str]
    base: str
    settings: TrainSettings
    out: Path
    tell: Callable[[str], None] = lambda _: None
    on_step: Callable[[Step], None] = lambda _: None
    stop: Callable[[], bool] = lambda: False

    @property
    def place(self) -> Place:
        return Place(self.out)

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes and speaks; a launcher starts several."""
        return PartialState().is_main_process

    def run(self, resume: Resume = "auto") -> dict[str, Any]:
        """Train, and return the record that stands beside the weights; a finished training returns it at once.

        Raises `ConfigError`, `ResumeError` or `TrainError`, and `StoppedError` where `stop` said so.
        """
        _check_devices()
        _quieten()
        identity = self._identity()
        state = self.place.open(identity, resume)
        if state == "finished":
            self.place.clear()
            return self.place.read()
        # Every process reads the state before the first of them changes it.
        PartialState().wait_for_everyone()
        if state == "new" and self.is_first:
            self.place.clear()
        prepared = self._prepare()
        with told(self.out):
            return self._train(prepared, identity)

    def preview(self) -> dict[str, Any]:
        """What a training would do, without doing it or writing anything: rows, tokens, updates."""
        _check_devices()
        _quieten()
        with TemporaryDirectory() as folder:
            prepared = replace(self, out=Path(folder))._prepare()
        return {**prepared.corpus.figures(), "updates": prepared.batches.updates, "batch": prepared.batches.rows}

    def _prepare(self) -> Prepared:
        """Rows, batches and tokenizer; every process makes them alike."""
        with PartialState().main_process_first():
            base = self._base()
        check_base(base, self.settings)
        tokenizer = load_tokenizer(base)
        template = template_for(tokenizer, self.settings.template)
        corpus = make_corpus(self.trees(), self.settings, Encoder(tokenizer, template))
        prepared = Prepared.of(base, tokenizer, template, corpus, self.settings)
        self._tell_of(prepared)
        return prepared

    def _base(self) -> str:
        """Where the base lies; a tiny one is made beside the checkpoints."""
        if self.base != TINY:
            return self.base
        folder = self.place.checkpoints / "base"
        if self.is_first and not folder.exists():
            # Read first: a tree that cannot be read is no fault of the place that is written to.
            texts, draft = list(_texts(self.trees(), self.settings.layout)), folder.with_name("base.new")
            with told(self.out):
                make_tiny(draft, texts, size=self.settings.tiny, seed=self.settings.seed).rename(folder)
        return str(folder)

    def _tell_of(self, prepared: Prepared) -> None:
        figures = prepared.corpus.figures()
        if not self.is_first:
            return
        self.tell(f"{figures['rows']['train']} rows of {figures['trees']} trees, {figures['tokens']} tokens")
        for kind, count in figures["left_out"].items():
            self.tell(f"{count} left out or shortened ({kind}); why is in {self.place.left_out}")
        if prepared.batches.note:
            self.tell(prepared.batches.note)

    def _train(self, prepared: Prepared, identity: Mapping[str, Any]) -> dict[str, Any]:
        record = {
            "schema": SCHEMA,
            "status": "running",
            "identity": identity,
            "base": self.base,
            "inputs": dict(self.inputs),
            "started": timestamp(),
            "data": prepared.corpus.figures(),
            "updates": prepared.batches.updates,
            "batch": prepared.batches.rows,
            "note": prepared.batches.note,
            "packages": {name: version(name) for name in _LIBRARIES},
        }
        if self.is_first:
            self.place.write(record)
            self.place.drop_broken()
            _write_left_out(self.place.left_out, prepared.corpus)
        model = load_model(prepared.base, self.settings)
        check_space(self.out, model, self.settings.keep)
        make_stop(model, prepared.tokenizer, prepared.template)
        watch = Watch(self.on_step if self.is_first else lambda _: None, self.stop)
        trainer = prepared.trainer(model, self.place.checkpoints, watch)
        checkpoint = self.place.last_checkpoint()
        PartialState().wait_for_everyone()
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        if watch.is_stopped:
            raise StoppedError(f"stopped at update {trainer.state.global_step}; the same command goes on from there")
        return self._finish(trainer, prepared, record)

    def _finish(self, trainer: Any, prepared: Prepared, record: dict[str, Any]) -> dict[str, Any]:
        """Write weights, tokenizer, card and record; all processes hold parts of the weights, the first one writes."""
        finished = self.place.finished
        trainer.save_model(str(finished))
        losses = [entry for entry in trainer.state.log_history if "loss" in entry or "eval_loss" in entry]
        done = {**record, "status": "finished", "ended": timestamp(), "losses": losses}
        if not self.is_first:
            return done
        lora = self.settings.lora
        if lora and lora.merge:
            _merge(prepared, trainer.model, finished)
        prepared.tokenizer.save_pretrained(finished)
        # The trainer's own arguments, pickled; the settings stand in train.yaml.
        (finished / "training_args.bin").unlink(missing_ok=True)
        (finished / "README.md").write_text(card(self.settings, done), encoding="utf-8")
        settings = yaml.safe_dump(self.settings.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
        (finished / "train.yaml").write_text(settings, encoding="utf-8")
        return self.place.finish(done)

    def _identity(self) -> dict[str, Any]:
        """What decides the weights, by hash."""
        folder = Path(self.base).expanduser()
        base = file_hashes(folder) if self.base != TINY and folder.is_dir() else self.base
        return {"settings": self.settings.identity(), "inputs": sorted(self.inputs.values()), "base": base}


def _merge(prepared: Prepared, model: Any, finished: Path) -> None:
    """The base with the adapters in its weights, in place of the adapters alone."""
    adapter = finished.rename(finished.with_name(f"{finished.name}.adapter"))
    whole = merged(prepared.base, adapter, model)
    make_stop(whole, prepared.tokenizer, prepared.template)
    whole.save_pretrained(finished)


def _write_left_out(file: Path, corpus: Corpus) -> None:
    lines = JsonlFile(file)
    for entry in corpus.left_out:
        lines.write(entry)
    lines.close()


def _texts(trees: Iterable[ConversationTree], layout: Layout) -> Iterator[str]:
    """What a tiny base learns to spell: documents and dialogues, as GLLM reads and writes them."""
    for tree in trees:
        dialogues = list(dialogues_of(tree))
        if tree.document.text:
            yield from (said["content"] for row in Gllm(layout=layout).rows(dialogues) for said in row["messages"])
        else:
            yield from (said["content"] for dialogue in dialogues for said in dialogue.messages)


def _quieten() -> None:
    """Progress is told by ourselves, and rows that are too long are measured on purpose.

    TRL tells its makers of every training unless the hub's library is kept from it.
    """
    huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY = True
    logging.disable_progress_bar()
    logging.set_verbosity_error()


def _check_devices() -> None:
    # What is made of the launcher's settings first holds for good, and processes on a CPU are found on demand only.
    PartialState(cpu=not torch.accelerator.is_available())
    if torch.cuda.device_count() > 1 and PartialState().num_processes == 1:
        raise ConfigError(
            f"{torch.cuda.device_count()} GPUs are there and one process to use them: start it with "
            "accelerate launch -m r2s train ..., or show it one GPU (CUDA_VISIBLE_DEVICES=0)"
        )
