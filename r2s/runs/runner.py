"""A run from documents to its directory: begun, resumed, stopped cleanly, never losing what is finished."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from langchain_core.language_models import BaseChatModel

from r2s.clock import timestamp
from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure, ReadNote
from r2s.models.desk.desk import Desk
from r2s.models.journal import Journal
from r2s.models.journal.address import Where
from r2s.models.request import Model
from r2s.runs.casts import Casts, casts_for
from r2s.runs.checksums import altered
from r2s.runs.directory import RunDirectory, write_json, write_text
from r2s.runs.endings import ENDINGS, Status, status_after
from r2s.runs.endpoints import add_endpoints
from r2s.runs.engine import play
from r2s.runs.events import Event, Tell
from r2s.runs.free_folder import check_free_for_run, check_trees
from r2s.runs.garbage import rare_collections
from r2s.runs.inputs import InputFile, expected_dialogues, fingerprint, wanted_files
from r2s.runs.ledger import Ledger
from r2s.runs.manifest import check_same_run, manifest_of, masked
from r2s.runs.meter import Meter
from r2s.runs.methods import read_for
from r2s.runs.order import restore_order
from r2s.runs.players import Players
from r2s.runs.summary import Summary
from r2s.runs.waiting import Waiting, wait_for
from r2s.runs.watchers import Watchers

log = logging.getLogger(__name__)


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
    A `budget` is shared with other runs, and stops with them; `files` are the inputs where they are read already.
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
    budget: Meter | None = None
    files: Sequence[InputFile] | None = field(default=None, repr=False)
    meter: Meter = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.meter = self.budget or Meter(self.config.limits)
        self.desk = Desk(RunDirectory(self.out).desk, self.meter)

    @cached_property
    def inputs(self) -> Sequence[InputFile]:
        """The files of the run, read and hashed once."""
        return wanted_files(self.paths) if self.files is None else self.files

    def stop(self) -> None:
        """Let no call begin any more; the run ends once those under way have ended."""
        self.meter.stop()

    async def play(self) -> RunReport:
        """Play all documents that have no tree yet; raises `ConfigError` or `RunError` before anything is written."""
        directory = RunDirectory(self.out)
        run = hashlib.sha256(f"{self.config.identity()}{fingerprint(self.inputs)}".encode()).hexdigest()[:16]
        casts = casts_for(self.config, lambda: self._documents(lambda note: None))
        if directory.read_manifest() is None:
            check_free_for_run(directory, run)
        ledger = Ledger(directory, run, self.config.seed, Watchers(self.watchers).tell)
        journal = Journal(self.journal or directory.journal)
        async with AsyncExitStack() as opened:
            players = self._players(run, casts, ledger.note, journal)
            opened.push_async_callback(players.close)
            players.open()
            directory.create()
            with directory.locked():
                changed, manifest = self._begin(directory, run)
                async with journal:
                    report = await self._record(ledger, players, opened, changed, journal.recovered)
                self._close(directory, manifest, report)
        return report

    def _players(self, run: str, casts: Casts, tell: Tell, journal: Journal) -> Players:
        return Players(
            self.config,
            self.meter,
            run=run,
            casts=casts,
            tell=tell,
            journal=journal,
            desk=self.desk,
            given=self.models,
            forgive=self.retry_failed,
            paused=self.paused,
        )

    def _begin(self, directory: RunDirectory, run: str) -> tuple[list[Path], dict[str, Any]]:
        """Write down what is played; returns the files that are not as the run before left them, and the manifest."""
        # Another process may have begun the run since.
        known = directory.read_manifest()
        if known is not None:
            check_same_run(directory, known, run, self.config, self.inputs, self.resume)
        check_trees(directory, run)
        changed = altered(directory.sums, directory.records)
        directory.sums.unlink(missing_ok=True)
        manifest = manifest_of(run, self.config, self.inputs, known)
        write_text(directory.config, yaml.safe_dump(masked(self.config), allow_unicode=True, sort_keys=False))
        write_json(directory.manifest, {**manifest, "status": "running"})
        return changed, manifest

    async def _record(
        self,
        ledger: Ledger,
        players: Players,
        opened: AsyncExitStack,
        changed: Sequence[Path],
        recovered: str | None,
    ) -> RunReport:
        """Play into the ledger; what was `opened` is closed before it, for calls that are out are still told of."""
        report = RunReport(ledger.directory, "finished", ledger.summary, resumed=ledger.load(self.retry_failed))
        with ledger.open():
            self._note_beginning(ledger, changed, recovered)
            async with opened.pop_all() as playing:
                playing.push_async_callback(self._end, players, report)
                await self._carry_out(ledger, players, report)
            ledger.note("ended", {"status": report.status, "message": report.message})
        if report.status == "finished":
            self.desk.folder.clear(answers=True)
        if not ledger.is_in_order:
            restore_order(ledger.directory, self._documents(lambda note: None), ledger.run, self.config)
        return report

    def _note_beginning(self, ledger: Ledger, changed: Sequence[Path], recovered: str | None) -> None:
        ledger.note("started", self._opening(ledger))
        for message in [*(f"{file} is not what the run before left there" for file in changed), *ledger.mended]:
            log.warning("%s", message)
            ledger.note("mended", {"message": message})
        if recovered:
            ledger.note("journal_recovered", {"message": recovered})

    async def _carry_out(self, ledger: Ledger, players: Players, report: RunReport) -> None:
        """Play as far as it goes; the report knows what it ended by."""
        try:
            await players.begin()
            await self._play(ledger, players)
            self._wait(report, ledger, players)
        except tuple(ENDINGS) as error:
            report.status, report.message = status_after(error), str(error)

    async def _end(self, players: Players, report: RunReport) -> None:
        report.endpoints = await players.end()
        add_endpoints(report.directory, report.endpoints)

    async def _play(self, ledger: Ledger, players: Players) -> None:
        def tell(note: ReadNote) -> None:
            ledger.note("read", {"document": note.document, "message": note.message})
            self.on_note(note)

        events = play(
            self._documents(tell),
            self.config,
            run=ledger.run,
            meter=self.meter,
            models=players.back_ends.of,
            casts=players.casts,
            skip=ledger.has,
            table=players.pool,
            tell=ledger.note,
        )
        with rare_collections():
            async for event in events:
                if ledger.record(event):
                    self.on_event(event)

    def _opening(self, ledger: Ledger) -> dict[str, Any]:
        """What is about to be played, and how much of it is there already."""
        return {
            "run": ledger.run,
            "method": self.config.method,
            "models": self.config.named_models,
            "dialogues": expected_dialogues(self.inputs, self.config),
            "turns": self.config.turns,
            "concurrency": self.config.limits.concurrency,
            "trees": ledger.summary.trees,
            "failed": sum(ledger.summary.failed.values()),
        }

    def _wait(self, report: RunReport, ledger: Ledger, players: Players) -> None:
        """All was played as far as it goes: what is still wanted becomes the request files."""
        waiting = wait_for(players.back_ends.wanted.values(), ledger.waiting, self.journal or self.out)
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
