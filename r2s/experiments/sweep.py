"""A sweep: one run for each cell and seed over the same documents, one after the other, all behind one journal.

What a cell asks as a cell before it did is found in the journal and not paid again, which is why cells take turns: two
at once would both ask. Within a cell as many calls are under way as in any run.
"""

import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel

from r2s.clock import timestamp
from r2s.documents import ReadNote
from r2s.errors import ResumeError
from r2s.experiments.cells import Factor, Play
from r2s.experiments.directory import SCHEMA, SweepDirectory
from r2s.experiments.results import MARKS, NAMES
from r2s.models.journal.address import Where
from r2s.models.request import Model
from r2s.runs.directory import write_json
from r2s.runs.endings import Status
from r2s.runs.events import Event, Tell
from r2s.runs.free_folder import check_free_for_results
from r2s.runs.inputs import InputFile, fingerprint, wanted_files
from r2s.runs.manifest import PACKAGES, differences, inputs_changed, masked
from r2s.runs.meter import Meter
from r2s.runs.runner import Run


@dataclass(frozen=True)
class Played:
    """How a cell stands under one seed; `totals` are the figures of its run."""

    play: Play
    status: str
    totals: Mapping[str, Any]

    @property
    def failed(self) -> int:
        """Dialogues that failed, and documents that could not be read."""
        return self.totals.get("documents", {}).get("failed", 0)


@dataclass
class SweepReport:
    """How a sweep went; `message` says why it ended early, where it did."""

    directory: SweepDirectory
    status: Status
    played: list[Played]
    message: str = ""

    @property
    def failed(self) -> int:
        return sum(cell.failed for cell in self.played)


@dataclass
class Sweep:
    """Runs to be played and compared; the first of `plays` is the baseline.

    The budget holds for all of them together. A finished cell is not played again but with `retry_failed`. `journal` is
    one to share with what was played before, by default the sweep's own.
    """

    paths: Sequence[Path | str]
    factors: Sequence[Factor]
    plays: Sequence[Play]
    out: Path
    resume: Literal["auto", "never"] = "auto"
    retry_failed: bool = False
    journal: Where | None = field(default=None, repr=False)
    on_play: Callable[[Play], None] = lambda play: None
    on_event: Callable[[Event], None] = lambda event: None
    on_note: Callable[[ReadNote], None] = lambda note: None
    models: Callable[[str], Model | BaseChatModel] | None = None
    watchers: Sequence[Tell] = ()
    meter: Meter = field(init=False)

    def __post_init__(self) -> None:
        self.meter = Meter(self.plays[0].config.limits)
        self.directory = SweepDirectory(self.out)

    @cached_property
    def inputs(self) -> list[InputFile]:
        """The files of all runs, read and hashed once; raises `ConfigError` where there is none."""
        return wanted_files(self.paths)

    @cached_property
    def id(self) -> str:
        """A hash of all that decides the sweep."""
        cells = "".join(f"{play.directory}\x1f{play.config.identity()}\x1e" for play in self.plays)
        return hashlib.sha256(f"{cells}{fingerprint(self.inputs)}".encode()).hexdigest()[:16]

    def stop(self) -> None:
        """Let no call begin any more; the sweep ends once those under way have ended."""
        self.meter.stop()

    async def play(self) -> SweepReport:
        """Play every cell that is not finished; raises `ResumeError` where the directory holds another sweep."""
        directory, inputs = self.directory, self.inputs
        check_free_for_results(directory.path, MARKS, NAMES)
        directory.create()
        with directory.locked():
            known = directory.read_manifest()
            self._check_same(known)
            report = SweepReport(directory, "finished", [])
            started = known["started"] if known else timestamp()
            self._record(report, inputs, started, "running")
            for play in self.plays:
                await self._play(play, report)
                self._record(report, inputs, started, "running")
                if report.status not in ("finished", "waiting"):
                    break
            self._record(report, inputs, started, report.status)
        return report

    async def _play(self, play: Play, report: SweepReport) -> None:
        finished = None if self.retry_failed else self._finished(play)
        if finished:
            report.played.append(finished)
            return
        self.on_play(play)
        run = Run(
            self.paths,
            play.config,
            self.directory.cell(play.directory).path,
            retry_failed=self.retry_failed,
            on_event=self.on_event,
            on_note=self.on_note if play is self.plays[0] else lambda note: None,
            models=self.models,
            journal=self.journal or self.directory.journal,
            watchers=self.watchers,
            budget=self.meter,
            files=self.inputs,
        )
        ended = await run.play()
        report.played.append(Played(play, ended.status, ended.summary.figures()))
        if ended.status != "finished":
            report.status, report.message = ended.status, ended.message

    def _finished(self, play: Play) -> Played | None:
        """A cell that came to its end before; the sweep's own hash says that nothing has changed since."""
        known = self.directory.cell(play.directory).read_manifest()
        return Played(play, "finished", known["totals"]) if known and known["status"] == "finished" else None

    def _check_same(self, known: Mapping[str, Any] | None) -> None:
        if known is None:
            return
        if self.resume == "never":
            raise ResumeError(f"{self.out} holds a sweep already, and --resume never was given; choose another -o")
        if known["sweep"] != self.id:
            raise ResumeError(
                f"{self.out} holds another sweep: {'; '.join(self._changes(known))}. Choose another -o, with --journal"
                f" {self.directory.journal} to pay only for what is new, or give the settings and documents it had"
            )

    def _changes(self, known: Mapping[str, Any]) -> list[str]:
        now = self._varied()
        varied = [f"{name} was {known[name]}, now {now[name]}" for name in now if known[name] != now[name]]
        settings = differences(known["settings"], masked(self.plays[0].config))
        fixed = [f"{name} was {old}, now {new}" for name, (old, new) in settings.items() if not self._varies(name)]
        return [*varied, *fixed, *inputs_changed(known, self.inputs)] or ["the version of its format"]

    def _varies(self, name: str) -> bool:
        """Whether a setting is told of among factors and seeds."""
        return name == "seed" or any(f"{name}.".startswith(f"{factor.path}.") for factor in self.factors)

    def _varied(self) -> dict[str, Any]:
        return {
            "factors": {factor.path: list(factor.values) for factor in self.factors},
            "seeds": list(dict.fromkeys(play.seed for play in self.plays)),
        }

    def _record(self, report: SweepReport, inputs: Sequence[InputFile], started: str, status: str) -> None:
        states = {cell.play.directory: cell for cell in report.played}
        write_json(
            self.directory.manifest,
            {
                "schema": SCHEMA,
                "sweep": self.id,
                **self._varied(),
                "settings": masked(self.plays[0].config),
                "cells": [_told(play, states.get(play.directory)) for play in self.plays],
                "inputs": [file.model_dump() for file in inputs],
                "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
                "started": started,
                "ended": None if status == "running" else timestamp(),
                "status": status,
                "message": report.message,
            },
        )


def _told(play: Play, played: Played | None) -> dict[str, Any]:
    documents = (played.totals if played else {}).get("documents", {})
    return {
        "name": play.cell.name,
        "settings": dict(play.cell.settings),
        "seed": play.seed,
        "directory": play.directory,
        "status": played.status if played else "to come",
        "trees": documents.get("trees"),
        "failed": documents.get("failed"),
    }
