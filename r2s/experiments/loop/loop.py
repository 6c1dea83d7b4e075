"""A loop from documents to its report: step by step, each kept while nothing that it reads or is set by has changed."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml

from r2s.documents import ReadNote
from r2s.errors import ConfigError
from r2s.experiments.loop.directory import LoopDirectory
from r2s.experiments.loop.documents import split_documents
from r2s.experiments.loop.figures import LoopFigures
from r2s.experiments.loop.plan import HELD_OUT, LEARNT, STAGES, steps_of
from r2s.experiments.loop.report import write_report
from r2s.experiments.loop.settings import LoopSettings
from r2s.experiments.loop.step import Program, Step
from r2s.runs.directory import RunDirectory, timestamp, write_text
from r2s.runs.inputs import InputFile, fingerprint, wanted_files
from r2s.runs.reading import count_trees

# A run that lost some documents is finished all the same.
FINISHED, SOME_FAILED = 0, 3
DOCUMENTS = "documents"
State = Literal["kept", "begun", "finished", "skipped"]


@dataclass(frozen=True)
class Told:
    """What there is to say of a step: where it stands (`number` of `count`), and why it is done or not."""

    number: int
    count: int
    name: str
    state: State
    why: str = ""


@dataclass(frozen=True)
class LoopReport:
    """How a loop went: the exit code of the command that ended it, and which stage that was in."""

    code: int
    ended_in: str
    directory: LoopDirectory
    message: str = ""


@dataclass
class Loop:
    """`until` is the last stage to be done; the stages before `since` are taken as they are.

    `program` carries out the steps' commands, `stopped` is asked between them.
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
    record: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.directory = LoopDirectory(self.out)
        for name in filter(None, (self.since, self.until)):
            if name not in STAGES:
                raise ConfigError(f"there is no stage {name}; stages are {', '.join(STAGES)}")

    @cached_property
    def inputs(self) -> list[InputFile]:
        return wanted_files(self.paths)

    @property
    def steps(self) -> list[Step]:
        """Those of the stages that are to be done or taken as they are."""
        last = list(STAGES).index(self.until) if self.until else len(STAGES)
        return [step for step in steps_of(self.settings) if list(STAGES).index(step.stage) <= last]

    def run(self) -> LoopReport:
        """Do every step that is not done; raises `ConfigError` or `ResumeError` where one cannot begin."""
        inputs = self.inputs
        self.directory.create()
        with self.directory.locked():
            self.record = self.directory.read()
            settings = yaml.safe_dump(self.settings.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
            write_text(self.directory.config, settings)
            self._documents(inputs)
            worst = FINISHED
            for step in self.steps:
                if self.stopped():
                    return LoopReport(FINISHED, step.stage, self.directory)
                code, message = self._step(step)
                if code not in (FINISHED, SOME_FAILED) or message:
                    return LoopReport(code, step.stage, self.directory, message)
                worst = max(worst, code)
            if self.until in (None, "report"):
                write_report(LoopFigures(self.directory, self.settings))
        return LoopReport(worst, self.until or "report", self.directory)

    def _documents(self, inputs: Sequence[InputFile]) -> None:
        reading = self.settings.reading.model_dump_json()
        identity = _hash(f"{reading}{self.settings.held_out}")
        reads = {"inputs": fingerprint(inputs)}
        if not self._begins(DOCUMENTS, identity, reads, (LEARNT, HELD_OUT), 1):
            return
        places = self.directory.at(LEARNT), self.directory.at(HELD_OUT)
        counts = split_documents(self.paths, self.settings, *places, self.on_note)
        files = [{"name": file.name, "sha256": file.sha256} for file in inputs]
        self._finish(DOCUMENTS, (LEARNT, HELD_OUT), FINISHED, files=files, counts=counts)

    def _step(self, step: Step) -> tuple[int, str]:
        """The exit code of a step, and why the loop cannot go on where the code does not tell."""
        there = [name for name in step.reads if self.directory.at(name).exists()]
        if missing := self._missing(step, there):
            self._skip(step, missing)
            return FINISHED, ""
        reads = {name: self.directory.hash_of(name) or "" for name in there}
        if not self._begins(step.name, step.identity, reads, (step.name,), self._number(step)):
            return self.record["steps"][step.name].get("exit", FINISHED), ""
        arguments = self._arguments(step, there)
        self._note(step.name, command=["r2s", *arguments])
        code = self.program.run(arguments, step.launch, self.directory.at(step.name) if step.prints else None)
        if code not in (FINISHED, SOME_FAILED):
            return code, ""
        if waits := self._waits(step):
            return code, waits
        self._finish(step.name, (step.name,), code)
        return code, ""

    def _missing(self, step: Step, there: Sequence[str]) -> str:
        """Why a step has nothing to begin with; a run without a dialogue teaches nobody."""
        if step.wants and self.directory.at(step.wants).is_dir() and not count_trees(self.directory.at(step.wants)):
            return f"{step.wants} has no dialogue"
        lost = [name for name in step.reads if name not in there]
        return f"{lost[0]} is not there" if lost and not (step.takes_any and there) else ""

    def _arguments(self, step: Step, there: Sequence[str]) -> list[str]:
        """The command, its settings written down where it reads them."""
        if step.settings is not None:
            self._write_settings(step, step.settings)
        if step.settle is not None:
            self._write_settings(step, step.settle(self.directory, self.program))
        self.directory.at(step.name).parent.mkdir(parents=True, exist_ok=True)
        return step.arguments(self.directory, there)

    def _write_settings(self, step: Step, settings: Mapping[str, Any]) -> None:
        file = self.directory.settings(step.name)
        file.parent.mkdir(exist_ok=True)
        write_text(file, yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True))

    def _waits(self, step: Step) -> str:
        """Why a run has come to no end, as one that waits for replies to a batch."""
        manifest = RunDirectory(self.directory.at(step.name)).read_manifest()
        return manifest.get("message", "") if manifest and manifest["status"] != "finished" else ""

    def _begins(self, name: str, identity: str, reads: Mapping[str, str], makes: Sequence[str], number: int) -> bool:
        """Whether a step is to be done. What it made of something else is set aside; what it has begun goes on."""
        known = self.record["steps"].get(name)
        is_there = all(self.directory.at(path).exists() for path in makes)
        is_done = known is not None and known["status"] == "finished" and is_there
        if self._is_given(name):
            if not is_done:
                raise ConfigError(f"--from {self.since}: {name} is not finished in {self.out}; leave --from off")
            return self._told(number, name, "kept", "as it is")
        changed = _changes(known, identity, reads) if known else ""
        if is_done and not changed:
            return self._told(number, name, "kept")
        aside = [str(found) for path in makes if changed and (found := self.directory.set_aside(path))]
        why = f"{changed}; what was there is now {', '.join(aside)}" if aside else changed
        begun = {} if changed or known is None else {"started": known["started"]}
        self._note(
            name, fresh=True, status="running", identity=identity, reads=dict(reads), started=timestamp(), **begun
        )
        return self._told(number, name, "begun", why)

    def _is_given(self, name: str) -> bool:
        """Whether a step is before the first stage that is to be done."""
        stages = list(STAGES)
        return self.since is not None and stages.index(name.partition("/")[0]) < stages.index(self.since)

    def _told(self, number: int, name: str, state: State, why: str = "") -> bool:
        """Tell of a step; whether it is to be done."""
        self._began = time.monotonic()
        self.tell(Told(number, 1 + len(self.steps), name, state, why))
        return state == "begun"

    def _number(self, step: Step) -> int:
        return [each.name for each in self.steps].index(step.name) + 2

    def _skip(self, step: Step, why: str) -> None:
        self._note(step.name, fresh=True, status="skipped", why=why)
        self._told(self._number(step), step.name, "skipped", why)

    def _finish(self, name: str, makes: Sequence[str], code: int, **facts: Any) -> None:
        made = {path: self.directory.hash_of(path) for path in makes}
        seconds = round(time.monotonic() - self._began, 1)
        self._note(name, status="finished", makes=made, exit=code, ended=timestamp(), seconds=seconds, **facts)

    def _note(self, name: str, *, fresh: bool = False, **facts: Any) -> None:
        """Write down what is known of a step by now."""
        known = {} if fresh else self.record["steps"].get(name, {})
        self.record["steps"][name] = {**known, **facts}
        self.directory.write(self.record)


def _changes(known: Mapping[str, Any], identity: str, reads: Mapping[str, str]) -> str:
    return ", ".join(_changed(known, identity, reads))


def _changed(known: Mapping[str, Any], identity: str, reads: Mapping[str, str]) -> Iterator[str]:
    """What is not as it was when a step began."""
    before = known.get("reads", {})
    if known["status"] != "skipped" and known.get("identity") != identity:
        yield "settings have changed"
    for name in {**before, **reads}:
        if known["status"] != "skipped" and before.get(name) != reads.get(name):
            yield f"{name} has changed"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
