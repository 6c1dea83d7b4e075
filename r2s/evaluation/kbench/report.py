"""The figures of an evaluation, as programs read them; tables are printed from them."""

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from r2s.evaluation.kbench.bias import bias_of
from r2s.evaluation.kbench.comparison import Raters
from r2s.evaluation.kbench.judged import JudgedRun
from r2s.evaluation.kbench.published import PublishedRow
from r2s.evaluation.kbench.scores import rounded
from r2s.models.names import BASELINE


def run_figures(run: JudgedRun, *, paper_compat: bool = False, seed: int = 0) -> dict[str, Any]:
    """All that is known of one judged run; what is not known is null."""
    means, mean = run.columns(paper_compat), run.average(paper_compat)
    return {
        "run": str(run.directory.path),
        "method": run.method,
        "generator": run.generator,
        "judge": run.judge,
        "judge_is_language_model": run.has_judge and run.judge != BASELINE,
        "judge_made_dialogues": run.is_own_judge,
        "aggregation": "paper-compat" if paper_compat else "strict",
        "documents": len({dialogue.document for dialogue in run.dialogues}),
        "dialogues": len(run.dialogues) + run.unreached,
        "judged": len(run.judged),
        "waiting": sum(dialogue.is_waiting for dialogue in run.dialogues),
        "unjudged": [{"dialogue": each.id, "document": each.document, "fault": each.fault} for each in run.unjudged],
        "damaged": [str(error) for error in run.damaged],
        "ended": str(run.ended) if run.ended else None,
        "unreached": run.unreached,
        "slips": sum(dialogue.slips for dialogue in run.dialogues),
        "columns": {name: None if value is None else str(rounded(value)) for name, value in means.items()},
        "intervals": {name: found and [round(end, 4) for end in found] for name, found in run.intervals(seed).items()},
        "avg": mean and {"printed": str(mean.printed), "exact": _float(mean.exact), "missing": list(mean.missing)},
        "evidence_percent": None if run.evidence is None else round(100 * run.evidence, 2),
        "coverage": sorted({(each.coverage.encoder, each.coverage.threshold) for each in run.dialogues}),
        "bias": bias_of(run.dialogues).figures(),
    }


def published_figures(row: PublishedRow) -> dict[str, Any]:
    """A row of the paper, in the same form."""
    return {
        "table": row.table,
        "documents": row.documents,
        "method": row.method,
        "generator": row.generator,
        "finetuned": row.finetuned,
        "columns": {name: str(value) for name, value in row.values.items()},
        "avg": {"printed": str(row.avg)},
    }


def raters_figures(raters: Raters) -> dict[str, Any]:
    """Who agrees how far with whom."""
    return _rounded(asdict(raters))


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _rounded(inner) for name, inner in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def _float(value: Fraction) -> float:
    return round(float(value), 4)
