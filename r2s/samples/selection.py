"""Which dialogues of which trees are taken, and into which split: what every way to samples begins with."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.samples.settings import ExportSettings
from r2s.samples.sieve import Sieve
from r2s.samples.splits import Splits
from r2s.trees.tree import ConversationTree


class Chosen(NamedTuple):
    """The dialogues of one tree that passed every filter; there is at least one."""

    split: str
    tree: ConversationTree
    dialogues: list[Dialogue]


class Selection:
    """Takes each tree once and asks the filters; every dialogue that is dropped is counted and told to `record`."""

    def __init__(self, settings: ExportSettings, record: Callable[[dict[str, Any]], None]) -> None:
        self._settings = settings
        self._sieve = Sieve(settings, record)

    def of(self, trees: Iterable[ConversationTree]) -> Iterator[Chosen]:
        """The trees of which something is left, in their order."""
        splits, seen = Splits(self._settings.split, self._settings.together), set[str]()
        for tree in trees:
            if tree.id in seen:
                self._sieve.drop_again(tree)
                continue
            seen.add(tree.id)
            placed, dialogues = splits.of(tree.document), dialogues_of(tree, self._settings.loss)
            if placed.reason:
                self._sieve.drop(dialogues, "split", placed.reason)
            elif kept := [one for one in dialogues if self._sieve.keeps(one)]:
                splits.keep(placed)
                yield Chosen(placed.split, tree, kept)

    @property
    def dropped(self) -> Counter[str]:
        """How many dialogues were dropped, by the filter that refused them."""
        return self._sieve.dropped
