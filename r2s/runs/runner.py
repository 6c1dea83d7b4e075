"""A run from documents to its directory: begun, resumed, stopped cleanly, never losing what is finished."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from langchain_core.language_models import BaseChatModel

from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure, ReadNote
from r2s.errors import BudgetError, EndpointError, JournalLostError, R2SError, StoppedError
from r2s.models.journal import Journal
from r2s.models.journal.address import Where
from r2s.models.request import Model
from r2s.runs.back_ends import BackEnds
from r2s.runs.casts import Casts, casts_for
from r2s.runs.directory import RunDirectory, timestamp, write_json, write_text
from r2s.runs.endpoints import add_endpoints
from r2s.runs.engine import play
from r2s.runs.events import Event, Tell
from r2s.runs.garbage import rare_collections
from r2s.runs.inputs import InputFile, expected_dialogues, fingerprint, wanted_files
from r2s.runs.ledger import Ledger
from r2s.runs.manifest import check_same_run, manifest_of, masked
from r2s.runs.meter import Meter
from r2s.runs.methods import read_for
from r2s.runs.order import restore_order
from r2s.runs.summary import Summary
from r2s.runs.waiting import Waiting, wait_for
from r2s.runs.watching import Watchers

Status = Literal["running", "finished", "waiting", "budget", "stopped", "endpoint"]

ENDINGS: dict[type[R2SError], Status] = {
    BudgetError: "budget",
    EndpointError: "endpoint",
    JournalLostError: "endpoint",
    StoppedError: "stopped",
}


@dataclass
class RunReport:
    """How a run went; `message` says why it ended early, where it did, and `waiting` what it waits for.

    `endpoints` is what was counted by endpoint this time; `metrics.json` has it for all times.
    """

    directory: RunDirectory
    status: Status
    summary: Summary
    message: str = ""
    resumed: int = 0
    waiting: Waiting | None = None
    endpoints: dict[str, Any] = field(default_factory=dict)


@dataclass
class Run:
    """One run into one directory.

    `models` gives the model of a role where it is not to follow from its name; `journal` is a journal to share with
    other runs, a file or the URL of a PostgreSQL database, by default the run's own. With `retry_failed`, failed
    documents are played again, and replies that could not be read are asked for anew. `watchers` hear of all that
    `events.jsonl` keeps, as it happens.
    """

    paths: Sequence[Path | str]
    config: RunConfig
    out: Path
    resume: Literal["auto", "never"] = "auto"
    retry_failed: bool = False
    on_event: Callable[[Event], None] = lambda event: None
    on_note: Callable[[ReadNote], None] = lambda note: None
    models: Callable[[str], Model | BaseChatModel] | None = None
    journal: Where | None = field(default=None, repr=False)
    watchers: Sequence[Tell] = ()
    meter: Meter = field(init=False)

    def __post_init__(self) -> None:
        self.meter = Meter(self.config.limits)

    @cached_property
    def inputs(self) -> list[InputFile]:
        """The files of the run, read and hashed once."""
        return wanted_files(self.paths)

    def stop(self) -> None:
        """Let no call begin any more; the run ends once those under way have ended."""
        self.meter.close(StoppedError("stopped on request; the same command goes on from here"))

    async def play(self) -> RunReport:
        """Play all documents that have no tree yet; raises `ConfigError` or `RunError` before anything is written."""
        directory, inputs = RunDirectory(self.out), self.inputs
        run = hashlib.sha256(f"{self.config.identity()}{fingerprint(inputs)}".encode()).hexdigest()[:16]
        casts = casts_for(self.config, lambda: self._documents(lambda note: None))
        directory.create()
        with directory.locked():
            known = directory.read_manifest()
            if known is not None:
                check_same_run(directory, known, run, self.config, inputs, self.resume)
            manifest = manifest_of(run, self.config, inputs, known)
            write_text(directory.config, yaml.safe_dump(masked(self.config), allow_unicode=True, sort_keys=False))
            write_json(directory.manifest, {**manifest, "status": "running"})
            async with Journal(self.journal or directory.journal) as journal:
                report = await self._record(directory, run, journal, casts)
            self._close(directory, manifest, report)
        return report

    async def _record(self, directory: RunDirectory, run: str, journal: Journal, casts: Casts) -> RunReport:
        ledger = Ledger(directory, run, Watchers(self.watchers).tell)
        report = RunReport(directory, "finished", ledger.summary, resumed=ledger.load(self.retry_failed))
        with ledger.open():
            ledger.note("started", self._opening(run, ledger))
            if journal.recovered:
                ledger.note("journal_recovered", {"message": journal.recovered})
            back_ends = BackEnds(
                self.config,
                self.meter,
                journal=journal,
                given=self.models,
                tell=ledger.note,
                forgive=self.retry_failed,
            )
            try:
                await back_ends.begin()
                await self._play(ledger, run, back_ends, casts)
                self._wait(report, ledger, back_ends)
            except tuple(ENDINGS) as error:
                report.status = next(status for kind, status in ENDINGS.items() if isinstance(error, kind))
                report.message = str(error)
            finally:
                report.endpoints = await back_ends.figures()
                add_endpoints(directory, report.endpoints)
                await back_ends.close()
            ledger.note("ended", {"status": report.status, "message": report.message})
        if not ledger.is_in_order:
            restore_order(directory, self._documents(lambda note: None), run, self.config)
        return report

    async def _play(self, ledger: Ledger, run: str, back_ends: BackEnds, casts: Casts) -> None:
        def tell(note: ReadNote) -> None:
            ledger.note("read", {"document": note.document, "message": note.message})
            self.on_note(note)

        documents = self._documents(tell)
        events = play(
            documents,
            self.config,
            run=run,
            meter=self.meter,
            models=back_ends.of,
            casts=casts,
            skip=ledger.has,
            tell=ledger.note,
        )
        with rare_collections():
            async for event in events:
                if ledger.record(event):
                    self.on_event(event)

    def _opening(self, run: str, ledger: Ledger) -> dict[str, Any]:
        """What is about to be played, and how much of it is there already."""
        return {
            "run": run,
            "method": self.config.method,
            "models": self.config.named_models,
            "dialogues": expected_dialogues(self.inputs, self.config),
            "turns": self.config.turns,
            "concurrency": self.config.limits.concurrency,
            "trees": ledger.summary.trees,
            "failed": sum(ledger.summary.failed.values()),
        }

    def _wait(self, report: RunReport, ledger: Ledger, back_ends: BackEnds) -> None:
        """All was played as far as it goes: what is still wanted becomes the request files."""
        waiting = wait_for(back_ends.wanted.values(), ledger.waiting, self.journal or self.out)
        if waiting is None:
            return
        report.status, report.waiting, report.message = "waiting", waiting, waiting.message

    def _documents(self, tell: Callable[[ReadNote], None]) -> Iterator[Document | DocumentFailure]:
        return read_for(self.paths, self.config, tell)

    def _close(self, directory: RunDirectory, manifest: dict[str, Any], report: RunReport) -> None:
        figures = report.summary.figures()
        ended = {
            **manifest,
            "status": report.status,
            "message": report.message,
            "ended": timestamp(),
            "totals": figures,
        }
        if report.waiting:
            ended["waiting"] = asdict(report.waiting)
        write_json(directory.metrics, {**figures, "endpoints": directory.read_metrics().get("endpoints", {})})
        write_json(directory.manifest, ended)
