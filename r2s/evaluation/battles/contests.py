"""Contests: what is to be judged against each other, paired up from two runs, or from two models' answers to MT-Bench.

Files of MT-Bench are as FastChat writes them: questions with `question_id`, `category` and two `turns`; answers with
`question_id` and `choices` whose `turns` answer them.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from r2s.agents.battle import Focus
from r2s.documents.document import Document
from r2s.documents.language import find_language
from r2s.errors import ConfigError, TreeError
from r2s.evaluation.dialogues import scene_of
from r2s.models.prompt import Line
from r2s.runs.reading import check_same_document, sound_trees
from r2s.samples.dialogue import Dialogue, dialogues_of

Lines = tuple[Line, ...]


@dataclass(frozen=True)
class Contest:
    """Two sides on one document (empty for MT-Bench); `key` tells them from all other contests of the two."""

    key: str
    document: Document
    first: Lines
    second: Lines
    focus: Focus = "whole"

    @property
    def lengths(self) -> tuple[int, int]:
        """The characters of both sides' replies, as far as they are compared."""
        return self._length(self.first), self._length(self.second)

    def _length(self, lines: Lines) -> int:
        replies = [line.text for line in lines if line.speaker == "assistant"]
        return sum(map(len, replies[-1:] if self.focus == "last" else replies))


@dataclass
class Pairing:
    """The contests of two sides, and what only one of them has: no contest, and named."""

    contests: list[Contest]
    only_first: list[str] = field(default_factory=list)
    only_second: list[str] = field(default_factory=list)
    damaged: list[TreeError] = field(default_factory=list)


def pair_runs(first: Path, second: Path) -> Pairing:
    """The dialogues of two runs on the same document and replicate; of a tree that branches, its first dialogue."""
    damaged: list[TreeError] = []
    ours, theirs = ({_key(one): one for one in _first_dialogues(path, damaged)} for path in (first, second))
    contests = [_contest(key, dialogue, theirs[key]) for key, dialogue in ours.items() if key in theirs]
    _check(contests, first, second, damaged)
    return Pairing(
        contests, [key for key in ours if key not in theirs], [key for key in theirs if key not in ours], damaged
    )


def _first_dialogues(path: Path, damaged: list[TreeError]) -> Iterator[Dialogue]:
    for tree in sound_trees([path], damaged.append):
        yield from list(dialogues_of(tree))[:1]


def _key(dialogue: Dialogue) -> str:
    return f"{dialogue.tree.document.id}/{dialogue.tree.replicate}"


def _contest(key: str, first: Dialogue, second: Dialogue) -> Contest:
    check_same_document(first.tree.document, second.tree.document.sha256)
    ours, theirs = scene_of(first), scene_of(second)
    return Contest(key, ours.document, ours.transcript, theirs.transcript)


def pair_answers(questions: Path, first: Path, second: Path) -> Pairing:
    """Two models' answers to MT-Bench: a contest for the first turn, and one for both with an eye on the second."""
    asked = {row["question_id"]: row for row in _rows(questions, "turns")}
    ours, theirs = ({row["question_id"]: row for row in _rows(path, "choices")} for path in (first, second))
    shared = [id for id in asked if id in ours and id in theirs]
    contests = list(chain.from_iterable(_turns(asked[id], ours[id], theirs[id]) for id in shared))
    _check(contests, first, second)
    return Pairing(contests, _only(asked, ours, theirs), _only(asked, theirs, ours))


def _only(asked: Iterable[Any], these: Container[Any], others: Container[Any]) -> list[str]:
    return [str(id) for id in asked if id in these and id not in others]


def _turns(question: Mapping[str, Any], first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[Contest]:
    """One contest for each turn that all have, the dialogue up to it in view."""
    asked, ours, theirs = question["turns"], first["choices"][0]["turns"], second["choices"][0]["turns"]
    document = _no_document(question)
    for count in range(1, min(len(asked), len(ours), len(theirs)) + 1):
        yield Contest(
            f"{question['question_id']}/{count}",
            document,
            _lines(asked[:count], ours),
            _lines(asked[:count], theirs),
            "whole" if count == 1 else "last",
        )


def _lines(asked: list[str], answered: list[str]) -> Lines:
    pairs = zip(asked, answered, strict=False)
    return tuple(line for said, reply in pairs for line in (Line("user", said), Line("assistant", reply)))


def _no_document(question: Mapping[str, Any]) -> Document:
    """MT-Bench has none; the language of the judge follows from the question."""
    lang = find_language(" ".join(question["turns"])) or "en"
    return Document(id=str(question["question_id"]), title=None, lang=lang, source="mt-bench", text="", passages=())


def _rows(path: Path, key: str) -> list[dict[str, Any]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    return [_row(line, key, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _row(line: bytes, key: str, where: str) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
        texts = row["turns"] if key == "turns" else row["choices"][0]["turns"]
        if not (isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts)):
            raise TypeError
        row["question_id"]
    except (ValueError, TypeError, KeyError, IndexError):
        form = '"turns": [...]' if key == "turns" else '"choices": [{"turns": [...]}]'
        raise ConfigError(f'{where}: a line of MT-Bench is {{"question_id": ..., {form}}} with texts in it') from None
    return row


def _check(contests: list[Contest], first: Path, second: Path, damaged: Iterable[TreeError] = ()) -> None:
    if not contests:
        told = "".join(f"; left out: {error}" for error in damaged)
        raise ConfigError(
            f"{first} and {second} have nothing in common: no same document and replicate, or question{told}"
        )
