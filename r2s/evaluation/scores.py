"""The scores of K-BENCH: a dialogue's means, a corpus's columns, and the average that the paper prints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

from r2s.agents.judge import NOT_APPLICABLE, Judgement, snapped

TURN_METRICS = ("info", "us", "uf", "fd", "fl")
OVERALL_METRICS = ("cs", "co", "ia")
JUDGED = (*TURN_METRICS, *OVERALL_METRICS)
METRICS = (*JUDGED, "cr")
"""The columns of the paper's tables; `cr` is a percentage, the others go from 0 to 5."""

# 100 % of coverage weigh as much as 5 points.
PERCENT_A_POINT = 20

Values = Mapping[str, Fraction | None]


def dialogue_scores(judgement: Judgement) -> dict[str, Fraction | None]:
    """A dialogue's scores: of the turns the mean, fidelity over the turns that have one; null where none has."""
    turns = {name: _mean(_scores_of(judgement, name)) for name in TURN_METRICS}
    return {**turns, **{name: snapped(getattr(judgement.overall, name)) for name in OVERALL_METRICS}}


def _scores_of(judgement: Judgement, name: str) -> list[Fraction]:
    said = (getattr(turn, name) for turn in judgement.turns)
    return [snapped(score) for score in said if score != NOT_APPLICABLE]


def columns(dialogues: Iterable[Values], names: Sequence[str] = METRICS) -> dict[str, Fraction | None]:
    """The means over dialogues, each over those that have the score."""
    rows = list(dialogues)
    return {name: _mean([value for row in rows if (value := row.get(name)) is not None]) for name in names}


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


@dataclass(frozen=True)
class Average:
    """The `Avg.` of a row: as printed, cut off after two places; exactly; and which of the nine terms it lacks."""

    printed: Decimal
    exact: Fraction
    missing: tuple[str, ...]


def average(row: Mapping[str, Decimal | Fraction | None]) -> Average | None:
    """The average as the paper has it: nine terms as they are printed, coverage turned into points, cut off.

    Where a metric is missing, it is the mean of the others and says so; null where all are.
    """
    printed = {name: rounded(value) for name in METRICS if (value := row.get(name)) is not None}
    if not printed:
        return None
    exact = sum((points(name, Fraction(value)) for name, value in printed.items()), Fraction(0)) / len(printed)
    return Average(Decimal(floor(exact * 100)) / 100, exact, tuple(name for name in METRICS if name not in printed))


def points(name: str, value: Fraction) -> Fraction:
    """A metric's value on the scale from 0 to 5."""
    return value / PERCENT_A_POINT if name == "cr" else value


def rounded(value: Decimal | Fraction) -> Decimal:
    """A value as tables print it: two places, halves upwards."""
    exact = Fraction(value)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class PaperTurn:
    """A turn as the authors' code reads it; null is N/A. `replied` holds us, uf, fd and fl, if the judge gave four."""

    info: float | None
    replied: tuple[float | None, ...]
    is_empty: bool = False


@dataclass(frozen=True)
class PaperRecord:
    """A judged dialogue as the authors' code reads it; `overall` holds cs, co and ia, if the judge gave three."""

    turns: tuple[PaperTurn, ...]
    overall: tuple[float | None, ...]


def paper_record(judgement: Judgement) -> PaperRecord:
    """A judgement of ours as the authors' code would find it."""

    def value(score: float | str) -> float | None:
        return None if isinstance(score, str) else float(snapped(score))

    turns = (
        PaperTurn(value(turn.info), tuple(value(getattr(turn, name)) for name in TURN_METRICS[1:]))
        for turn in judgement.turns
    )
    return PaperRecord(tuple(turns), tuple(value(getattr(judgement.overall, name)) for name in OVERALL_METRICS))


def paper_columns(records: Iterable[PaperRecord | None]) -> dict[str, Fraction | None]:
    """The means as the authors' code makes them, with all that is odd in it; null stands for an unreadable record.

    Info loses its decimals; a turn without info loses its other scores; an unreadable record counts as the one before
    it once more; a dialogue without turns or without three overall scores adds nothing but is counted.
    """
    tally = _PaperTally()
    before: PaperRecord | None = None
    for record in records:
        before = record or before
        if before is not None:
            tally.add(before)
    return tally.columns()


@dataclass
class _PaperTally:
    """Sums over dialogues, and over how many each is to be divided."""

    dialogues: int = 0
    sums: dict[str, Fraction] = field(default_factory=lambda: dict.fromkeys(JUDGED, Fraction(0)))
    without: dict[str, int] = field(default_factory=lambda: {"fd": 0, "fl": 0})

    def add(self, record: PaperRecord) -> None:
        self.dialogues += 1
        if not record.turns or len(record.overall) != len(OVERALL_METRICS):
            return
        scored = [turn for turn in record.turns if not turn.is_empty and turn.info is not None]
        replied = [turn.replied for turn in scored if len(turn.replied) == len(TURN_METRICS) - 1]
        count = len(record.turns)
        self.sums["info"] += Fraction(sum(int(turn.info or 0) for turn in scored), count)
        for place, name in enumerate(TURN_METRICS[1:]):
            given = [Fraction(score) for scores in replied if (score := scores[place]) is not None]
            if name in self.without:
                self._add_mean(name, given)
            else:
                self.sums[name] += sum(given, Fraction(0)) / count
        for name, score in zip(OVERALL_METRICS, record.overall, strict=True):
            self.sums[name] += Fraction(score or 0)

    def _add_mean(self, name: str, given: Sequence[Fraction]) -> None:
        """A mean of 0 counts as none."""
        if any(given):
            self.sums[name] += sum(given, Fraction(0)) / len(given)
        else:
            self.without[name] += 1

    def columns(self) -> dict[str, Fraction | None]:
        counts = {name: self.dialogues - self.without.get(name, 0) for name in JUDGED}
        return {name: self.sums[name] / count if (count := counts[name]) else None for name in JUDGED}
