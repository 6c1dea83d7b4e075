"""Dialogues on their way through the filters: who stays, who goes, and why."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from r2s.samples.dialogue import Dialogue
from r2s.samples.settings import ExportSettings
from r2s.trees.tree import ConversationTree


class Sieve:
    """Asks the target and every filter in turn; each dialogue that is dropped is counted and told to `record`."""

    def __init__(self, settings: ExportSettings, record: Callable[[dict[str, Any]], None]) -> None:
        filters = sorted(settings.filters, key=lambda filter: filter.remembers)
        self._judges = [
            (settings.target.kind, settings.target.refuses),
            *((filter.kind, filter.judge()) for filter in filters),
        ]
        self._record = record
        self.dropped: Counter[str] = Counter()

    def keeps(self, dialogue: Dialogue) -> bool:
        """Whether nobody refuses this dialogue."""
        for name, judge in self._judges:
            reason = judge(dialogue)
            if reason is not None:
                self.drop([dialogue], name, reason)
                return False
        return True

    def drop(self, dialogues: Iterable[Dialogue], name: str, reason: str) -> None:
        """Drop dialogues, whatever the filters would say."""
        for dialogue in dialogues:
            self._drop(dialogue.tree, name, reason, leaf=dialogue.path[-1].id)

    def drop_again(self, tree: ConversationTree) -> None:
        """Drop a tree that was there before: two of the runs hold it."""
        self._drop(tree, "seen before", "another run holds the same tree")

    def _drop(self, tree: ConversationTree, name: str, reason: str, **more: str) -> None:
        self.dropped[name] += 1
        self._record({"document": tree.document.id, "tree": tree.id, **more, "filter": name, "reason": reason})
