"""What a training learns from: the trees of runs as rows that fit, and what was left out of them, and why."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from r2s.errors import ConfigError
from r2s.models.names import BASELINE
from r2s.samples.dialogue import Dialogue
from r2s.samples.selection import Chosen, Selection
from r2s.samples.targets.target import Row
from r2s.training.encoding import IGNORED, Encoded, Encoder
from r2s.training.fitting import Dropped, Fitted, Fitter, preference_row
from r2s.training.settings import TrainSettings
from r2s.trees.tree import ConversationTree


@dataclass
class Corpus:
    """Rows by split (`train`, `held_out`): `Encoded`, or for preference pairs TRL's `prompt`, `chosen`, `rejected`.

    `left_out` tells of every dialogue and row that was dropped or shortened. `models` are who played in the dialogues.
    """

    rows: dict[str, list[Any]] = field(default_factory=lambda: {"train": [], "held_out": []})
    left_out: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    trees: int = 0

    @property
    def is_baseline(self) -> bool:
        """Whether the built-in baseline played in it."""
        return BASELINE in self.models

    @property
    def tokens(self) -> int:
        return sum(len(row.tokens) for row in self._encoded)

    @property
    def trained_tokens(self) -> int:
        """How many tokens of the training rows count in the loss."""
        return sum(label != IGNORED for row in self._encoded for label in row.labels)

    @property
    def _encoded(self) -> list[Encoded]:
        return [row for row in self.rows["train"] if isinstance(row, Encoded)]

    def figures(self) -> dict[str, Any]:
        """Counts: rows, tokens, what was left out by its kind."""
        return {
            "rows": {split: len(rows) for split, rows in self.rows.items() if rows},
            "tokens": self.tokens,
            "trained_tokens": self.trained_tokens,
            "trees": self.trees,
            "documents": dict(Counter(self.documents.values())),
            "languages": dict(self.languages),
            "models": dict(self.models),
            "left_out": dict(Counter(entry["filter"] for entry in self.left_out)),
        }


def make_corpus(trees: Iterable[ConversationTree], settings: TrainSettings, encoder: Encoder) -> Corpus:
    """The rows of the trees; raises `ConfigError` where there is nothing to learn from."""
    corpus = Corpus()
    selection = Selection(settings.export, corpus.left_out.append)
    make = _pairs if settings.target == "preference" else _samples
    for chosen in selection.of(trees):
        _count(corpus, chosen)
        corpus.rows[chosen.split].extend(make(corpus, chosen, settings, encoder))
        if settings.limit and len(corpus.rows["train"]) >= settings.limit:
            corpus.rows["train"] = corpus.rows["train"][: settings.limit]
            break
    _check(corpus, settings)
    return corpus


def _count(corpus: Corpus, chosen: Chosen) -> None:
    corpus.trees += 1
    document = chosen.tree.document
    corpus.documents[document.id] = chosen.split
    corpus.languages[document.lang] += 1
    corpus.models.update({dialogue.meta["model"] for dialogue in chosen.dialogues})


def _samples(corpus: Corpus, chosen: Chosen, settings: TrainSettings, encoder: Encoder) -> Iterator[Encoded]:
    fitter = Fitter(settings.export.target, encoder, settings.length)
    answers: list[list[int]] = []
    for dialogue in chosen.dialogues:
        for result in fitter.rows(dialogue):
            if isinstance(result, Dropped):
                _leave_out(corpus, chosen.tree, result.dialogue, "length", result.reason)
                continue
            row = _learned_once(result.encoded, answers) if settings.learns_once else result.encoded
            if all(label == IGNORED for label in row.labels):
                _leave_out(corpus, chosen.tree, dialogue.id, "said before", "an earlier row of the tree has every word")
                continue
            _tell_shortened(corpus, chosen.tree, dialogue, result)
            yield row


def _learned_once(row: Encoded, answers: list[list[int]]) -> Encoded:
    """The row without loss on the beginning that its answer shares with an earlier one of the same tree."""
    first = next(place for place, label in enumerate(row.labels) if label != IGNORED)
    answer = row.labels[first:]
    shared = max((_shared(answer, other) for other in answers), default=0)
    answers.append(answer)
    return Encoded(row.tokens, [*row.labels[:first], *[IGNORED] * shared, *answer[shared:]])


def _shared(one: list[int], other: list[int]) -> int:
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _pairs(corpus: Corpus, chosen: Chosen, settings: TrainSettings, encoder: Encoder) -> Iterator[Row]:
    for row in settings.export.target.rows(chosen.dialogues):
        result = preference_row(row, encoder, settings.length)
        if isinstance(result, Dropped):
            _leave_out(corpus, chosen.tree, result.dialogue, "length", result.reason)
        else:
            yield result


def _tell_shortened(corpus: Corpus, tree: ConversationTree, dialogue: Dialogue, result: Fitted) -> None:
    if result.shortened:
        _leave_out(corpus, tree, dialogue.id, "shortened", f"left out: {result.shortened}")


def _leave_out(corpus: Corpus, tree: ConversationTree, dialogue: str, kind: str, reason: str) -> None:
    corpus.left_out.append(
        {"document": tree.document.id, "tree": tree.id, "dialogue": dialogue, "filter": kind, "reason": reason}
    )


def _check(corpus: Corpus, settings: TrainSettings) -> None:
    if corpus.rows["train"]:
        return
    if corpus.rows["held_out"]:
        raise ConfigError("every document is held out and none is left to learn from: lower held_out, or add documents")
    if not corpus.left_out:
        raise ConfigError(
            settings.export.target.advice if corpus.trees else "the runs hold no dialogue, so there is nothing to learn"
        )
    first = islice((entry["reason"] for entry in corpus.left_out), 1)
    raise ConfigError(
        f"nothing is left to learn from: all {len(corpus.left_out)} dialogues were dropped, the first because of: "
        f"{next(first)}; a larger length (now {settings.length}) or fewer filters may help"
    )
