"""A talk: what was said in a dialogue of a run, or in a pair of a file, as the statistics of both read it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import orjson

from r2s.documents.document import Document
from r2s.documents.failure import DocumentFailure
from r2s.documents.spoken import read_spoken
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.trees.tree import ConversationTree


class Exchange(NamedTuple):
    """What was asked and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True)
class Talk:
    """`key` names a talk in files: by `tree` and `leaf`, or by `id`. Only those of a run have a `dialogue`."""

    key: dict[str, str]
    language: str
    messages: Sequence[dict[str, str]]
    dialogue: Dialogue | None = None

    @property
    def document(self) -> str | None:
        """The id of the document that a dialogue is about; null for a pair."""
        return self.dialogue.tree.document.id if self.dialogue else None

    @property
    def exchanges(self) -> list[Exchange]:
        said = [message["content"] for message in self.messages]
        return [Exchange(*pair) for pair in zip(said[::2], said[1::2], strict=True)]

    @cached_property
    def digest(self) -> str:
        """A hash of which talk this is and what is said in it: figures of the same digest are figures of this talk."""
        return hashlib.blake2s(orjson.dumps([self.key, self.messages]), digest_size=12).hexdigest()


def talks_of_trees(trees: Iterable[ConversationTree]) -> Iterator[Talk]:
    """Every dialogue of the trees, also one that an export would leave out for holding nothing new to train on."""
    for tree in trees:
        for dialogue in dialogues_of(tree, "every"):
            key = {"tree": tree.id, "leaf": dialogue.path[-1].id}
            yield Talk(key, dialogue.language, dialogue.messages, dialogue)


def talks_of_pairs(path: Path, tell: Callable[[DocumentFailure], None]) -> Iterator[Talk]:
    """The pairs and dialogues of a file; `tell` hears of those that cannot be used."""
    for document in read_spoken([path]):
        if isinstance(document, DocumentFailure):
            tell(document)
        else:
            yield _talk_of(document)


def _talk_of(document: Document) -> Talk:
    messages = [{"role": message.role, "content": message.text} for message in document.messages]
    return Talk({"id": document.id}, document.language, messages)
