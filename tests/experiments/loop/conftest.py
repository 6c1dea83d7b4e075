"""Loops whose trainings are pretended: runs are real ones of the baseline, models are files that tell what was learnt."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.entries import entries
from r2s.config import load_config
from r2s.evaluation.kbench.coverage import CoverageSettings
from r2s.evaluation.kbench.evaluating import measure_run
from r2s.evaluation.kbench.report import run_figures
from r2s.experiments.loop.directory import LoopDirectory
from r2s.experiments.loop.loop import Loop, LoopReport, Told
from r2s.experiments.loop.settings import load_loop_settings
from r2s.models.journal import Journal
from r2s.runs.runner import Run

SHORT = ("run.turns=2", "run.min_turns=1", "talk.turns=2", "talk.self_chat.sees_document=true", "held_out=0.4")
TOKENS = {"teacher/cod": 300, "teacher/direct": 100}


class Pretending:
    """Carries out what a loop asks for. `codes` are exit codes of steps that are to fail, `empty` runs without trees."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.launches: dict[str, str] = {}
        self.codes: dict[str, int] = {}
        self.empty: set[str] = set()

    def run(self, arguments: Sequence[str], launch: str = "", into: Path | None = None) -> int:
        verb, *given = arguments
        out = into or Path(given[given.index("-o") + 1])
        name = "/".join(out.parts[-2:])
        self.done.append(name)
        self.launches[name] = launch
        code = self.codes.get(name, 0)
        if code not in (0, 3):
            return code
        {"run": self._play, "export": self._export, "train": self._train, "eval": self._judge}[verb](given, out)
        return code

    def ask(self, arguments: Sequence[str]) -> dict[str, Any]:
        assert arguments[-2:] == ["--dry-run", "--json"]
        return {"tokens": TOKENS["/".join(Path(arguments[1]).parts[-2:])]}

    def _play(self, given: list[str], out: Path) -> None:
        """A run of the baseline, whoever was to play it."""
        settings = yaml.safe_load(Path(given[given.index("--config") + 1]).read_text(encoding="utf-8"))
        is_empty = "/".join(out.parts[-2:]) in self.empty
        method = "cod_single" if settings["method"] == "gllm" else settings["method"]
        config = load_config(flags={**settings, "method": method, **({"turns": 1, "min_turns": 1} if is_empty else {})})
        asyncio.run(_played(given[0], config, out))
        if is_empty:
            (out / "trees.jsonl").write_bytes(b"")

    def _export(self, given: list[str], out: Path) -> None:
        out.write_bytes(Path(given[0], "trees.jsonl").read_bytes())

    def _train(self, given: list[str], out: Path) -> None:
        learnt = hashlib.sha256(Path(given[0], "trees.jsonl").read_bytes()).hexdigest()
        settings = Path(given[given.index("--config") + 1]).read_text(encoding="utf-8")
        out.mkdir(parents=True)
        (out / "model.safetensors").write_text(learnt, encoding="utf-8")
        (out / "train.yaml").write_text(settings, encoding="utf-8")
        data = {"tokens": TOKENS.get("/".join(Path(given[0]).parts[-2:]), 50), "rows": {"train": 3}}
        losses = [{"loss": 2.0}, {"loss": 1.0}]
        record = {"status": "finished", "data": data, "updates": 2, "batch": 8, "losses": losses}
        (out / "training.json").write_text(json.dumps(record), encoding="utf-8")

    def _judge(self, given: list[str], out: Path) -> None:
        runs = given[: given.index("--judge")]
        rows = [run_figures(measure_run(Path(run), CoverageSettings())) for run in runs]
        out.write_text(json.dumps({"runs": rows}), encoding="utf-8")


async def _played(documents: str, config: Any, out: Path) -> None:
    await Run([documents], config, out).play()
    async with Journal(out / "journal.sqlite"):
        pass


class Looped:
    """A folder in which a loop is carried out again and again; what was told and done the last time is kept."""

    def __init__(self, folder: Path) -> None:
        self.docs, self.out = folder / "docs.jsonl", folder / "loop"
        self.docs.write_text("".join(json.dumps(row) + "\n" for row in entries(9, 0)), encoding="utf-8")
        self.program, self.told = Pretending(), list[Told]()

    def run(self, *overrides: str, since: str | None = None, until: str | None = None) -> LoopReport:
        self.program.done.clear()
        self.told.clear()
        settings = load_loop_settings(None, [*SHORT, *overrides])
        return Loop([self.docs], settings, self.out, self.program, since, until, self.told.append).run()

    @property
    def directory(self) -> LoopDirectory:
        return LoopDirectory(self.out)

    @property
    def record(self) -> dict[str, Any]:
        return json.loads((self.out / "loop.json").read_text(encoding="utf-8"))["steps"]

    def states(self) -> dict[str, str]:
        return {told.name: told.state for told in self.told}


@pytest.fixture
def looped(tmp_path: Path) -> Looped:
    return Looped(tmp_path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Looped]:
    """Copies of a loop that has come to its end."""
    import shutil

    first = Looped(tmp_path_factory.mktemp("first"))
    assert first.run().code == 0

    def copy(folder: Path) -> Looped:
        looped = Looped(folder)
        shutil.copytree(first.out, looped.out)
        return looped

    return copy
