"""Chinese for the baseline: what a user may say so that the next piece of the document answers it.

The matter of the document decides: a piece that tells of a size allows questions, guesses and opinions on size. What a
piece tells is read from signs in it (`rules`); pieces without a sign are led to by what was said before.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from r2s.documents.document import Document, Passage
from r2s.models.extractive.chinese.clauses import clean
from r2s.models.extractive.chinese.matter import Matter, matters_of
from r2s.models.extractive.chinese.spelling import respelt, simplified
from r2s.models.extractive.chinese.turns import Turn
from r2s.models.extractive.moves import Move
from r2s.models.prompt import Line

_REASONS = {
    "": "几份里它最站得住，说得也清楚。",
    "known": "它比别的更稳妥，虽然还有不足：{weaknesses}。",
}


class Chinese:
    """The rules of Chinese; simplified and traditional, after the document's script."""

    def moves(self, document: Document, passage: Passage, transcript: Sequence[Line]) -> Sequence[Move]:
        """The turns for the first piece of this passage that has not been conveyed yet."""
        said = tuple((line.speaker, line.text) for line in transcript)
        return _moves_at(_Moment(document.text, document.title, document.lang, passage.id, said, document, passage))

    def answer(self, document: Document, passages: Sequence[Passage], said: str) -> Move | None:
        """The first found piece as it is; free words get no invented lead."""
        for passage in passages:
            for matter in matters_of(document, passage):
                if not matter.follows:
                    return Move("question-answer", said, (matter.spoken,), matter.quotes)
        for passage in passages:
            quote = document.passage_text(passage)
            return Move("question-answer", said, (clean(quote) or quote,), ((passage.id, quote),))
        return None

    @property
    def opener(self) -> str:
        return "能给我讲讲吗？"

    def opening(self, goal: str, says: str) -> str:
        """The reason to ask before the first question, in one script."""
        is_traditional = any(simplified(text) != text for text in (goal, says))
        return f"{respelt(goal) if is_traditional else goal}{says}"

    def reason(self, weaknesses: Sequence[str]) -> str:
        return _REASONS["known"].format(weaknesses="、".join(weaknesses)) if weaknesses else _REASONS[""]

    def advice(self, mode: str | None) -> str:
        return {"depth": "接着往深处问。", "breadth": "换一个还没谈到的方面。"}.get(mode or "", "")

    def weakness(self, name: str) -> str:
        return {
            "unanswered": "没有正面回答",
            "repeats": "重复了前面说过的话",
            "long": "太长，不像口头说的",
            "ungrounded": "有些说法没有依据",
            "recited": "像在照着念",
        }[name]


@dataclass(frozen=True, slots=True)
class _Moment:
    """A passage at a point of a dialogue; planner and candidates ask about the same one."""

    text: str
    title: str | None
    lang: str
    id: str
    said: tuple[tuple[str, str], ...]
    document: Document = field(compare=False)
    passage: Passage = field(compare=False)


@functools.lru_cache(maxsize=512)
def _moves_at(moment: _Moment) -> tuple[Move, ...]:
    asked = [text for speaker, text in moment.said if speaker == "user"]
    answered = [text for speaker, text in moment.said if speaker == "assistant"]
    for matter in matters_of(moment.document, moment.passage):
        if not _is_said(matter, answered) and _has_ground(matter, answered):
            return tuple(Turn(moment.document, matter, asked, answered).moves())
    return ()


def _is_said(matter: Matter, answered: Iterable[str]) -> bool:
    return any(matter.spoken[:-1] in text for text in answered)


def _has_ground(matter: Matter, answered: Sequence[str]) -> bool:
    """A piece that points back can only come right after what it points at."""
    return not matter.follows or (bool(answered) and matter.follows[:-1] in answered[-1])
