"""A judge of its own for a comparison: one that reviewed none of the dialogues it scores, after K-BENCH."""

from collections.abc import Callable, Sequence
from pathlib import Path

from r2s.config import RunConfig
from r2s.errors import ConfigError, R2SError
from r2s.evaluation.collectors import Measure, mean
from r2s.evaluation.coverage import CoverageSettings
from r2s.evaluation.judged import JudgedDialogue
from r2s.evaluation.judging import Judging
from r2s.evaluation.kbench import judge_run
from r2s.evaluation.scores import PERCENT_A_POINT, Values, average
from r2s.experiments.directory import CellRun

_POINTS, _SHARE = (0.0, 5.0), (0.0, 1.0)
_LABELS = {
    "avg": "K-BENCH average",
    "info": "informativeness (Info)",
    "us": "understanding (US)",
    "uf": "usefulness (UF)",
    "fd": "fidelity (FD)",
    "fl": "flexibility (FL)",
    "cs": "consistency (CS)",
    "co": "cohesion (CO)",
    "ia": "interactivity (IA)",
    "cr": "coverage rate (CR)",
}
KBENCH = tuple(
    Measure(f"kbench_{name}", label, better="higher", of=_SHARE if name == "cr" else _POINTS)
    for name, label in _LABELS.items()
)

Scores = dict[Path, dict[str, dict[str, float | None]]]
"""By run directory and tree, under the names of `KBENCH`."""


def check_held_out(judge: str, configs: Sequence[RunConfig]) -> None:
    """Raise `ConfigError` where the judge's model reviewed any of the dialogues, under whatever kind of name."""
    for config in configs:
        reviewers = {config.model_for("reviewer"), config.model_for("critic")}
        reviewers |= {persona.model for persona in config.personas or () if persona.model}
        if config.reviewers and any(_bare(judge) == _bare(name) for name in reviewers):
            raise ConfigError(
                f"--judge {judge}: this model reviews the dialogues that it is to judge, so it would judge its own"
                " taste; name another, or insist with --same-judge"
            )


def _bare(name: str) -> str:
    """A model's name without the kind and the place where it runs."""
    return name.partition(":")[2].rstrip("/").rpartition("/")[2].lower() or name


async def judge_cells(
    cells: Sequence[CellRun], judging: Judging, on_judged: Callable[[JudgedDialogue], None]
) -> tuple[Scores, R2SError | None]:
    """The scores of every cell, and why they are not all there, where they are not."""
    scores: Scores = {}
    for cell in cells:
        judged = await judge_run(cell.directory.path, judging, CoverageSettings(), on_judged)
        scores[cell.directory.path] = _by_tree(judged.dialogues)
        if judged.ended is not None:
            return scores, judged.ended
    return scores, None


def _by_tree(dialogues: Sequence[JudgedDialogue]) -> dict[str, dict[str, float | None]]:
    """A tree's scores are the means of its dialogues'; one that is unjudged is in none."""
    trees: dict[str, list[dict[str, float | None]]] = {}
    for dialogue in dialogues:
        if dialogue.judgement is not None:
            trees.setdefault(dialogue.tree, []).append(_figures(dialogue.scores))
    return {
        tree: {measure.name: mean(each[measure.name] for each in figures) for measure in KBENCH}
        for tree, figures in trees.items()
    }


def _figures(scores: Values) -> dict[str, float | None]:
    found = {f"kbench_{name}": None if value is None else float(value) for name, value in scores.items()}
    whole = average(scores)
    rate = found.get("kbench_cr")
    return {
        **{measure.name: found.get(measure.name) for measure in KBENCH},
        "kbench_avg": float(whole.exact) if whole else None,
        "kbench_cr": None if rate is None else rate / (5 * PERCENT_A_POINT),
    }
