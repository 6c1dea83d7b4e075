"""A run from documents to its directory: begun, resumed, stopped cleanly, never losing what is finished."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from langchain_core.language_models import BaseChatModel

from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure, ReadNote
from r2s.errors import BudgetError, ConfigError, EndpointError, JournalLostError, R2SError, StoppedError
from r2s.models.desk.desk import Desk
from r2s.models.journal import Journal
from r2s.models.journal.address import Where
from r2s.models.request import Model
from r2s.runs.back_ends import BackEnds
from r2s.runs.casts import Casts, casts_for
from r2s.runs.checksums import altered
from r2s.runs.directory import RunDirectory, timestamp, write_json, write_text
from r2s.runs.endpoints import add_endpoints, added
from r2s.runs.engine import Table, play
from r2s.runs.events import Event, Tell
from r2s.runs.garbage import rare_collections
from r2s.runs.inputs import InputFile, expected_dialogues, fingerprint, wanted_files
from r2s.runs.ledger import Ledger
from r2s.runs.manifest import check_same_run, manifest_of, masked
from r2s.runs.meter import Meter
from r2s.runs.methods import read_for
from r2s.runs.order import restore_order
from r2s.runs.strangers import check_free_for_run
from r2s.runs.summary import Summary
from r2s.runs.waiting import Waiting, wait_for
from r2s.runs.watching import Watchers
from r2s.runs.workers.crews import crew_for

log = logging.getLogger(__name__)

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
    documents are played again, and replies that could not be read are asked for anew. A run that begins `paused` makes
    no call before somebody lets it, at its desk. `watchers` hear of all that `events.jsonl` keeps, as it happens.
    """

    paths: Sequence[Path | str]
    config: RunConfig
    out: Path
    resume: Literal["auto", "never"] = "auto"
    retry_failed: bool = False
    paused: bool = False
    on_event: Callable[[Event], None] = lambda event: None
    on_note: Callable[[ReadNote], None] = lambda note: None
    models: Callable[[str], Model | BaseChatModel] | None = None
    journal: Where | None = field(default=None, repr=False)
    watchers: Sequence[Tell] = ()
    meter: Meter = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.meter = Meter(self.config.limits)
        self.desk = Desk(RunDirectory(self.out).desk, self.meter)

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
        if (known := directory.read_manifest()) is None:
            check_free_for_run(directory, run)
        directory.create()
        with directory.locked():
            # Another process may have begun the run since.
            known = directory.read_manifest()
            if known is not None:
                check_same_run(directory, known, run, self.config, inputs, self.resume)
            changed = altered(directory.sums, directory.records)
            directory.sums.unlink(missing_ok=True)
            manifest = manifest_of(run, self.config, inputs, known)
            write_text(directory.config, yaml.safe_dump(masked(self.config), allow_unicode=True, sort_keys=False))
            write_json(directory.manifest, {**manifest, "status": "running"})
            async with Journal(self.journal or directory.journal) as journal:
                report = await self._record(directory, run, journal, casts, changed)
            self._close(directory, manifest, report)
        return report

    async def _record(
        self, directory: RunDirectory, run: str, journal: Journal, casts: Casts, changed: Sequence[Path]
    ) -> RunReport:
        ledger = Ledger(directory, run, Watchers(self.watchers).tell)
        report = RunReport(directory, "finished", ledger.summary, resumed=ledger.load(self.retry_failed))
        with ledger.open():
            ledger.note("started", self._opening(run, ledger))
            for message in [*(f"{file} is not what the run before left there" for file in changed), *ledger.mended]:
                log.warning("%s", message)
                ledger.note("mended", {"message": message})
            if journal.recovered:
                ledger.note("journal_recovered", {"message": journal.recovered})
            back_ends = BackEnds(
                self.config,
                self.meter,
                journal=journal,
                given=self.models,
                tell=ledger.note,
                forgive=self.retry_failed,
                desk=self.desk,
            )
            crew = crew_for(
                self.config,
                self.meter,
                run=run,
                casts=casts,
                tell=ledger.note,
                journal=journal,
                given=self.models,
                forgive=self.retry_failed,
            )
            if crew is None:
                self.desk.open(ledger.note, paused=self.paused)
            elif self.paused:
                raise ConfigError("only a run in one process can be paused; leave --engine and --workers away")
            try:
                await back_ends.begin(far=crew is not None)
                if crew:
                    await crew.begin()
                await self._play(ledger, run, back_ends, casts, crew)
                self._wait(report, ledger, back_ends)
            except tuple(ENDINGS) as error:
                report.status = next(status for kind, status in ENDINGS.items() if isinstance(error, kind))
                report.message = str(error)
            finally:
                self.desk.close()
                counted = await crew.end() if crew else {}
                report.endpoints = added(await back_ends.figures(), counted, at_once=True)
                add_endpoints(directory, report.endpoints)
                await back_ends.close()
            ledger.note("ended", {"status": report.status, "message": report.message})
        if report.status == "finished":
            self.desk.folder.clear(answers=True)
        if not ledger.is_in_order:
            restore_order(directory, self._documents(lambda note: None), run, self.config)
        return report

    async def _play(
        self, ledger: Ledger, run: str, back_ends: BackEnds, casts: Casts, table: Table | None = None
    ) -> None:
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
            table=table,
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
        directory.seal()
