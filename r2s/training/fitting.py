"""Rows that fit: no answer is ever cut, so what is too long gives way elsewhere, or goes.

Of a GLLM row the document is shortened, to the passages that the dialogue stands on and as many around them as fit; of
a dialogue the last turns are left off whole. Where that does not help, the row is dropped.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from r2s.documents.document import Passage
from r2s.samples.dialogue import Dialogue
from r2s.samples.targets.gllm_turn import GllmTurns
from r2s.samples.targets.messages import Messages
from r2s.samples.targets.target import Row, Target
from r2s.training.encoding import Encoded, Encoder
from r2s.trees.node import Node


class Fitted(NamedTuple):
    """A row to learn from; `shortened` says what was left out of it, or nothing."""

    encoded: Encoded
    shortened: str | None


class Dropped(NamedTuple):
    """A row that is not learned from, and why."""

    dialogue: str
    reason: str


class Fitter:
    """Turns dialogues into rows of at most `length` tokens."""

    def __init__(self, target: Target, encoder: Encoder, length: int) -> None:
        self._target = target
        self._encoder = encoder
        self._length = length
        self._is_per_turn = isinstance(target, GllmTurns)
        self._shorten = self._with_fewer_turns if isinstance(target, Messages) else self._with_less_document

    def rows(self, dialogue: Dialogue) -> Iterator[Fitted | Dropped]:
        """The rows of one dialogue: one, or for `gllm_turn` one a turn."""
        turns = [replace(dialogue, train=(index,)) for index in dialogue.train]
        return map(self._fit, turns if self._is_per_turn else [dialogue])

    def _fit(self, dialogue: Dialogue) -> Fitted | Dropped:
        encoded = self._encode(dialogue)
        if len(encoded.tokens) <= self._length:
            return Fitted(encoded, None)
        return self._shorten(dialogue) or Dropped(dialogue.id, self._too_long(len(encoded.tokens)))

    def _with_fewer_turns(self, dialogue: Dialogue) -> Fitted | None:
        def first(count: int) -> Dialogue | None:
            train = tuple(index for index in dialogue.train if index < 2 * count)
            return replace(dialogue, path=dialogue.path[: 2 * count], train=train) if train else None

        turns = len(dialogue.exchanges)
        found = self._most(turns - 1, first)
        return found and Fitted(found[1], f"its last {turns - found[0]} of {turns} turns")

    def _with_less_document(self, dialogue: Dialogue) -> Fitted | None:
        document = dialogue.tree.document
        answers = [dialogue.path[dialogue.train[0]]] if self._is_per_turn else dialogue.replies
        first, last = _needed(answers, document.passages)

        def around(count: int) -> Dialogue | None:
            kept = document.passages[max(0, first - count) : last + 1 + count]
            return _excerpt(dialogue, kept[0].start, kept[-1].end) if kept else None

        found = self._most(len(document.passages), around)
        return found and Fitted(found[1], "what the document says elsewhere")

    def _most(self, most: int, variant: Callable[[int], Dialogue | None]) -> tuple[int, Encoded] | None:
        """The largest number from 0 to `most` whose variant fits, by halving: variants grow with their number."""
        low, high, found = 0, most, None
        while low <= high:
            middle = (low + high) // 2
            changed = variant(middle)
            encoded = self._encode(changed) if changed else None
            if encoded and len(encoded.tokens) > self._length:
                high = middle - 1
            else:
                low = middle + 1
                found = (middle, encoded) if encoded else found
        return found

    def _encode(self, dialogue: Dialogue) -> Encoded:
        (row,) = self._target.rows([dialogue])
        return self._encoder.encode(row)

    def _too_long(self, count: int) -> str:
        return f"{count} tokens, and the part that must not be cut does not fit in {self._length} either"


def preference_row(row: Row, encoder: Encoder, length: int) -> Row | Dropped:
    """A pair that fits, its words alone; a pair cannot be shortened."""
    longest = max(encoder.count([*row["prompt"], *row[side]]) for side in ("chosen", "rejected"))
    if longest > length:
        meta = row["meta"]
        return Dropped(f"{meta['tree']}-{meta['chosen']}-{meta['rejected']}", f"{longest} tokens, at most {length} fit")
    return {name: row[name] for name in ("prompt", "chosen", "rejected")}


def _needed(answers: Sequence[Node], passages: Sequence[Passage]) -> tuple[int, int]:
    """The first and the last passage that the answers stand on; the first of all where they stand on none."""
    spans = [span for answer in answers for span in answer.evidence]
    if not spans:
        return 0, 0
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    touched = [place for place, passage in enumerate(passages) if passage.end > start and passage.start < end]
    return (touched[0], touched[-1]) if touched else (0, len(passages) - 1)


def _excerpt(dialogue: Dialogue, start: int, end: int) -> Dialogue:
    """The dialogue, as if the document held no more than this."""
    document = dialogue.tree.document
    passages = tuple(_moved(passage, -start) for passage in document.passages if start <= passage.start < end)
    shorter = document.model_copy(update={"text": document.text[start:end], "passages": passages})
    return replace(dialogue, tree=dialogue.tree.model_copy(update={"document": shorter}))


def _moved(passage: Passage, by: int) -> Passage:
    return Passage(id=passage.id, start=passage.start + by, end=passage.end + by)
