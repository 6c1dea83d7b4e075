"""Benchmarks: the same documents played in several ways, each way an ordinary run, all judged by one judge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r2s.config import RunConfig, load_config
from r2s.errors import ConfigError
from r2s.evaluation.kbench.judged import JudgedRun
from r2s.evaluation.kbench.report import run_figures
from r2s.models.names import in_file_names
from r2s.runs.meter import Meter
from r2s.runs.methods import METHODS
from r2s.runs.runner import Run, RunReport

KBENCH_METHODS = ("direct", "cot", "cod_single", "cod", "cod_review")
"""The paper's three, and the two of ours that play turn by turn."""


@dataclass(frozen=True)
class Cell:
    """One row of a benchmark's table: what it is called there, and the run that it takes."""

    method: str
    generator: str
    config: RunConfig

    @property
    def folder(self) -> str:
        """Where its run lies in the benchmark's directory."""
        return in_file_names(f"{self.method}-{self.generator}")


@dataclass(frozen=True)
class Played:
    """A cell with how its run went, and what the judge said of it."""

    cell: Cell
    report: RunReport
    judged: JudgedRun

    def figures(self, *, paper_compat: bool, seed: int) -> dict[str, Any]:
        """The row, as programs read it."""
        row = run_figures(self.judged, paper_compat=paper_compat, seed=seed)
        named = {"method": self.cell.method, "generator": self.cell.generator}
        failed = self.report.summary.figures()["documents"]["failed"]
        return {**row, **named, "status": self.report.status, "failed_documents": failed}


def kbench_cells(config: RunConfig, methods: Sequence[str], models: Sequence[str]) -> list[Cell]:
    """Every method with every model, model by model as the paper prints them; raises `ConfigError` for no method."""
    if unknown := [name for name in methods if name not in METHODS or METHODS[name].takes == "pairs"]:
        playable = ", ".join(name for name, method in METHODS.items() if method.takes != "pairs")
        raise ConfigError(f"there is no method {unknown[0]!r} that plays on documents; methods are {playable}")
    return [
        Cell(method, model, changed(config, {"method": method, "models.default": model}))
        for model in dict.fromkeys(models)
        for method in dict.fromkeys(methods)
    ]


def gllm_cells(config: RunConfig, models: Sequence[str], simulator: str) -> list[Cell]:
    """A self-chat of each fine-tuned model with one simulator, which is the same user to all of them."""
    settings = {"method": "self_chat", "models.default": simulator, "self_chat.plain": True}
    return [
        Cell("fine-tuned", model, changed(config, {**settings, "models.answerer": model}))
        for model in dict.fromkeys(models)
    ]


def changed(config: RunConfig, flags: dict[str, Any]) -> RunConfig:
    """The configuration with these settings, by dotted name, instead of its own."""
    return load_config(flags={**config.model_dump(mode="json"), **flags})


async def play_bench(
    cells: Sequence[Cell],
    documents: Sequence[Path],
    out: Path,
    *,
    play: Callable[[Cell, Run], Awaitable[RunReport]],
    judge: Callable[[Path], Awaitable[JudgedRun]],
    budget: Meter,
) -> list[Played]:
    """Play and judge one cell after the other under one budget; what is finished is not played or paid again.

    `play` carries a run out, `judge` judges the run in a directory. A cell that ends early is judged as far as it went.
    """
    played = []
    for cell in cells:
        run = Run(documents, cell.config, out / cell.folder, budget=budget)
        report = await play(cell, run)
        played.append(Played(cell, report, await judge(out / cell.folder)))
    return played
