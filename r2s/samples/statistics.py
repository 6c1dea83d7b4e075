"""Figures of an export, added up row by row, so that memory does not grow with them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.target import Row
from r2s.trees.coverage import covered_share
from r2s.trees.node import mean_score
from r2s.trees.tree import ConversationTree, TreeDocument

UNKNOWN_LICENCE = "unknown: check"


class Spread:
    """How many, their mean and the largest, without a list."""

    def __init__(self) -> None:
        self.count, self.total, self.largest = 0, 0.0, 0.0

    def add(self, value: float) -> None:
        self.count, self.total, self.largest = self.count + 1, self.total + value, max(self.largest, value)

    def figures(self) -> dict[str, float] | None:
        """Mean and maximum; null where nothing was added."""
        if not self.count:
            return None
        return {"mean": round(self.total / self.count, 4), "max": round(self.largest, 4)}


class Statistics:
    """Counts over everything that is exported; `figures` gives them under the names that reports keep."""

    def __init__(self) -> None:
        self.trees = self.dialogues = 0
        self.rows: Counter[str] = Counter()
        self.languages, self.methods, self.models, self.panels, self.runs = (Counter[str]() for _ in range(5))
        self.flaws: Counter[str] = Counter()
        self.turns, self.scores, self.coverage = Spread(), Spread(), Spread()
        self.user_characters, self.assistant_characters = Spread(), Spread()
        self.document_characters, self.row_characters = Spread(), Spread()
        self._documents: dict[str, set[str]] = {}
        self._sources: dict[str, Counter[str]] = {}

    def add(self, split: str, tree: ConversationTree, dialogues: Sequence[Dialogue]) -> None:
        """Count the dialogues of one tree."""
        self.trees += 1
        self.dialogues += len(dialogues)
        self.languages[tree.document.lang] += len(dialogues)
        self.methods[tree.method] += len(dialogues)
        self.runs[tree.run] += 1
        for role, name in tree.models.items():
            self.models[f"{role}: {name}"] += 1
        self._add_document(split, tree.document)
        self.panels.update(_panels(tree))
        for dialogue in dialogues:
            self._read(dialogue)

    def add_row(self, split: str, row: Row) -> None:
        """Count one row; what counts of its length is what is asked and answered."""
        self.rows[split] += 1
        said = [message["content"] for message in row.get("messages", ()) if message["role"] != "system"]
        if said:
            self.row_characters.add(sum(map(len, said)))

    def _add_document(self, split: str, document: TreeDocument) -> None:
        documents = self._documents.setdefault(split, set())
        if document.id not in documents:
            documents.add(document.id)
            self._sources.setdefault(document.source, Counter())[document.licence or UNKNOWN_LICENCE] += 1
            if document.text:
                self.document_characters.add(len(document.text))

    def _read(self, dialogue: Dialogue) -> None:
        self.turns.add(len(dialogue.exchanges))
        if dialogue.tree.document.text:
            self.coverage.add(covered_share(dialogue.path, len(dialogue.tree.document.text)))
        for node in dialogue.path:
            self.flaws.update(node.flaws)
            (self.user_characters if node.role == "user" else self.assistant_characters).add(len(node.text))
        for reply in dialogue.replies:
            if (score := mean_score(reply)) is not None:
                self.scores.add(score)

    def figures(self) -> dict[str, Any]:
        """Everything counted, ready for JSON."""
        return {
            "rows": dict(self.rows),
            "documents": {split: len(documents) for split, documents in self._documents.items()},
            "runs": _sorted(self.runs),
            "trees": self.trees,
            "dialogues": self.dialogues,
            "languages": _sorted(self.languages),
            "methods": _sorted(self.methods),
            "models": _sorted(self.models),
            "reviewers_per_reply": _sorted(self.panels),
            "turns": self.turns.figures(),
            "characters": {
                "user_message": self.user_characters.figures(),
                "assistant_message": self.assistant_characters.figures(),
                "document": self.document_characters.figures(),
                "row": self.row_characters.figures(),
            },
            "scores": self.scores.figures(),
            "coverage": self.coverage.figures(),
            "flaws": _sorted(self.flaws),
            "sources": {source: _sorted(licences) for source, licences in sorted(self._sources.items())},
        }


def _panels(tree: ConversationTree) -> Iterator[str]:
    """How many reviewers heard the replies to each question; a rewrite may have been checked by one of them alone."""
    panels: dict[str | None, set[str]] = {}
    for node in tree.nodes:
        if node.role == "assistant" and node.status != "failed":
            heard = {review.reviewer for review in node.reviews if not review.error}
            panels.setdefault(node.parent, set()).update(heard)
    return (str(len(panel)) for panel in panels.values())


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
