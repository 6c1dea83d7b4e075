"""The rules for English put together behind the protocol of `moves.py`."""

import functools
from collections.abc import Iterable, Sequence

from r2s.documents.document import Document, Passage
from r2s.documents.subject import subject_of
from r2s.documents.words import stems
from r2s.models.extractive.english.clauses import facts_of
from r2s.models.extractive.english.moves import moment_of, moves_of
from r2s.models.extractive.english.subject import subject_in, with_article
from r2s.models.extractive.english.telling import Sentence, Told, told_at
from r2s.models.extractive.english.wording import split_lead, spoken, without_brackets
from r2s.models.extractive.moves import Move
from r2s.models.prompt import Line

_ADVICE = {
    "breadth": "Turn to a side that has not come up yet.",
    "depth": "Stay with this point and ask about it once more.",
}
_WEAKNESSES = {
    "unanswered": "does not answer what was asked",
    "repeats": "says again what was said before",
    "long": "is too long to be spoken",
    "ungrounded": "says more than the quoted words do",
    "recited": "recites instead of explaining",
}


class English:
    """The baseline's English; it keeps no state, so that one instance serves every dialogue."""

    def moves(self, document: Document, passage: Passage, transcript: Sequence[Line]) -> Sequence[Move]:
        return _moves(*_text_of(document), _position(document, passage), tuple(transcript))

    def answer(self, document: Document, passages: Sequence[Passage], said: str) -> Move | None:
        asked = set(stems(said, "en"))
        ranked = sorted(passages, key=lambda passage: -_overlap(document.passage_text(passage), asked))
        for passage in ranked:
            for told in _told(*_text_of(document), _position(document, passage), ()):
                return Move("question-answer", said, (told.text,), told.quotes)
        return self._recited(document, ranked[0], said) if ranked else None

    @property
    def opener(self) -> str:
        return "What can you tell me about it?"

    def opening(self, goal: str, says: str) -> str:
        return f"{with_article(goal)} {says}".strip()

    def reason(self, weaknesses: Sequence[str]) -> str:
        if not weaknesses:
            return "It answers what was said, and nobody found a fault with it."
        return f"It was rated best, though a reviewer notes that it {weaknesses[0]}."

    def advice(self, mode: str | None) -> str:
        return _ADVICE.get(mode or "", "")

    def weakness(self, name: str) -> str:
        return _WEAKNESSES.get(name, name)

    def _recited(self, document: Document, passage: Passage, said: str) -> Move:
        """The passage as it stands, for words that nothing else answers."""
        text = document.passage_text(passage)
        reply = spoken(split_lead(without_brackets(text))[1]) or text
        return Move("question-answer", said, (reply,), ((passage.id, text),))


def _text_of(document: Document) -> tuple[str, str, tuple[tuple[str, int, int], ...]]:
    return subject_of(document), document.text, tuple((part.id, part.start, part.end) for part in document.passages)


def _position(document: Document, passage: Passage) -> int:
    return next(index for index, other in enumerate(document.passages) if other.id == passage.id)


def _overlap(text: str, asked: Iterable[str]) -> float:
    """How much of what was asked the passage speaks of; one that holds no fact comes last."""
    found = set(stems(text, "en"))
    return len(found.intersection(asked)) if facts_of(text) else -1


# The planner and every candidate look at the same passage at the same moment.
@functools.lru_cache(maxsize=1024)
def _moves(
    title: str, text: str, spans: tuple[tuple[str, int, int], ...], position: int, transcript: tuple[Line, ...]
) -> tuple[Move, ...]:
    moment = moment_of(transcript)
    told = _told(title, text, spans, position, moment.assistant)
    return tuple(move for fact in told for move in moves_of(fact, moment))


def _told(
    title: str, text: str, spans: tuple[tuple[str, int, int], ...], position: int, replies: tuple[str, ...]
) -> list[Told]:
    sentences = _sentences(text, spans)
    return list(told_at(sentences, position, subject_in(title, text), replies))


@functools.lru_cache(maxsize=1024)
def _sentences(text: str, spans: tuple[tuple[str, int, int], ...]) -> tuple[Sentence, ...]:
    return tuple(Sentence(id, text[start:end]) for id, start, end in spans)
