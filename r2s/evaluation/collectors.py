"""Collectors: named numbers of every turn and every tree, registered with a decorator, for runs of any age.

    @per_turn(Measure("question_marks", "question marks a question"))
    def question_marks(turn: Turn) -> Figures:
        return {"question_marks": turn.question.text.count("?")}

A number that cannot be given is None and never 0. What a turn gives is averaged over a tree's turns.
"""

import importlib
import importlib.util
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Literal, TypeVar

from r2s.documents.language import rules_for
from r2s.errors import ConfigError
from r2s.plugins import COLLECTORS, offers
from r2s.samples.dialogue import dialogues_of
from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree

Kind = Literal["outcome", "size", "panel", "cost"]
Better = Literal["higher", "lower"]
Figures = Mapping[str, float | None]


@dataclass(frozen=True)
class Measure:
    """A number by its name, the words for it, and what it tells.

    An `outcome` tells how good dialogues are and `better` which way; `size` counts them; a `cost` is what they took.
    What the run's own `panel` thought is no outcome: a panel cannot be judged by its own opinion. `of` holds the ends
    of its scale, where it has any.
    """

    name: str
    label: str
    kind: Kind = "outcome"
    better: Better | None = None
    of: tuple[float, float] | None = None

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole, which people read in percent."""
        return self.of == (0.0, 1.0)


@dataclass(frozen=True)
class Turn:
    """One exchange of a tree: a question, its kept reply, and what was said before."""

    tree: ConversationTree
    question: Node
    reply: Node
    before: tuple[Node, ...]

    @property
    def language(self) -> str:
        """`zh` where the document is Chinese, `en` for every other, as rules tell words apart."""
        return rules_for(self.tree.document.lang)


Subject = TypeVar("Subject", Turn, ConversationTree)
Function = Callable[[Subject], Figures]


@dataclass(frozen=True)
class Collector:
    """A function and the measures that it gives."""

    name: str
    measures: tuple[Measure, ...]
    function: Callable[[Any], Figures]

    def figures(self, subject: Turn | ConversationTree, tree: ConversationTree) -> dict[str, float | None]:
        """Its numbers; raises `ConfigError` where it fails or gives anything else."""
        try:
            given = self.function(subject)
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            raise ConfigError(f"the collector {self.name} failed on tree {tree.id}: {told}") from error
        names = {measure.name for measure in self.measures}
        for name, value in given.items():
            if name not in names:
                raise ConfigError(f"the collector {self.name} gave {name}, which is none of its measures")
            if value is not None and not (isinstance(value, int | float) and math.isfinite(value)):
                raise ConfigError(f"the collector {self.name} gave {value!r} as {name} of tree {tree.id}: no number")
        values = {measure.name: given.get(measure.name) for measure in self.measures}
        return {name: None if value is None else float(value) for name, value in values.items()}


class Collectors:
    """Collectors of trees and of turns, by name, in the order in which they were registered."""

    def __init__(self) -> None:
        self._of_trees: dict[str, Collector] = {}
        self._of_turns: dict[str, Collector] = {}

    def per_tree(self, *measures: Measure) -> Callable[[Function], Function]:
        """Register a function of a tree that gives these measures; raises `ValueError` where a name is taken."""
        return lambda function: self._add(self._of_trees, function, measures)

    def per_turn(self, *measures: Measure) -> Callable[[Function], Function]:
        """Register a function of a turn that gives these measures; raises `ValueError` where a name is taken."""
        return lambda function: self._add(self._of_turns, function, measures)

    @property
    def measures(self) -> list[Measure]:
        """All that can be collected: first of trees, then of turns."""
        return [*self._measures(self._of_trees), *self.turn_measures]

    @property
    def turn_measures(self) -> list[Measure]:
        return list(self._measures(self._of_turns))

    def of_turns(self, tree: ConversationTree) -> list[tuple[Turn, dict[str, float | None]]]:
        """Each turn of a tree with its numbers."""
        return [(turn, self._collect(self._of_turns, turn, tree)) for turn in turns_of(tree)]

    def of_tree(
        self, tree: ConversationTree, turns: Sequence[tuple[Turn, Mapping[str, float | None]]]
    ) -> dict[str, float | None]:
        """The numbers of a tree, those of its turns averaged over them."""
        figures = self._collect(self._of_trees, tree, tree)
        for measure in self.turn_measures:
            figures[measure.name] = mean(figures[measure.name] for _, figures in turns)
        return figures

    @staticmethod
    def _measures(collectors: Mapping[str, Collector]) -> Iterator[Measure]:
        return (measure for collector in collectors.values() for measure in collector.measures)

    @staticmethod
    def _collect(
        collectors: Mapping[str, Collector], subject: Turn | ConversationTree, tree: ConversationTree
    ) -> dict[str, float | None]:
        found: dict[str, float | None] = {}
        for collector in collectors.values():
            found.update(collector.figures(subject, tree))
        return found

    def _add(self, kept: dict[str, Collector], function: Function, measures: tuple[Measure, ...]) -> Function:
        name = function.__name__
        taken = {measure.name for measure in self.measures} & {measure.name for measure in measures}
        if name in self._of_trees or name in self._of_turns:
            raise ValueError(f"there is a collector {name} already; give yours another name")
        if taken:
            raise ValueError(f"the measure {min(taken)} of {name} is given by another collector already")
        kept[name] = Collector(name, measures, function)
        return function


REGISTRY = Collectors()
per_tree, per_turn = REGISTRY.per_tree, REGISTRY.per_turn


def turns_of(tree: ConversationTree) -> Iterator[Turn]:
    """The turns of a tree in the order of its messages; what branches share comes once."""
    seen: set[str] = set()
    for dialogue in dialogues_of(tree):
        for index in range(1, len(dialogue.path), 2):
            question, reply = dialogue.path[index - 1 : index + 1]
            if reply.id not in seen:
                seen.add(reply.id)
                yield Turn(tree, question, reply, dialogue.path[: index - 1])


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of the numbers that there are; None where there is none."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def load_collectors(own: Sequence[str] = ()) -> Collectors:
    """The shipped collectors, those of installed packages, and the user's `own`, by a module's name or a .py file.

    A package offers its own under the entry point group `r2s.collectors`, each naming a module that registers them.
    """
    importlib.import_module("r2s.evaluation.measures")
    for offer in offers(COLLECTORS).values():
        offer.load()
    for name in own:
        _registering(name, lambda name=name: _import(name))
    return REGISTRY


def _registering(name: str, load: Callable[[], Any]) -> None:
    try:
        load()
    except Exception as error:
        raise ConfigError(f"the collectors of {name} cannot be loaded: {type(error).__name__}: {error}") from error


def _import(name: str) -> None:
    """A file is a module of its own, loaded once."""
    if not name.endswith(".py"):
        importlib.import_module(name)
        return
    path = Path(name).resolve()
    module = f"r2s_collectors_{path.stem}_{abs(hash(path)):x}"
    spec = importlib.util.spec_from_file_location(module, path)
    if module in sys.modules or spec is None or spec.loader is None:
        return
    sys.modules[module] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(sys.modules[module])
    except BaseException:
        del sys.modules[module]
        raise
