"""A loop from documents to its report: step by step, each kept while nothing that it reads or is set by has changed."""

import hashlib
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml

from r2s.documents import ReadNote
from r2s.errors import ConfigError
from r2s.experiments.loop.directory import LoopDirectory
from r2s.experiments.loop.documents import split_documents
from r2s.experiments.loop.figures import LoopFigures
from r2s.experiments.loop.plan import DOCUMENTS, HELD_OUT, LEARNT, REPORT, STAGES, steps_of
from r2s.experiments.loop.record import Reads, Record
from r2s.experiments.loop.report import write_report
from r2s.experiments.loop.settings import LoopSettings
from r2s.experiments.loop.step import Program, Step
from r2s.runs.directory import RunDirectory, write_text
from r2s.runs.inputs import InputFile, fingerprint, wanted_files
from r2s.runs.reading import count_trees

# A run that lost some documents is finished all the same.
FINISHED, SOME_FAILED = 0, 3
State = Literal["kept", "begun", "goes on", "skipped"]


@dataclass(frozen=True)
class Told:
    """What there is to say of a step: which it is (`number` of `count`), and why it is done or not."""

    number: int
    count: int
    name: str
    state: State
    why: str = ""


@dataclass(frozen=True)
class LoopReport:
    """How a loop went: the exit code to leave with, the stage it ended in, and why where the code does not tell."""

    directory: LoopDirectory
    code: int
    ended_in: str
    message: str = ""


