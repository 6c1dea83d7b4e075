"""A step of a loop: one command of R2S, what it reads, what it makes, and what of its settings decides the result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from r2s.config import RunConfig
from r2s.experiments.loop.directory import LoopDirectory
from r2s.runs.manifest import masked
from r2s.training.place import Place
from r2s.training.settings import TrainSettings

Settings = Mapping[str, Any]


class Program(Protocol):
    """Carries commands of R2S out, each in a process of its own, so that a model's memory is free again after it."""

    def run(self, arguments: Sequence[str], launch: str = "", into: Path | None = None) -> int:
        """The exit code; standard output goes `into` a file, or nowhere. `launch` is what starts the command."""
        ...

    def ask(self, arguments: Sequence[str]) -> dict[str, Any]:
        """What a command prints as JSON; raises `R2SError` where it fails."""
        ...


@dataclass(frozen=True)
class Step:
    """`name` is stage/part, and where the result lies. `reads` are results of steps before it, by their names.

    `identity` is a hash of the settings that decide the result. `arguments` are those of the command, given the
    directory and what is there of `reads`. `settle` finds settings that depend on earlier results. With `takes_any`,
    the step does with those of its inputs that are there; else all must be. `wants` says of what it cannot begin
    without dialogues.
    """

    name: str
    reads: tuple[str, ...]
    identity: str
    arguments: Callable[[LoopDirectory, Sequence[str]], list[str]]
    settings: Settings | None = None
    settle: Callable[[LoopDirectory, Program], Settings] | None = None
    launch: str = ""
    prints: bool = False
    takes_any: bool = False
    wants: str | None = None

    @property
    def stage(self) -> str:
        return self.name.partition("/")[0]


def run_step(name: str, documents: str, config: RunConfig, *, model: tuple[str, str] | None = None) -> Step:
    """A run; `model` is a role and the step that trained the model which plays it, with the engine before a colon.

    A teacher's calls are kept in the loop's journal, so that nothing is paid twice. Trained models are known by their
    folders' names, which stay when a model is trained again: their calls are kept in the run alone.
    """
    engine, _, trained = model[1].partition(":") if model else ("", "", "")

    def arguments(place: LoopDirectory, there: Sequence[str]) -> list[str]:
        kept = [] if model else ["--journal", str(place.journal)]
        plays = ["--model", f"{model[0]}={engine}:{place.at(trained)}"] if model else []
        chosen = ["--config", str(place.settings(name)), *plays, *kept]
        return ["run", str(place.at(documents)), "-o", str(place.at(name)), *chosen]

    reads = (documents, *([trained] if model else []))
    return Step(name, reads, f"{config.identity()}{engine}", arguments, masked(config))


def export_step(name: str, run: str, training: TrainSettings) -> Step:
    """What a training learns, as a data set to look at and to take elsewhere."""
    settings = training.export.model_dump(mode="json", exclude={"split"})

    def arguments(place: LoopDirectory, there: Sequence[str]) -> list[str]:
        # What is there is an export that came to its end unrecorded.
        chosen = ["--config", str(place.settings(name)), "--force"]
        return ["export", str(place.at(run)), *chosen, "-o", str(place.at(name))]

    return Step(name, (run,), training.identity(), arguments, settings)


def train_step(
    name: str,
    run: str,
    base: str,
    training: TrainSettings,
    *,
    launch: str = "",
    like: str | None = None,
    wants: str | None = None,
) -> Step:
    """A training on the trees of a run; `like` is one that has read as many tokens as this one shall."""

    def arguments(place: LoopDirectory, there: Sequence[str]) -> list[str]:
        chosen = ["--base", base, "--config", str(place.settings(name))]
        return ["train", str(place.at(run)), *chosen, "-o", str(place.at(name))]

    def settle(place: LoopDirectory, program: Program) -> Settings:
        assert like is not None
        dry = program.ask([*arguments(place, ()), "--dry-run", "--json"])
        read = training.epochs * _record(place, like)["data"]["tokens"]
        return {**settings, "epochs": round(read / dry["tokens"], 4)}

    settings = training.model_dump(mode="json")
    reads = (run, *([like] if like else []), *_folder(base))
    identity = f"{training.identity()}{base}"
    return Step(name, reads, identity, arguments, settings, settle if like else None, launch, wants=wants)


def scores_step(name: str, runs: Sequence[str], judge: RunConfig, judge_name: str, encoder: str) -> Step:
    """K-BENCH of runs, its figures in a file; the judge's calls are kept in the loop's journal."""

    def arguments(place: LoopDirectory, there: Sequence[str]) -> list[str]:
        chosen = ["--judge", judge_name, "--encoder", encoder, "--config", str(place.settings(name))]
        return ["eval", *(str(place.at(run)) for run in there), *chosen, "--journal", str(place.journal), "--json"]

    identity = f"{judge.identity()}{judge_name}{encoder}"
    return Step(name, tuple(runs), identity, arguments, masked(judge), prints=True, takes_any=True)


def _folder(base: str) -> tuple[str, ...]:
    """A base that lies in a folder is read like the result of a step; it stands outside the loop's directory."""
    folder = Path(base).expanduser().absolute()
    return (str(folder),) if folder.is_dir() else ()


def _record(place: LoopDirectory, model: str) -> dict[str, Any]:
    return Place(place.at(model)).read()
