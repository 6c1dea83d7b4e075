"""K-BENCH over a run: every dialogue judged in one call, its coverage measured beside, the results kept in `eval/`."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

import orjson

from r2s.agents.judge import Judge, Judgement
from r2s.errors import RunError, TreeError
from r2s.evaluation.dialogues import scene_of
from r2s.evaluation.judging import Judging, Verdict
from r2s.evaluation.kbench.coverage import CoverageSettings, coverage_of
from r2s.evaluation.kbench.judged import NO_JUDGE, JudgedDialogue, JudgedRun
from r2s.models.names import in_file_names
from r2s.models.request import Model, Reply
from r2s.runs.directory import RunDirectory, append_line, open_lines
from r2s.runs.endings import ENDINGS
from r2s.runs.reading import open_run, sound_trees
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.trees.coverage import covered_share


async def judge_run(
    path: Path,
    judging: Judging,
    coverage: CoverageSettings,
    on_judged: Callable[[JudgedDialogue], None] = lambda judged: None,
) -> JudgedRun:
    """Judge every dialogue of a run, in order, and write a line for each; where it ends early, the result says why."""
    directory, seed = open_run(path), judging.config.seed
    report = JudgedRun(directory, judging.name)
    kept = results_path(directory, "kbench", "-".join((judging.name, *coverage.unusual)))

    async def question(model: Model, dialogue: Dialogue) -> Reply[Judgement]:
        return await Judge(model).judge(scene_of(dialogue, seed))

    try:
        with _written_beside(kept) as file:
            async for verdict in judging.about(_dialogues(path, report.damaged.append), question):
                judged = await asyncio.to_thread(_judged, verdict, judging.name, coverage)
                report.dialogues.append(judged)
                append_line(file, orjson.dumps(judged.row()).decode())
                on_judged(judged)
    except tuple(ENDINGS) as error:
        report.ended = error
        report.unreached = sum(1 for _ in _dialogues(path, lambda damaged: None)) - len(report.dialogues)
    return report


def measure_run(
    path: Path, coverage: CoverageSettings, on_measured: Callable[[JudgedDialogue], None] = lambda measured: None
) -> JudgedRun:
    """What K-BENCH finds in a run without a judge: the coverage of every dialogue; nothing is written."""
    report = JudgedRun(open_run(path), NO_JUDGE)
    for dialogue in _dialogues(path, report.damaged.append):
        report.dialogues.append(_judged(Verdict(dialogue, None), NO_JUDGE, coverage))
        on_measured(report.dialogues[-1])
    return report


def _dialogues(path: Path, tell: Callable[[TreeError], None]) -> Iterator[Dialogue]:
    """All dialogues of a run; `tell` hears of each tree that cannot be read."""
    return (dialogue for tree in sound_trees([path], tell) for dialogue in dialogues_of(tree, "every"))


def results_path(directory: RunDirectory, kind: str, name: str) -> Path:
    """Where results on a run are kept, the folder being there; raises `RunError` where it cannot be."""
    folder = directory.path / "eval"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot write to {folder}: {error.strerror}") from None
    return folder / f"{kind}-{in_file_names(name)}.jsonl"


@contextmanager
def _written_beside(path: Path) -> Iterator[FileIO]:
    """A file for lines that takes the place of `path` at the end; cut short, only where it holds more than is there."""
    fresh = path.with_name(path.name + ".tmp")
    with open_lines(fresh, "w") as file:
        try:
            yield file
        except BaseException:
            os.replace(fresh, path) if _count_lines(fresh) > _count_lines(path) else fresh.unlink()
            raise
    os.replace(fresh, path)


def _count_lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _judged(verdict: Verdict[Dialogue, Judgement], judge: str, coverage: CoverageSettings) -> JudgedDialogue:
    dialogue = verdict.item
    cites = any(node.evidence for node in dialogue.path)
    return JudgedDialogue(
        id=dialogue.id,
        document=dialogue.tree.document.id,
        tree=dialogue.tree.id,
        judge=judge,
        lengths=tuple((len(said.text), len(reply.text)) for said, reply in dialogue.exchanges),
        coverage=coverage_of(dialogue, coverage),
        evidence=covered_share(dialogue.path, len(dialogue.tree.document.text)) if cites else None,
        judgement=verdict.answer,
        fault=verdict.fault,
        is_waiting=verdict.is_waiting,
        calls=verdict.usage.calls,
    )
