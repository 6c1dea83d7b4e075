"""`r2s train`: a model from the dialogues of runs."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from r2s.cli import settings
from r2s.cli.damaged import tell_damaged
from r2s.errors import StoppedError

if TYPE_CHECKING:
    from r2s.training.settings import TrainSettings
    from r2s.training.training import Training
    from r2s.trees.tree import ConversationTree

Resume = Literal["auto", "never"]

EXAMPLE = (
    "Example:  r2s train RUN --base tiny -o MODEL\n\n"
    "Another:  r2s train RUN_A RUN_B --base Qwen/Qwen2-7B -o MODEL --lora --set length=2048\n\n"
    "On several GPUs:  accelerate launch --num_processes 8 --use_fsdp -m r2s train RUN --base Qwen/Qwen2-7B -o MODEL"
)
HELP = (
    "Train a model on the dialogues of runs: GLLM, which takes the teacher's place, or the dialogue model itself.\n\n"
    "Targets are gllm (document to whole dialogue), gllm_turn (document and dialogue to next turn) and dialogue (the"
    " assistant's replies); --dpo trains on pairs of replies instead. Without --config the paper's recipe is followed;"
    " shipped recipes are paper, lora, qlora, dpo and tiny.\n\n"
    "--base tiny makes a model of half a million weights on the spot, and a tokenizer from the run's own documents: no"
    " download, minutes on a CPU. For learning the ropes, not for use; --set tiny.hidden=256 makes it larger.\n\n"
    "The loss counts on the replies alone, each learned once. No answer is ever cut: what does not fit is shortened"
    " elsewhere or left out, and left_out.jsonl says why. The same command goes on where it was stopped. Weights,"
    " tokenizer, README.md, train.yaml and training.json (inputs and outputs by hash) lie in the folder in the end."
)


def register(app: typer.Typer) -> None:
    app.command("train", help=HELP, short_help="Train a model on dialogues.", epilog=EXAMPLE)(train)


def train(
    runs: Annotated[list[Path], typer.Argument(help="Run directories.", metavar="RUN")],
    base: Annotated[str, typer.Option(help="A model's folder, its name on the Hugging Face hub, or tiny.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder of the new model.")],
    target: Annotated[str | None, typer.Option(help="gllm, gllm_turn or dialogue; gllm if not given.")] = None,
    config: Annotated[str | None, typer.Option("--config", "-c", help="A YAML file, or a shipped recipe.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="One setting, such as learning_rate=1e-4.")] = None,
    lora: Annotated[bool, typer.Option("--lora", help="Train adapters in place of all weights.")] = False,
    qlora: Annotated[bool, typer.Option("--qlora", help="The same, over a base in four bits; needs a GPU.")] = False,
    dpo: Annotated[bool, typer.Option("--dpo", help="Train on pairs of replies, from a trained model.")] = False,
    epochs: Annotated[float | None, typer.Option(help="How often every row is read.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take only the first rows.")] = None,
    seed: settings.Seed = None,
    report: Annotated[str | None, typer.Option(help="none, tensorboard, trackio or wandb; none if not given.")] = None,
    resume: Annotated[Resume, typer.Option(help="auto goes on where it stopped; never wants a new folder.")] = "auto",
    partial: settings.Partial = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be learned, and train nothing.")] = False,
    display: settings.Display = "full",
    as_json: settings.AsJson = False,
) -> None:
    """Train a model."""
    from r2s.training.packages import check_packages
    from r2s.training.settings import load_training_settings

    flags = {
        "target": "preference" if dpo else target,
        "lora.quantised": qlora if lora or qlora else None,
        "epochs": epochs,
        "limit": limit,
        "seed": seed,
        "report": report,
    }
    chosen = load_training_settings(config or recipe(base, dpo=dpo, qlora=qlora, lora=lora), set_ or (), flags)
    check_packages(*extra_packages(chosen))
    from r2s.cli.training_progress import Progress
    from r2s.training.training import Training

    trees, inputs = _trees(runs, partial)
    with Progress() as progress:
        job = Training(trees, inputs, base, chosen, out, tell=progress.say, on_step=progress.on_step)
        result = job.preview() if dry_run else _stoppable(job, resume)
    if job.is_first:
        typer.echo(_told(result, None if dry_run else out, as_json=as_json))


def recipe(base: str, *, dpo: bool, qlora: bool, lora: bool) -> str | None:
    """The shipped recipe that goes with the flags; null follows the paper's."""
    chosen = {"dpo": dpo, "qlora": qlora, "lora": lora, "tiny": base == "tiny"}
    return next((name for name, is_wanted in chosen.items() if is_wanted), None)


def extra_packages(chosen: TrainSettings) -> list[str]:
    """What these settings need beside what every training does."""
    wanted = {"peft": chosen.lora is not None, chosen.report: chosen.report != "none"}
    return [name for name, is_wanted in wanted.items() if is_wanted]


def _trees(runs: Sequence[Path], partial: bool) -> tuple[Callable[[], Iterator[ConversationTree]], dict[str, str]]:
    """How to read the trees of the runs, and the hash of each run's trees."""
    from r2s.runs.reading import check_finished, open_run, sound_trees

    for run in runs:
        open_run(run) if partial else check_finished(run)
    inputs = {str(run): _hash(open_run(run).trees) for run in runs}
    damaged = list[Exception]()

    def trees() -> Iterator[ConversationTree]:
        damaged.clear()
        yield from sound_trees(runs, damaged.append)
        tell_damaged(damaged)

    return trees, inputs


def _hash(trees: Path) -> str:
    from r2s.runs.directory import reading
    from r2s.training.place import sha256

    with reading(trees):
        return sha256(trees)


def _stoppable(job: Training, resume: Resume) -> dict[str, Any]:
    """The record of the training; Ctrl-C or SIGTERM saves a checkpoint after the update under way; twice ends it."""
    received: list[int] = []

    def stop(number: int, frame: object) -> None:
        if received:
            sys.exit(128 + number)
        received.append(number)
        typer.echo("r2s: stopping after this update, with a checkpoint; once more stops at once", err=True)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        return replace(job, stop=lambda: bool(received)).run(resume)
    except StoppedError as error:
        typer.echo(f"r2s: {error}", err=True)
        raise typer.Exit(128 + received[0]) from None


def _told(result: dict[str, Any], out: Path | None, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(result, ensure_ascii=False, indent=2)
    if out is None:
        rows = ", ".join(f"{split} {count}" for split, count in result["rows"].items())
        return f"{rows} rows, {result['tokens']} tokens; {result['updates']} updates of {result['batch']} rows"
    losses = [entry["loss"] for entry in result["losses"] if "loss" in entry]
    return (
        f"{len(losses)} updates, loss {losses[0]:.3f} at first and {losses[-1]:.3f} at last; the model is in {out}\n"
        f"go on with:  r2s serve {out}"
    )
