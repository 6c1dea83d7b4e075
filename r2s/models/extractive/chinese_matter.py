"""The matter of a document: what its turns can convey, in order, each turn's worth being one or a few pieces."""

import functools
import re
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
# Words that say too little for anybody to come back to them.
TOO_COMMON = 4.7
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
    return _matters(sentences, topic_in(document), len(document.text), document.lang == "zh-Hant")


def matters_of(document: Document, passage: Passage) -> tuple[Matter, ...]:
    """The matter that quotes this passage, and before it what the passage before may have left."""
    return _by_passage(matters_in(document), tuple(each.id for each in document.passages)).get(passage.id, ())


@functools.lru_cache(maxsize=32)
def _by_passage(matters: tuple[Matter, ...], ids: tuple[str, ...]) -> dict[str, tuple[Matter, ...]]:
    own: dict[str, list[Matter]] = {id: [] for id in ids}
    for matter in matters:
        for id in dict.fromkeys(id for id, _ in matter.quotes):
            own[id].append(matter)
    pairs = zip(("", *ids), ids, strict=False)
    return {id: tuple(dict.fromkeys([*own.get(before, [])[1:], *own[id]])) for before, id in pairs}


@functools.lru_cache(maxsize=32)
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
    return tuple(_matter(group, before, topic, is_traditional) for before, group in zip(befores, groups, strict=False))


def _matter(
    group: list[tuple[str, Piece]], before: list[tuple[str, Piece]], topic: Topic, is_traditional: bool
) -> Matter:
    """One script for all that is said: simplified, unless the document is traditional."""
    first = group[0][1]
    is_about, is_named, word = _subject(first.plain, _script(first, is_traditional), topic)
    return Matter(
        quotes=tuple((id, piece.quote) for id, piece in group),
        spoken=_joined(group, is_traditional),
        plain="".join(piece.plain for _, piece in group),
        starts=first.plain,
        follows=_script(before[-1][1], is_traditional) if first.hangs and before else "",
        is_about=is_about,
        is_named=is_named,
        word=word,
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


def _subject(plain: str, text: str, topic: Topic) -> tuple[bool, bool, str]:
    """Whether the sentence is about the topic, whether it names it, and the noun that it else begins with."""
    head, tags = plain[:40], _tags(plain[:40])
    position, is_counted = 0, False
    while tags and (tags[0][1][0] in "tfmqpcdxw" or tags[0][0] in "，、"):
        is_counted |= tags[0][1][0] in "mq"
        position += len(tags.pop(0)[0])
    names_topic = (
        topic.name[:2] in head[:16] or topic.name[-2:] in head[:24] or topic.it in head[:8] or head[:1] in "其它他她"
    )
    noun = ""
    while tags and (
        tags[0][1].startswith(("n", "vn", "j", "l")) and tags[0][1] != "ng" or (noun and tags[0][1] == "b")
    ):
        noun += tags.pop(0)[0]
    is_about = topic.kind not in WIDE or names_topic or not noun
    follows_noun = bool(tags) and (tags[0][1][0] not in "urxwpdbazv" or tags[0][0] in "、和与及")
    is_known = len(noun) > 2 or frequency(noun, "zh") > 0
    is_word = (
        is_known and 2 <= len(noun) <= 8 and not follows_noun and noun not in topic.name and noun not in _NO_SUBJECT
    )
    written = text[position : position + len(noun)]
    has_place = (
        is_word
        and not is_counted
        and not names_topic
        and to_simplified(written) == noun
        and not (tags and tags[0][0] == "的")
    )
    return is_about, names_topic, written if has_place else ""


def _tags(text: str) -> list[tuple[str, str]]:
    import rjieba

    return list(rjieba.tag(text))


_GENERIC = frozenset(
    "人们 时候 时期 情况 方面 问题 部分 作品 作者 结果 原因 影响 特点 中国 世界 历史 主题 内容 名字 方式 过程 意思 东西 一带 地方 地区".split()
)


@functools.lru_cache(maxsize=1024)
def key_word(reply: str, name: str) -> str:
    """The rarest noun of a reply, as it was said: what the user takes up from it; empty where none stands out."""
    if named := re.search(r"《[^》]{2,10}》", reply):
        return named[0] if named[0].strip("《》") not in name else ""
    plain, found, position, before = to_simplified(reply), list[tuple[float, int, str]](), 0, ""
    tags = _tags(plain)
    for number, (word, tag) in enumerate(tags):
        after = tags[number + 1] if number + 1 < len(tags) else ("", "w")
        is_known = len(word) > 2 or frequency(word, "zh") > 0
        is_whole = (
            is_known and tag in _NAMING and before[:1] not in _JOINING and after[1][:1] not in ("n", "k", "v", "m")
        )
        if (
            is_whole
            and 2 <= len(word) <= 5
            and frequency(word, "zh") < TOO_COMMON
            and word[-1] not in "里上中下内外前后"
            and word not in name
            and word not in _GENERIC
            and after[0] not in ("·", "》")
        ):
            found.append((round(frequency(word, "zh"), 1), position, reply[position : position + len(word)]))
        position, before = position + len(word), tag
    return min(found)[2] if found and position == len(reply) else ""


_NAMING = frozenset({"n", "nr", "ns", "nz", "nt", "nrt"})
_JOINING = ("n", "b", "a", "m", "q", "j", "v", "x", "e", "f")
