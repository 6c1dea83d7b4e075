"""A small GLLM on a CPU: taught by the built-in baseline, then asked about documents that it has not seen.

    python -m benchmarks.gllm -o FOLDER        # an hour and a half on one quiet core; what is there is not made again

Invented entries (`entries.py`), a run of the baseline on them, two trainings on the same trees for as many tokens, with
thoughts (CoD) and without (Direct), and each model's dialogues about entries of another seed. Every step is a command
of R2S. Standard output is the tables of `gllm.md`.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread

from benchmarks.gllm_curve import MODELS, SETTINGS, ask
from benchmarks.gllm_figures import documents_of, table, tree_figures
from r2s.agents.gllm import FORMS
from r2s.evaluation.generated import first_replies, form_figures
from r2s.models.request import TextAnswer

RECIPE = Path(__file__).with_suffix(".yaml")
# The turns of a dialogue: an entry has four to six sentences.
BOUNDS = ("--turns", "6", "--set", "min_turns=3")
COLUMNS = ("dialogues", "turns", "grounded", "coverage", "told", "foreign", "distinct", "distinct_users")
FORM_COLUMNS = ("well_formed", "word_for_word", "in_its_passage")


class Free(TextAnswer):
    """A reply that no grammar holds."""


def main() -> None:
    """Make what is missing, and print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("-o", "--out", type=Path, required=True)
    arguments.add_argument("--documents", type=int, default=3000)
    arguments.add_argument("--held-out", type=int, default=300)
    given = arguments.parse_args()
    bench = Bench(given.out, given.documents, given.held_out)
    bench.make()
    print(bench.report())


class Bench:
    """A folder with everything in it; `seconds` tell how long each step took that was made just now."""

    def __init__(self, folder: Path, documents: int, held_out: int) -> None:
        self.folder = folder.absolute()
        self.documents = {
            "learnt": ("--count", documents, "--seed", 0),
            "unseen": ("--count", held_out, "--seed", 2, "--unlike", self.folder / "learnt.jsonl"),
        }
        self.seconds: dict[str, float] = {}

    def make(self) -> None:
        """Every step whose output is not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, drawn in self.documents.items():
            self._step(f"{name}.jsonl", "benchmarks.entries", *drawn, "-o")
            documents = self.folder / f"{name}.jsonl"
            self._step(f"teacher-{name}", "r2s", "run", documents, "--method", "cod_single", *BOUNDS, "-o")
        for model, thoughts in MODELS.items():
            self._train(model, thoughts)
            self._generate(model)

    def _train(self, model: str, thoughts: bool) -> None:
        """Rows without thoughts are shorter: they are read more often, until as many tokens were read."""
        told = ("--set", f"thoughts={json.dumps(thoughts)}", "--config", RECIPE.resolve())
        longer = () if thoughts else ("--epochs", f"{self._epochs_of_direct(told):.2f}")
        with self._kept(model):
            self._step(f"model-{model}", *self._training, *told, *longer, "-o")

    @contextmanager
    def _kept(self, model: str) -> Iterator[None]:
        """A training removes its checkpoints when it is done: meanwhile, their weights are put aside for the curve."""
        done = Event()

        def keep() -> None:
            while not done.wait(1):
                for checkpoint in (self.folder / f"model-{model}" / "checkpoints").glob("checkpoint-*"):
                    aside = self.folder / f"curve-{model}" / checkpoint.name
                    if (checkpoint / "trainer_state.json").exists() and not aside.exists():
                        shutil.copytree(checkpoint, aside, ignore=shutil.ignore_patterns("*.pt*"))

        keeper = Thread(target=keep)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    @property
    def _training(self) -> tuple[object, ...]:
        return ("r2s", "train", self.folder / "teacher-learnt", "--base", "tiny")

    def _epochs_of_direct(self, told: Sequence[object]) -> float:
        record = json.loads((self.folder / "model-CoD" / "training.json").read_text("utf-8"))
        learnt, updates = record["data"]["tokens"], record["updates"]
        dry = self._run(*self._training, *told, "--dry-run", "--json", "-o", self.folder / "dry")
        rows = sum(record["data"]["rows"].values())
        return updates * record["batch"] / rows * learnt / json.loads(dry)["tokens"]

    def _generate(self, model: str) -> None:
        settings = {"temperature": SETTINGS.temperature, "max_tokens": SETTINGS.max_tokens}
        sets = [part for name, value in settings.items() for part in ("--set", f"gllm.{name}={value}")]
        sets += ["--concurrency", "64", "--model", f"hf:{self.folder / f'model-{model}'}"]
        self._step(
            f"unseen-{model}", "r2s", "run", self.folder / "unseen.jsonl", "--method", "gllm", *BOUNDS, *sets, "-o"
        )

    def _step(self, output: str, *command: object) -> None:
        if (self.folder / output).exists() and command[0] != "r2s":
            return
        began = time.monotonic()
        self._run(*command, self.folder / output)
        self.seconds[output] = time.monotonic() - began

    def _run(self, *command: object) -> str:
        asked = [sys.executable, "-m", *map(str, command)]
        return subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout

    def report(self) -> str:
        """The tables."""
        unseen = documents_of(self.folder / "unseen.jsonl")
        rows = {"teacher": tree_figures(self.folder / "teacher-unseen", len(unseen))}
        forms: dict[str, dict[str, float]] = {}
        for model, thoughts in MODELS.items():
            run, form = self.folder / f"unseen-{model}", FORMS["brief", thoughts]
            rows[model] = tree_figures(run, len(unseen))
            forms[f"{model}, by its grammar"] = form_figures(first_replies(run, unseen), form)
            asked = partial(ask, self.folder / f"model-{model}", unseen)
            forms[f"{model}, circles not barred"] = form_figures(asyncio.run(asked(form, repeats=None)), form)
            forms[f"{model}, free"] = form_figures(asyncio.run(asked(Free)), form)
        took = "\n".join(f"- {name}: {seconds:.0f} s" for name, seconds in self.seconds.items())
        return "\n\n".join([table(rows, COLUMNS), table(forms, FORM_COLUMNS), took])


if __name__ == "__main__":
    main()
