"""K-BENCH over a run: every dialogue judged in one call, its coverage measured beside, the results kept in `eval/`."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import orjson

from r2s.agents.judge import Judge, Judgement
from r2s.errors import RunError
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
    trees = sound_trees([path], report.damaged.append)
    dialogues = (dialogue for tree in trees for dialogue in dialogues_of(tree, "every"))

    async def question(model: Model, dialogue: Dialogue) -> Reply[Judgement]:
        return await Judge(model).judge(scene_of(dialogue, seed))

    with open_lines(results_path(directory, "kbench", judging.name), "w") as file:
        try:
            async for verdict in judging.about(dialogues, question):
                judged = await asyncio.to_thread(_judged, verdict, judging.name, coverage)
                report.dialogues.append(judged)
                append_line(file, orjson.dumps(judged.row()).decode())
                on_judged(judged)
        except tuple(ENDINGS) as error:
            report.ended = error
    return report


def measure_run(
    path: Path, coverage: CoverageSettings, on_measured: Callable[[JudgedDialogue], None] = lambda measured: None
) -> JudgedRun:
    """What K-BENCH finds in a run without a judge: the coverage of every dialogue; nothing is written."""
    report = JudgedRun(open_run(path), NO_JUDGE)
    for tree in sound_trees([path], report.damaged.append):
        for dialogue in dialogues_of(tree, "every"):
            report.dialogues.append(_judged(Verdict(dialogue, None), NO_JUDGE, coverage))
            on_measured(report.dialogues[-1])
    return report


def results_path(directory: RunDirectory, kind: str, name: str) -> Path:
    """Where results on a run are kept, the folder being there; raises `RunError` where it cannot be."""
    folder = directory.path / "eval"
    try:
        folder.mkdir(exist_ok=True)
        path = folder / f"{kind}-{in_file_names(name)}.jsonl"
        path.touch()
    except OSError as error:
        raise RunError(f"cannot write to {folder}: {error.strerror}") from None
    return path


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
