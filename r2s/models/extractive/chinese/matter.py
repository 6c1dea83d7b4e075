"""The matter of a document: what its turns can convey, in order, each turn's worth being one or a few pieces."""

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from r2s.documents.document import Document, Passage
from r2s.documents.scripts import to_simplified
from r2s.documents.subject import subject_of
from r2s.models.extractive.chinese.clauses import Piece, pieces_of
from r2s.models.extractive.chinese.topics import Topic, topic_of
from r2s.models.extractive.chinese.words import beginning_of

# A dialogue has about so many turns; where a text has more pieces, several go into one turn, up to a spoken length.
TURNS, SHARE, LONGEST_TURN = 11, 0.8, 118


@dataclass(frozen=True, slots=True)
class Matter:
    """`starts` is the first piece in simplified script, `follows` what it hangs on, `word` what it begins to speak of."""

    quotes: tuple[tuple[str, str], ...]
    spoken: str
    plain: str
    starts: str
    follows: str
    is_about: bool
    is_named: bool
    is_defined: bool
    word: str


def topic_in(document: Document) -> Topic:
    """What the document is about."""
    return _topic(subject_of(document), document.text)


@functools.lru_cache(maxsize=512)
def _topic(subject: str, text: str) -> Topic:
    return topic_of(to_simplified(subject), to_simplified(text[:600]))


def matters_in(document: Document) -> tuple[Matter, ...]:
    """All matter of the document, in order."""
    sentences = tuple((passage.id, document.passage_text(passage)) for passage in document.passages)
    return _matters(sentences, topic_in(document), len(document.text), document.lang == "zh-Hant")


def matters_of(document: Document, passage: Passage) -> tuple[Matter, ...]:
    """The matter that quotes this passage, and before it what the passage before may have left."""
    return _by_passage(matters_in(document), tuple(each.id for each in document.passages)).get(passage.id, ())


@functools.lru_cache(maxsize=512)
def _by_passage(matters: tuple[Matter, ...], ids: tuple[str, ...]) -> dict[str, tuple[Matter, ...]]:
    own: dict[str, list[Matter]] = {id: [] for id in ids}
    for matter in matters:
        for id in dict.fromkeys(id for id, _ in matter.quotes):
            own[id].append(matter)
    pairs = zip(("", *ids), ids, strict=False)
    return {id: tuple(dict.fromkeys([*own.get(before, [])[1:], *own[id]])) for before, id in pairs}


@functools.lru_cache(maxsize=512)
def _matters(
    sentences: tuple[tuple[str, str], ...], topic: Topic, length: int, is_traditional: bool
) -> tuple[Matter, ...]:
    wanted = min(100.0, length * SHARE / TURNS)
    groups: list[list[tuple[str, Piece]]] = []
    before, is_broken = "", True
    for id, sentence in sentences:
        pieces = pieces_of(sentence, before, topic, id == sentences[-1][0])
        before = sentence
        if not pieces:
            is_broken = True
        for piece in pieces:
            if piece.hangs and is_broken:
                continue
            size = sum(len(other.spoken) for _, other in groups[-1]) if groups else 0
            joins = not is_broken and bool(groups) and (piece.hangs or size + len(piece.spoken) / 2 < wanted)
            if joins and size + len(piece.spoken) <= LONGEST_TURN:
                groups[-1].append((id, piece))
            else:
                groups.append([(id, piece)])
            is_broken = False
    befores = [[], *groups]
    matters = [_matter(group, before, topic, is_traditional) for before, group in zip(befores, groups, strict=False)]
    return tuple(_with_alias(matters))


def _with_alias(matters: Sequence[Matter]) -> Iterator[Matter]:
    """A word that many sentences begin with is the topic under another name, and nothing to ask about beside it."""
    counts = Counter(matter.word for matter in matters if matter.word)
    for matter in matters:
        is_alias = counts[matter.word] >= max(3, len(matters) / 3)
        yield replace(matter, is_about=True, is_named=True, word="") if is_alias else matter


def _matter(
    group: list[tuple[str, Piece]], before: list[tuple[str, Piece]], topic: Topic, is_traditional: bool
) -> Matter:
    """One script for all that is said: simplified, unless the document is traditional."""
    first = group[0][1]
    begins = beginning_of(first.plain, _script(first, is_traditional), topic)
    return Matter(
        quotes=tuple((id, piece.quote) for id, piece in group),
        spoken=_joined(group, is_traditional),
        plain="".join(piece.plain for _, piece in group),
        starts=first.plain,
        follows=_script(before[-1][1], is_traditional) if first.hangs and before else "",
        is_about=begins.is_about,
        is_named=begins.is_named,
        is_defined=begins.is_defined,
        word=begins.word,
    )


def _joined(group: list[tuple[str, Piece]], is_traditional: bool) -> str:
    """The pieces one after the other; those cut out of one sentence are put together again."""
    text, before = "", ("", "")
    for id, piece in group:
        goes_on = id == before[0] and before[1].endswith(("，", "；", ",", ";"))
        text = f"{text.rstrip('。')}{before[1][-1]}" if goes_on else text
        text += _script(piece, is_traditional)
        before = (id, piece.quote)
    return text


def _script(piece: Piece, is_traditional: bool) -> str:
    return piece.spoken if is_traditional else piece.plain
