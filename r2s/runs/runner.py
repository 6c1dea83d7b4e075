"""A run from documents to its directory: begun, resumed, stopped cleanly, never losing what is finished."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import orjson
import yaml

from r2s.config import RunConfig
from r2s.documents import Document, DocumentFailure, read_documents
from r2s.errors import BudgetError, ConfigError, EndpointError
from r2s.models.request import Model
from r2s.runs.directory import RunDirectory, append_line, write_json, write_text
from r2s.runs.engine import play
from r2s.runs.events import DocumentFailed, Event
from r2s.runs.inputs import fingerprint, input_files
from r2s.runs.manifest import check_same_run, manifest_of, masked
from r2s.runs.meter import Meter
from r2s.runs.order import restore_order
from r2s.runs.summary import Summary
from r2s.samples.flatten import flatten
from r2s.trees.tree import tree_id

Status = Literal["running", "finished", "budget", "stopped", "endpoint"]


@dataclass
class RunReport:
    """How a run went; `message` says why it ended early, where it did."""

    directory: RunDirectory
    status: Status
    summary: Summary
    message: str = ""
    resumed: int = 0


@dataclass
class Run:
    """One run into one directory; `models` gives the model of a role where it is not to follow from its name."""

    paths: Sequence[Path | str]
    config: RunConfig
    out: Path
    resume: Literal["auto", "never"] = "auto"
    retry_failed: bool = False
    on_event: Callable[[Event], None] = lambda event: None
    models: Callable[[str], Model] | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def play(self) -> RunReport:
        """Play all documents that have no tree yet; raises `ConfigError` or `RunError` before anything is written."""
        directory = RunDirectory(self.out)
        inputs = input_files(self.paths)
        if not inputs:
            missing = ", ".join(str(path) for path in self.paths)
            raise ConfigError(f"no file to read under {missing}; check the path")
        run = hashlib.sha256(f"{self.config.identity()}{fingerprint(inputs)}".encode()).hexdigest()[:16]
        directory.create()
        with directory.locked():
            known = directory.read_manifest()
            if known is not None:
                check_same_run(directory, known, run, self.config, inputs, self.resume)
            manifest = manifest_of(run, self.config, inputs, known)
            write_text(directory.config, yaml.safe_dump(masked(self.config), allow_unicode=True, sort_keys=False))
            write_json(directory.manifest, {**manifest, "status": "running"})
            report = await self._record(directory, run)
            self._close(directory, manifest, report)
        return report

    async def _record(self, directory: RunDirectory, run: str) -> RunReport:
        ledger = _Ledger(directory, run)
        report = RunReport(directory, "finished", ledger.summary, resumed=ledger.load(self.retry_failed))
        meter = Meter(self.config.limits)
        events = play(
            self._documents(),
            self.config,
            run=run,
            meter=meter,
            models=self.models,
            skip=ledger.has,
            stopping=self.stopping,
        )
        with ledger.open():
            try:
                async for event in events:
                    if ledger.record(event):
                        self.on_event(event)
            except BudgetError as error:
                report.status, report.message = "budget", str(error)
            except EndpointError as error:
                report.status, report.message = "endpoint", str(error)
        if self.stopping.is_set():
            report.status, report.message = "stopped", "stopped on request; the same command goes on from here"
        if self.retry_failed:
            restore_order(directory, self._documents(), run, self.config)
        return report

    def _documents(self) -> Iterator[Document | DocumentFailure]:
        documents = self.config.documents
        return read_documents(self.paths, limit=documents.limit, options=documents)

    def _close(self, directory: RunDirectory, manifest: dict[str, Any], report: RunReport) -> None:
        figures = report.summary.figures()
        ended = {**manifest, "status": report.status, "message": report.message, "ended": _now(), "totals": figures}
        write_json(directory.metrics, figures)
        write_json(directory.manifest, ended)


class _Ledger:
    """The lines of a run: what is recorded already, and every new result as it comes."""

    def __init__(self, directory: RunDirectory, run: str) -> None:
        self.directory, self.run = directory, run
        self.summary = Summary()
        self._trees: set[str] = set()
        self._failed: set[str] = set()
        self._files: dict[str, IO[str]] = {}

    def load(self, retry_failed: bool) -> int:
        """Read what an earlier run left, mending a torn last line; returns how many trees are there."""
        directory = self.directory
        directory.mend()
        with directory.samples.open("w", encoding="utf-8", newline="\n") as samples:
            for tree in directory.read_trees():
                rows = list(flatten(tree))
                self.summary.add(tree, len(rows))
                self._trees.add(tree.id)
                samples.writelines(_line(row) + "\n" for row in rows)
        errors = [error for error in directory.read_errors() if not retry_failed]
        write_text(directory.errors, "".join(_line(error) + "\n" for error in errors))
        for error in errors:
            self.summary.fail(error["kind"])
            self._failed.add(_failure_key(error["document"], error["replicate"], error["kind"]))
        return len(self._trees)

    def open(self) -> ExitStack:
        """Open the files for new lines."""
        stack = ExitStack()
        for name in ("trees", "samples", "errors", "events"):
            path: Path = getattr(self.directory, name)
            self._files[name] = stack.enter_context(path.open("a", encoding="utf-8", newline="\n"))
        return stack

    def has(self, document: str, replicate: int) -> bool:
        """Whether a dialogue has been played, or has failed and is not to be tried again."""
        failed = _failure_key(document, replicate, "dialogue") in self._failed
        return failed or tree_id(self.run, document, replicate) in self._trees

    def record(self, event: Event) -> bool:
        """Write one result; False where it was known already."""
        if isinstance(event, DocumentFailed):
            return self._fail(event)
        tree = event.tree
        rows = list(flatten(tree))
        append_line(self._files["trees"], tree.to_json())
        for row in rows:
            append_line(self._files["samples"], _line(row))
        self._event("dialogue_finished", document=tree.document.id, tree=tree.id, turns=tree.totals.turns)
        self.summary.add(tree, len(rows))
        return True

    def _fail(self, event: DocumentFailed) -> bool:
        key = _failure_key(event.document, event.replicate, event.kind)
        if key in self._failed:
            return False
        self._failed.add(key)
        error = {
            "document": event.document,
            "replicate": event.replicate,
            "kind": event.kind,
            "message": event.message,
        }
        append_line(self._files["errors"], _line(error))
        self._event("document_failed", **error)
        self.summary.fail(event.kind)
        return True

    def _event(self, name: str, **facts: Any) -> None:
        append_line(self._files["events"], _line({"time": _now(), "event": name, **facts}))


def _failure_key(document: str, replicate: int, kind: str) -> str:
    """Reading and playing fail apart: an unreadable duplicate must not hide the document that was read."""
    return f"{'document' if kind == 'document' else 'dialogue'}\x1f{document}\x1f{replicate}"


def _line(value: Any) -> str:
    return orjson.dumps(value).decode()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
