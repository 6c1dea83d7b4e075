"""Sides of a subject that people ask about without having read anything: the money, the weather, the critics ...

A topic is known by words of the fact. Its rows hold what the user says about it and how a reply may open; they must be
sound for whatever the fact says of the topic, so that no row claims anything about it.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from r2s.models.extractive.english.features import features_of
from r2s.models.extractive.english.topics_list import TOPICS
from r2s.trees.node import LogicType

_TYPES: dict[str, LogicType] = {
    "Q": "question-answer",
    "V": "question-question",
    "T": "statement-inquiry",
    "G": "statement-explanation",
    "O": "opinion-rebuttal",
    "A": "opinion-agreement",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """`is_grave` topics are fit to be raised where a fact tells of death and suffering."""

    words: re.Pattern[str]
    is_grave: bool
    rows: tuple[tuple[LogicType, str, str], ...]


@functools.cache
def _topics() -> tuple[Topic, ...]:
    return tuple(
        Topic(
            re.compile(rf"\b(?:{words})\b"),
            any(grave in words for grave in ("war|", "disease", "victims", "protest", "king")),
            tuple((_TYPES[row[0]], *row[2:].split(" => ", 1)) for row in rows),  # pyright: ignore[reportArgumentType]
        )
        for words, rows in TOPICS
    )


@functools.lru_cache(maxsize=4096)
def topic_of(text: str) -> Topic | None:
    """The topic that most words of a fact belong to; None where fewer than two do. Names count for nothing: a Wall Street
    is no street."""
    text = text[:1].lower() + text[1:]
    counts = [len(set(topic.words.findall(text))) for topic in _topics()]
    best = max(counts)
    return _topics()[counts.index(best)] if best > 1 else None


def topic_rows(type: LogicType, text: str, said: str) -> Iterator[tuple[str, str]]:
    """What the user may say about the fact's topic, unless the topic was just brought up twice."""
    topic = topic_of(text)
    if (
        topic is None
        or (not topic.is_grave and "suffering" in features_of(text))
        or sum(says in said for _, says, _ in topic.rows) > 1
    ):
        return
    for row_type, says, openings in topic.rows:
        if row_type == type:
            yield says, openings
