"""The model card: what a model was trained on and how, what it is for, and what it is not for."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import yaml

from r2s.models.names import BASELINE
from r2s.samples.markdown import table
from r2s.training.settings import TINY, TrainSettings

_WHAT = {
    "gllm": "a generator: given a document it writes a whole dialogue about it, as JSON",
    "gllm_turn": "a generator: given a document and a dialogue it writes the next turn, as JSON",
    "dialogue": "a dialogue model: it answers a user in several turns",
    "preference": "a dialogue model, trained to prefer the better of two replies (DPO)",
}
_TINY = (
    "> **For learning the ropes.** This model was made on the spot, with random weights and a tokenizer that knows its"
    " own documents best. It shows that a training works; it is not a model for use."
)
_TEACHER = (
    f"> **Taught by a baseline, not by a language model.** R2S's built-in baseline `{BASELINE}` played a role"
    " in the dialogues. Such a model is for trying things out, for tests and for comparison."
)
_LIMITS = """What the dialogues hold, the model may say: they were made by models and no person has read all of them.
A generator copies from its document and may still say what does not stand in it; R2S checks what it cites when it runs
it. The licences of the documents and of the base bind whoever uses or shares this model."""


def card(settings: TrainSettings, record: Mapping[str, Any]) -> str:
    """The card as Markdown, with the front matter of the Hugging Face hub."""
    notes = [
        *([_TINY] if record["base"] == TINY else []),
        *([_TEACHER] if BASELINE in record["data"]["models"] else []),
    ]
    sections = [
        f"# {settings.target} of R2S",
        *notes,
        f"This is {_WHAT[settings.target]}. It was trained by R2S {version('r2s-dialogues')} from `{record['base']}`.",
        "## How to use it\n\n" + _use(settings),
        "## What it was trained on\n\n" + table(("what", "count"), _data(record)),
        "## How it was trained\n\n" + table(("setting", "value"), _recipe(settings, record)),
        "The whole configuration is in `train.yaml`; inputs and outputs by their hashes are in `training.json`.",
        "## Limits\n\n" + _LIMITS,
    ]
    return f"---\n{_front_matter(record)}---\n\n" + "\n\n".join(sections) + "\n"


def _front_matter(record: Mapping[str, Any]) -> str:
    languages = sorted({lang.partition("-")[0] for lang in record["data"]["languages"]})
    base = {} if record["base"] == TINY else {"base_model": record["base"]}
    data = {**base, "language": languages, "library_name": "transformers", "pipeline_tag": "text-generation"}
    return yaml.safe_dump({**data, "tags": ["r2s", "multi-turn"]}, sort_keys=False)


def _use(settings: TrainSettings) -> str:
    if settings.target == "gllm":
        return "    r2s run DOCS --method gllm --model hf:MODEL -o RUN\n    r2s serve MODEL"
    return "    r2s serve MODEL"


def _data(record: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    data = record["data"]
    yield from ((f"rows, {split}", count) for split, count in data["rows"].items())
    yield from ((f"documents, {split}", count) for split, count in data["documents"].items())
    if data["tokens"]:
        yield "tokens", data["tokens"]
        yield "tokens whose loss counts", data["trained_tokens"]
    yield from ((f"dialogues by {model}", count) for model, count in data["models"].items())
    yield from ((f"left out or shortened: {kind}", count) for kind, count in data["left_out"].items())


def _recipe(settings: TrainSettings, record: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    trained = "adapters (QLoRA)" if settings.lora and settings.lora.quantised else "adapters (LoRA)"
    yield "weights", trained if settings.lora else "all"
    yield "epochs", f"{settings.epochs:g}"
    yield "updates", record["updates"]
    yield "rows an update", f"{record['batch']} (the recipe says {settings.batch})"
    yield "learning rate", f"{settings.learning_rate:g}, {settings.schedule}, warm-up {settings.warmup:.0%}"
    yield "most tokens of a row", settings.length
    losses = [entry["loss"] for entry in record["losses"] if "loss" in entry]
    yield "loss, first and last update", f"{losses[0]:.4f}, {losses[-1]:.4f}"
    held_out = [entry["eval_loss"] for entry in record["losses"] if "eval_loss" in entry]
    if held_out:
        yield "loss on held-out documents, after each epoch", ", ".join(f"{loss:.4f}" for loss in held_out)
