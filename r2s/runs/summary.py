"""What a run made, in figures: added up tree by tree, so that memory does not grow with the run."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from r2s.documents.language import rules_for
from r2s.documents.words import spoken_length
from r2s.policies.logic import QUESTIONS
from r2s.policies.quality import copied_share
from r2s.runs.spending import Spending
from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree
from r2s.usage import Usage


class Mean:
    """A mean that needs no list."""

    def __init__(self) -> None:
        self.total, self.count = 0.0, 0

    def add(self, value: float) -> None:
        self.total, self.count = self.total + value, self.count + 1

    @property
    def value(self) -> float | None:
        """The mean to four places, null where nothing was added."""
        return round(self.total / self.count, 4) if self.count else None


class Summary:
    """Counts and means over the trees of a run; `figures` gives them under the names that `metrics.json` keeps.

    `usage` is that of the finished dialogues, wherever their replies came from; `spent` is what the run's own calls
    cost, those of dialogues that failed or are not finished among them.
    """

    def __init__(self) -> None:
        self.trees, self.samples, self.calls = 0, 0, 0
        self.turns, self.stops, self.types, self.flaws, self.languages, self.failed = (Counter() for _ in range(6))
        self.coverage, self.short_coverage, self.distinct_types = Mean(), Mean(), Mean()
        self.user_words, self.assistant_words, self.questions, self.copied = Mean(), Mean(), Mean(), Mean()
        self.dissent, self.exact = Mean(), Mean()
        self.usage, self.spending = Usage(), Spending()

    def add(self, tree: ConversationTree, samples: int) -> None:
        """Count a finished tree and the samples it gave."""
        self.trees += 1
        self.samples += samples
        self.stops[tree.stop.rule] += 1
        self.languages[tree.document.lang] += 1
        self.turns[tree.totals.turns] += 1
        if tree.document.text:
            self.coverage.add(tree.coverage)
        if 0 < len(tree.document.text) < 1500:
            self.short_coverage.add(tree.coverage)
        self._spend(tree)
        self._read([node for node in tree.nodes if node.status == "kept"], tree)

    def fail(self, kind: str) -> None:
        """Count a document that gave no tree."""
        self.failed[kind] += 1

    def _spend(self, tree: ConversationTree) -> None:
        totals = tree.totals
        self.calls += totals.calls
        self.usage += Usage(
            prompt_tokens=totals.prompt_tokens,
            completion_tokens=totals.completion_tokens,
            cost_usd=totals.cost_usd,
        )

    def _read(self, kept: Sequence[Node], tree: ConversationTree) -> None:
        language = rules_for(tree.document.lang)
        types = [node.plan.type for node in kept if node.plan]
        self.types.update(types)
        if types:
            self.distinct_types.add(len(set(types)))
            self.questions.add(fmean([type in QUESTIONS for type in types]))
        for node in kept:
            self.flaws.update(node.flaws)
            (self.user_words if node.role == "user" else self.assistant_words).add(spoken_length(node.text, language))
            if node.role == "assistant":
                if tree.document.text:
                    self.copied.add(copied_share(node.text, tree.document.text, language))
                for span in node.evidence:
                    self.exact.add(span.match == "exact")
                if node.chair:
                    self.dissent.add(node.chair.dissent)

    def figures(self) -> dict[str, Any]:
        """Everything counted, ready for JSON."""
        return {
            "documents": {"trees": self.trees, "failed": sum(self.failed.values()), "by_kind": _sorted(self.failed)},
            "samples": self.samples,
            "languages": _sorted(self.languages),
            "turns": {"by_count": _sorted(self.turns), "mean": _mean_of(self.turns)},
            "stops": _sorted(self.stops),
            "coverage": {"mean": self.coverage.value, "mean_under_1500_characters": self.short_coverage.value},
            "types": {"by_type": _sorted(self.types), "distinct_per_dialogue": self.distinct_types.value},
            "words_per_message": {"user": self.user_words.value, "assistant": self.assistant_words.value},
            "quality": {
                "flaws": _sorted(self.flaws),
                "share_of_questions": self.questions.value,
                "copied_share": self.copied.value,
                "exact_quotes": self.exact.value,
                "dissent": self.dissent.value,
            },
            "usage": {
                "calls": self.calls,
                "prompt_tokens": self.usage.prompt_tokens,
                "completion_tokens": self.usage.completion_tokens,
                "cost_usd": self.usage.cost_usd,
            },
            "spent": self.spending.figures(),
        }


def _sorted(counts: Counter[Any]) -> dict[str, int]:
    return {str(name): count for name, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))}


def _mean_of(counts: Counter[int]) -> float | None:
    total = sum(counts.values())
    return round(sum(value * count for value, count in counts.items()) / total, 4) if total else None