class _EndedError(Exception):
    """A step has not come to its end."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Loop:
    """`until` is the last stage to be done; the stages before `since` are taken as they are.

    `program` carries the steps' commands out, `stopped` is asked between them.
    """

    paths: Sequence[Path | str]
    settings: LoopSettings
    out: Path
    program: Program
    since: str | None = None
    until: str | None = None
    tell: Callable[[Told], None] = lambda told: None
    on_note: Callable[[ReadNote], None] = lambda note: None
    stopped: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        for name in filter(None, (self.since, self.until)):
            if name not in STAGES:
                raise ConfigError(f"there is no stage {name}; stages are {', '.join(STAGES)}")
        self.directory = LoopDirectory(self.out)
        self.directory.check_free(STAGES)

    @cached_property
    def inputs(self) -> list[InputFile]:
        return wanted_files(self.paths)

    @cached_property
    def steps(self) -> list[Step]:
        """Those of the stages up to the last that is to be done."""
        return [step for step in steps_of(self.settings) if not self._is_after(step.stage, self.until)]

    def run(self) -> LoopReport:
        """Do every step that is not done; raises `R2SError` where one cannot begin."""
        inputs, code, step = self.inputs, FINISHED, None
        self.directory.create()
        with self.directory.locked():
            self._record = Record(self.directory)
            self._write(self.directory.config, self.settings.model_dump(mode="json"))
            self._part(inputs)
            try:
                for step in self.steps:
                    code = max(code, self._do(step))
            except _EndedError as ended:
                assert step is not None
                return LoopReport(self.directory, ended.code, step.stage, ended.message)
            if not self._is_after(REPORT, self.until):
                write_report(LoopFigures(self.directory, self.settings))
        return LoopReport(self.directory, code, self.until or REPORT)

    def _part(self, inputs: Sequence[InputFile]) -> None:
        """The first step, which no command does: the documents in two files."""
        reading = f"{self.settings.reading.model_dump_json()}{self.settings.held_out}"
        identity, makes = hashlib.sha256(reading.encode()).hexdigest(), (LEARNT, HELD_OUT)
        if not self._begins(DOCUMENTS, identity, {"inputs": fingerprint(inputs)}, makes):
            return
        learnt, held_out = map(self.directory.at, makes)
        counts = split_documents(self.paths, self.settings, learnt, held_out, self.on_note)
        files = [{"name": file.name, "sha256": file.sha256} for file in inputs]
        self._record.finish(DOCUMENTS, makes, FINISHED, files=files, counts=counts)

    def _do(self, step: Step) -> int:
        """The exit code of a step that has come to its end, now or before."""
        if self.stopped():
            raise _EndedError(FINISHED)
        there = [name for name in step.reads if self.directory.at(name).exists()]
        if why := self._missing(step, there):
            self._record.skip(step.name, why)
            self._told(step.name, "skipped", why)
            return FINISHED
        reads = {name: self.directory.hash_of(name) for name in there}
        if self._begins(step.name, step.identity, reads, (step.name,)):
            self._carry_out(step, there)
        return self._record.known(step.name)["exit"]

    def _missing(self, step: Step, there: Sequence[str]) -> str:
        """Why a step has nothing to begin with; a run without a dialogue teaches nobody."""
        if step.wants and step.wants in there and not count_trees(self.directory.at(step.wants)):
            return f"{step.wants} has no dialogue"
        lost = [name for name in step.reads if name not in there]
        return f"{lost[0]} is not there" if lost and not (step.takes_any and there) else ""

    def _begins(self, name: str, identity: str, reads: Reads, makes: Sequence[str]) -> bool:
        """Whether a step is to be done. What it has begun goes on; what it made of something else is set aside."""
        if self._is_after(self.since, name.partition("/")[0]):
            return self._take(name, makes)
        standing = self._record.standing(name, identity, reads, makes)
        if standing == "finished":
            self._told(name, "kept")
            return False
        why = "; ".join(self._set_aside(name, identity, reads, makes)) if standing == "changed" else ""
        self._record.begin(name, identity, reads, goes_on=standing == "begun")
        self._told(name, "goes on" if standing == "begun" else "begun", why)
        return True

    def _take(self, name: str, makes: Sequence[str]) -> bool:
        """Take what a step before the first stage has left."""
        if not self._record.is_finished(name, makes):
            raise ConfigError(f"--from {self.since}: {name} is not finished in {self.out}; leave --from off")
        self._told(name, "kept", "taken as it is")
        return False

    def _set_aside(self, name: str, identity: str, reads: Reads, makes: Sequence[str]) -> list[str]:
        changes = self._record.changes(name, identity, reads)
        aside = [str(found) for path in makes if (found := self.directory.set_aside(path))]
        return [", ".join(changes), *([f"what was there is now {', '.join(aside)}"] if aside else [])]

    def _carry_out(self, step: Step, there: Sequence[str]) -> None:
        arguments = step.arguments(self.directory, there)
        self._settle(step)
        self._record.note(step.name, command=shlex.join([*shlex.split(step.launch), "r2s", *arguments]))
        out = self.directory.at(step.name)
        out.parent.mkdir(parents=True, exist_ok=True)
        code = self.program.run(arguments, step.launch, out if step.prints else None)
        if code not in (FINISHED, SOME_FAILED):
            raise _EndedError(code)
        manifest = RunDirectory(out).read_manifest() or {"status": "finished"}
        if manifest["status"] != "finished":
            # A run that waits for the replies to a batch has done all that it can for now.
            raise _EndedError(code, manifest.get("message", ""))
        self._record.finish(step.name, (step.name,), code)

    def _settle(self, step: Step) -> None:
        """Write the settings of a step where its command reads them; some follow from what was made before."""
        if step.settings is not None:
            self._write(self.directory.settings(step.name), step.settings)
        if step.settle is not None:
            self._write(self.directory.settings(step.name), step.settle(self.directory, self.program))

    def _write(self, file: Path, settings: Mapping[str, Any]) -> None:
        file.parent.mkdir(exist_ok=True)
        write_text(file, yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True))

    def _told(self, name: str, state: State, why: str = "") -> None:
        names = [DOCUMENTS, *(step.name for step in self.steps)]
        self.tell(Told(names.index(name) + 1, len(names), name, state, why))

    @staticmethod
    def _is_after(stage: str | None, other: str | None) -> bool:
        """Whether a stage comes after another; none comes after none."""
        stages = list(STAGES)
        return stage is not None and other is not None and stages.index(stage) > stages.index(other)
