"""Runs read as the cells of one table: every tree once, its turns written as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from r2s.errors import ConfigError
from r2s.evaluation.collectors import Collectors, Measure, Turn
from r2s.experiments.agreement import Ratings, ratings_of
from r2s.experiments.directory import CellRun
from r2s.experiments.table import Key, Row, Table
from r2s.policies.acceptance import Acceptance
from r2s.runs.directory import RunDirectory
from r2s.runs.reading import check_same_document
from r2s.samples.dialogue import dialogues_of
from r2s.samples.filters.catalogue import AnyFilter
from r2s.samples.filters.matter import Flaws, Repetition
from r2s.samples.filters.size import Turns
from r2s.samples.settings import ExportSettings
from r2s.samples.sieve import Sieve

ACCEPTED = Measure("accepted", "accepted samples a dialogue", kind="outcome", better="higher")
# What an export would take: no flaw that speakers are asked to mend, more than one turn, little said twice.
DEFAULT_FILTERS: tuple[AnyFilter, ...] = (Flaws(named=Acceptance().ask_again), Turns(least=2), Repetition())

Judged = Callable[[RunDirectory], Mapping[str, Mapping[str, float | None]]]
"""The scores of a run's trees by a judge, by tree and measure."""


TURN_COLUMNS = ("document", "cell", "seed", "replicate", "tree", "turn", "reply", "type")


@dataclass
class Reader:
    """Reads runs as cells of one table; `turns` takes a row for every turn as trees are read, `ratings` what panels
    gave."""

    collectors: Collectors
    filters: Sequence[AnyFilter] = DEFAULT_FILTERS
    judged: Judged = lambda directory: {}
    judge_measures: Sequence[Measure] = ()
    turns: Callable[[dict[str, Any]], None] = lambda row: None
    ratings: Ratings = field(default_factory=dict)
    _hashes: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (*self.judge_measures, ACCEPTED, *self.collectors.measures)

    def table(self, runs: Sequence[CellRun]) -> Table:
        """The table of these runs.

        Raises `ConfigError` where a measure is called as another column, or an id stands for different documents.
        """
        cells = tuple(dict.fromkeys(run.name for run in runs))
        found = {(row.key, row.cell): row for run in runs for row in self._rows(run)}
        rows = _in_order(found, cells)
        table = Table(cells, {run.name: run.settings for run in runs}, self.measures, tuple(rows))
        if twice := [name for name, count in Counter(table.columns()).items() if count > 1]:
            raise ConfigError(f"the table would have two columns {twice[0]}; give the measure of that name another one")
        return table

    def _rows(self, run: CellRun) -> Iterator[Row]:
        scores = self.judged(run.directory)
        sieve = Sieve(ExportSettings(filters=tuple(self.filters)), record=lambda dropped: None)
        for tree in run.directory.read_trees():
            check_same_document(tree.document, self._hashes.setdefault(tree.document.id, tree.document.sha256))
            key = Key(tree.document.id, run.seed, tree.replicate)
            turns = self.collectors.of_turns(tree)
            for turn, figures in turns:
                self.turns(_turn_row(key, run.name, turn, figures))
            self.ratings.setdefault(run.name, {}).setdefault(key.document, []).extend(ratings_of(tree))
            accepted = sum(sieve.keeps(dialogue) for dialogue in dialogues_of(tree))
            figures = {**scores.get(tree.id, {}), ACCEPTED.name: accepted, **self.collectors.of_tree(tree, turns)}
            yield Row(key, run.name, "finished", tree.document.lang, "", tree.id, figures)
        for error in run.directory.read_errors():
            key = Key(error["document"], run.seed, error["replicate"])
            yield Row(key, run.name, "failed", error=error["kind"], figures={ACCEPTED.name: 0})


def _in_order(found: Mapping[tuple[Key, str], Row], cells: Sequence[str]) -> Iterator[Row]:
    """Documents in the order in which cells have them; what a cell has not played is missing."""
    finished = [row for row in found.values() if row.status == "finished"]
    places = {row.key.document: 0 for row in (*finished, *found.values())}
    places = {document: place for place, document in enumerate(places)}
    languages = {row.key.document: row.language for row in finished}
    keys = {key for key, _ in found}
    for key in sorted(keys, key=lambda key: (places[key.document], key.seed, key.replicate)):
        for cell in cells:
            row = found.get((key, cell)) or Row(key, cell, "missing")
            yield row if row.language else replace(row, language=languages.get(key.document, ""))


def _turn_row(key: Key, cell: str, turn: Turn, figures: Mapping[str, float | None]) -> dict[str, Any]:
    plan = turn.question.plan
    return {
        "document": key.document,
        "cell": cell,
        "seed": key.seed,
        "replicate": key.replicate,
        "tree": turn.tree.id,
        "turn": turn.reply.turn,
        "reply": turn.reply.id,
        "type": plan.type if plan else "",
        **figures,
    }
