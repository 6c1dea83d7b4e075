"""The nouns of Chinese sentences: what a sentence begins to speak of, and what of it a listener takes up."""

import functools
import re
from dataclasses import dataclass

from r2s.documents.scripts import to_simplified
from r2s.documents.words import frequency
from r2s.models.extractive.chinese.topics import Topic

# Words above this Zipf frequency say too little for anybody to come back to them.
TOO_COMMON = 4.7
# Kinds whose texts also speak of others than the topic itself.
WIDE = frozenset({"person", "firm", "team", "place", "city", "country", "idea", "band", "star"})
_NAMES = frozenset({"nr", "ns", "nz", "nt", "nrt"})
_PLAIN = "画面画作图案作品样子炉子碗盘瓶子杯子布料纹样形状部分"
# Before these a word that may be a noun is one.
_NOUN_FOLLOWS = ("uj", "m", "q", "x", "")
# Before a noun these make it a part of a longer one.
_JOINING = ("n", "b", "a", "j", "v", "x", "e", "f")
_ENLARGING = ("n", "k", "v", "m", "q", "g")
_TITLE = re.compile(r"《[^》]{2,10}》")


@dataclass(frozen=True, slots=True)
class Beginning:
    """Whether a sentence is about the topic, names it, says what it is; and the noun that it else begins with."""

    is_about: bool
    is_named: bool
    is_defined: bool
    word: str


def beginning_of(plain: str, text: str, topic: Topic) -> Beginning:
    """How a sentence begins; `plain` is `text` in simplified script."""
    is_named = _names(plain, topic)
    start, noun, after = _first_noun(plain[:40])
    is_about = topic.kind not in WIDE or is_named or not noun
    word = text[start : start + len(noun)]
    is_word = not is_named and _is_telling(noun) and noun not in topic.name and _stands_alone(after)
    return Beginning(
        is_about,
        is_named,
        _defines(plain, topic),
        word if is_word and start >= 0 and to_simplified(word) == noun else "",
    )


def _names(plain: str, topic: Topic) -> bool:
    name = topic.name
    return name[:2] in plain[:16] or name[-2:] in plain[:24] or topic.it in plain[:8] or plain[:1] in "其它他她"


def _defines(plain: str, topic: Topic) -> bool:
    """Whether the sentence says of the topic, first of all, what it is."""
    return bool(re.match(rf"《?{re.escape(topic.name)}》?(?:[，（][^。是]{{0,24}}?)?(?:是|为|指|，)", plain))


def _first_noun(head: str) -> tuple[int, str, tuple[str, str]]:
    """Where the first noun begins (-1 where it is counted), the noun, and the word after it."""
    tags, position, is_counted = tags_of(head), 0, False
    while tags and (tags[0][1][0] in "tfmqpcdxw" or tags[0][0] in "，、"):
        is_counted |= tags[0][1][0] in "mq"
        position += len(tags.pop(0)[0])
    noun = ""
    while tags and _goes_on(noun, tags[0][1]):
        noun += tags.pop(0)[0]
    return -1 if is_counted else position, noun, tags[0] if tags else ("", "")


def _goes_on(noun: str, tag: str) -> bool:
    return (tag.startswith(("n", "vn", "j", "l")) and tag != "ng") or (bool(noun) and tag == "b")


def _stands_alone(after: tuple[str, str]) -> bool:
    return after[0] not in ("的", "、", "和", "与", "及") and after[1][:1] in ("", *"urxwpdbazv")


def _is_telling(word: str) -> bool:
    """Whether it is a word and no fragment, and none of those that one hears every day."""
    return (
        2 <= len(word) <= 8
        and "有" not in word
        and (len(word) > 2 or frequency(word, "zh") > 0)
        and frequency(word, "zh") < TOO_COMMON
    )


@functools.lru_cache(maxsize=1024)
def key_word(said: str, name: str) -> str:
    """The rarest noun of what was said, which the user takes up; empty where none stands out."""
    if title := _TITLE.search(said):
        return title[0] if title[0].strip("《》") not in name else ""
    plain, position, before, found = to_simplified(said), 0, "", list[tuple[float, int, str]]()
    tags = tags_of(plain)
    for (word, tag), after in zip(tags, [*tags[1:], ("", "w")], strict=False):
        is_whole = before[:1] not in _JOINING and after[1][:1] not in _ENLARGING and after[0] not in ("·", "》")
        is_noun = tag in _NAMES or (tag == "n" and before in _NOUN_FOLLOWS)
        is_name = is_noun and len(word) <= 5 and word not in name + _PLAIN and word[-1] not in "里上中下内外前后"
        if is_name and is_whole and _is_telling(word):
            found.append((round(frequency(word, "zh"), 1), position, said[position : position + len(word)]))
        position, before = position + len(word), tag
    return min(found)[2] if found and position == len(said) else ""


def tags_of(text: str) -> list[tuple[str, str]]:
    """The words of a text in simplified script, with their parts of speech."""
    import rjieba

    return list(rjieba.tag(text))
