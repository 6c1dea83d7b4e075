"""What a judge said of dialogues and of a run of them, with what was measured beside.

A dialogue without a judgement is counted and named; it is in no mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from r2s.agents.judge import HIGHEST, LOWEST, NOT_APPLICABLE, Judgement, snapped
from r2s.errors import R2SError, TreeError
from r2s.evaluation.intervals import Interval, intervals
from r2s.evaluation.kbench.coverage import Coverage
from r2s.evaluation.kbench.scores import (
    OVERALL_METRICS,
    TURN_METRICS,
    Average,
    Values,
    average,
    columns,
    dialogue_scores,
    paper_columns,
    paper_record,
)
from r2s.runs.directory import RunDirectory

NO_JUDGE = "none"
"""Stands where nobody was asked to judge."""


@dataclass(frozen=True)
class JudgedDialogue:
    """A dialogue's judgement, or the `fault` for which there is none, with what was measured without a judge.

    `evidence` is the share of the document (0 to 1) that its replies cite, null where they cite nothing; `lengths` are
    the characters of each turn's two messages, `calls` the journal keys of the judge's replies.
    """

    id: str
    document: str
    tree: str
    judge: str
    lengths: tuple[tuple[int, int], ...]
    coverage: Coverage
    evidence: float | None
    judgement: Judgement | None
    fault: str = ""
    is_waiting: bool = False
    calls: tuple[str, ...] = ()

    @cached_property
    def scores(self) -> Values:
        """The dialogue's means, and its coverage in percent; without a judgement, that alone."""
        judged = dialogue_scores(self.judgement) if self.judgement else {}
        rate = self.coverage.rate
        return {**judged, "cr": None if rate is None else 100 * rate}

    @property
    def slips(self) -> int:
        """How many scores were just off the scale and were put on its end."""
        return sum(not LOWEST <= score <= HIGHEST for score in _all_scores(self.judgement)) if self.judgement else 0

    def row(self) -> dict[str, Any]:
        """The dialogue as the results keep it."""
        rate = self.coverage.rate
        said = self.judgement
        return {
            "dialogue": self.id,
            "document": self.document,
            "tree": self.tree,
            "judge": self.judge,
            "turns": [_shown(turn, ("turn", *TURN_METRICS, "fault")) for turn in said.turns] if said else None,
            "overall": _shown(said.overall, (*OVERALL_METRICS, "fault")) if said else None,
            "coverage": {
                "rate": None if rate is None else round(float(rate), 4),
                "encoder": self.coverage.encoder,
                "threshold": self.coverage.threshold,
                "evidence": self.evidence,
            },
            "slips": self.slips,
            "fault": self.fault,
            "calls": list(self.calls),
        }


def _all_scores(judgement: Judgement) -> list[float]:
    turns = [getattr(turn, name) for turn in judgement.turns for name in TURN_METRICS]
    overall = [getattr(judgement.overall, name) for name in OVERALL_METRICS]
    return [score for score in (*turns, *overall) if score != NOT_APPLICABLE]


def _shown(said: Any, names: Sequence[str]) -> dict[str, Any]:
    """Scores as they count, on halves."""
    values = {name: getattr(said, name) for name in names}
    return {name: float(snapped(value)) if isinstance(value, float) else value for name, value in values.items()}


@dataclass
class JudgedRun:
    """What a judge said of a run's dialogues; `damaged` is what nobody could read.

    `ended` is why it could say no more, `unreached` how many dialogues it said nothing of for that.
    """

    directory: RunDirectory
    judge: str
    dialogues: list[JudgedDialogue] = field(default_factory=list)
    damaged: list[TreeError] = field(default_factory=list)
    ended: R2SError | None = None
    unreached: int = 0

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return self.directory.read_manifest() or {}

    @property
    def method(self) -> str:
        return self.manifest.get("method", "")

    @property
    def generator(self) -> str:
        """The models that made the dialogues."""
        return ", ".join(dict.fromkeys(self.manifest.get("models", {}).values()))

    @property
    def has_judge(self) -> bool:
        return self.judge != NO_JUDGE

    @property
    def is_own_judge(self) -> bool:
        """Whether the judge also made dialogues of the run: judges prefer what sounds like themselves."""
        return self.judge in self.manifest.get("models", {}).values()

    @property
    def judged(self) -> list[JudgedDialogue]:
        return [dialogue for dialogue in self.dialogues if dialogue.judgement]

    @property
    def unjudged(self) -> list[JudgedDialogue]:
        """Those on which the judge gave no usable answer; who still waits for one is not among them."""
        return [each for each in self.dialogues if each.judgement is None and not each.is_waiting and self.has_judge]

    def columns(self, paper_compat: bool = False) -> dict[str, Fraction | None]:
        """The means of every metric, exactly or as the authors' code makes them; coverage is over all dialogues."""
        means = columns(dialogue.scores for dialogue in self.dialogues)
        if not paper_compat:
            return means
        heard = (each.judgement for each in self.dialogues if not each.is_waiting)
        records = (paper_record(judgement) if judgement else None for judgement in heard)
        return {**means, **paper_columns(records)}

    def average(self, paper_compat: bool = False) -> Average | None:
        """The run's `Avg.`, of the printed columns; coverage alone, without a judge, is none."""
        return average(self.columns(paper_compat)) if self.has_judge else None

    def intervals(self, seed: int = 0) -> dict[str, Interval | None]:
        """The 95 % intervals of the exact means, documents drawn anew."""
        found = intervals([(dialogue.document, dialogue.scores) for dialogue in self.dialogues], seed=seed)
        return found if self.has_judge else {**found, "avg": None}

    @property
    def evidence(self) -> float | None:
        """The mean share of the document that replies cite."""
        shares = [dialogue.evidence for dialogue in self.dialogues if dialogue.evidence is not None]
        return sum(shares) / len(shares) if shares else None
