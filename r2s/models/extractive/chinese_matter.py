"""The matter of a document: what its turns can convey, in order, each turn's worth being one or a few pieces."""

import functools
from dataclasses import dataclass

from r2s.documents.document import Document, Passage
from r2s.documents.scripts import to_simplified
from r2s.documents.subject import subject_of
from r2s.documents.words import frequency
from r2s.models.extractive.chinese_clauses import Piece, pieces_of
from r2s.models.extractive.chinese_topics import Topic, topic_of

# A dialogue has about so many turns; where a text has more pieces, several go into one turn, up to a spoken length.
TURNS, SHARE, LONGEST_TURN = 11, 0.8, 118
# Kinds whose texts also speak of others than the topic itself.
WIDE = frozenset(
    {"person", "firm", "team", "place", "city", "country", "event", "era", "idea", "band", "star", "match"}
)
_NO_SUBJECT = (
    "有人",
    "人们",
    "大多",
    "部分",
    "有的",
    "方面",
    "情况",
    "时候",
    "结果",
    "目的",
    "原因",
    "其中",
    "之一",
    "时期",
    "年代",
)


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
    word: str


def topic_in(document: Document) -> Topic:
    """What the document is about."""
    return _topic(subject_of(document), document.text)


@functools.lru_cache(maxsize=64)
def _topic(subject: str, text: str) -> Topic:
    return topic_of(to_simplified(subject), to_simplified(text[:600]))


def matters_in(document: Document) -> tuple[Matter, ...]:
    """All matter of the document, in order."""
    sentences = tuple((passage.id, document.passage_text(passage)) for passage in document.passages)
    return _matters(sentences, topic_in(document), len(document.text))


def matters_of(document: Document, passage: Passage) -> tuple[Matter, ...]:
    """The matter that quotes this passage."""
    by_passage = _by_passage(matters_in(document))
    return by_passage.get(passage.id, ())


@functools.lru_cache(maxsize=32)
def _by_passage(matters: tuple[Matter, ...]) -> dict[str, tuple[Matter, ...]]:
    found: dict[str, list[Matter]] = {}
    for matter in matters:
        for id in dict.fromkeys(id for id, _ in matter.quotes):
            found.setdefault(id, []).append(matter)
    return {id: tuple(group) for id, group in found.items()}


@functools.lru_cache(maxsize=32)
def _matters(sentences: tuple[tuple[str, str], ...], topic: Topic, length: int) -> tuple[Matter, ...]:
    wanted = min(100.0, length * SHARE / TURNS)
    groups: list[list[tuple[str, Piece]]] = []
    before, is_broken = "", True
    for id, sentence in sentences:
        pieces = pieces_of(sentence, before, topic)
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
    return tuple(_matter(group, groups[number - 1] if number else [], topic) for number, group in enumerate(groups))


def _matter(group: list[tuple[str, Piece]], before: list[tuple[str, Piece]], topic: Topic) -> Matter:
    first = group[0][1]
    is_about, is_named, word = _subject(first.plain, first.spoken, topic)
    return Matter(
        quotes=tuple((id, piece.quote) for id, piece in group),
        spoken="".join(piece.spoken for _, piece in group),
        plain="".join(piece.plain for _, piece in group),
        starts=first.plain,
        follows=before[-1][1].spoken if first.hangs and before else "",
        is_about=is_about,
        is_named=is_named,
        word=word,
    )


def _subject(plain: str, spoken: str, topic: Topic) -> tuple[bool, bool, str]:
    """Whether the sentence is about the topic, whether it names it, and the noun that it else begins with."""
    head, tags = plain[:40], _tags(plain[:40])
    position = 0
    while tags and (tags[0][1][0] in "tfmqpcdxw" or tags[0][0] in "，、"):
        position += len(tags.pop(0)[0])
    names_topic = topic.name[:2] in head[:12] or topic.it in head[:8] or head[:1] in "其它他她"
    noun = ""
    while tags and (
        tags[0][1].startswith(("n", "vn", "j", "l")) and tags[0][1] != "ng" or (noun and tags[0][1] == "b")
    ):
        noun += tags.pop(0)[0]
    is_about = topic.kind not in WIDE or names_topic or not noun
    follows_noun = bool(tags) and (tags[0][1][0] not in "urxwpdbazv" or tags[0][0] in "、和与及")
    is_word = 2 <= len(noun) <= 8 and not follows_noun and noun not in topic.name and noun not in _NO_SUBJECT
    written = spoken[position : position + len(noun)]
    has_place = is_word and not names_topic and to_simplified(written) == noun and not (tags and tags[0][0] == "的")
    return is_about, names_topic, written if has_place else ""


def _tags(text: str) -> list[tuple[str, str]]:
    import rjieba

    return list(rjieba.tag(text))


def is_common(word: str) -> bool:
    """Whether everybody uses the word."""
    return frequency(to_simplified(word), "zh") >= 4.0
