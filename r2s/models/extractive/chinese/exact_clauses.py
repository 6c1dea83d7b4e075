"""Exact questions made of a sentence's own words: when or where something was done that everybody can speak of.

Where a sentence says that somebody did something in a year, the year is taken out and asked for; where it says what a
thing is that was heard of before, one asks what it is. Whoever uses these checks that the words left were heard.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from r2s.models.extractive.chinese.marking import DATE
from r2s.models.extractive.chinese.words import tags_of


@dataclass(frozen=True, slots=True)
class Clause:
    """A question on a clause: `nouns` must have been heard, `answer` not; `about` is what must not be asked twice."""

    says: str
    nouns: tuple[str, ...]
    answer: str
    start: int


_WHO = r"(?P<who>[\u4e00-\u9fff·]{1,10}?)"
# The date first, then who did what; or the date between them.
_WHEN = (
    re.compile(
        rf"^(?:在|于|至|到|直到|直至)?(?P<a>{DATE})(?:时|左右|间|期间|以后|后|起)?，?(?P<did>[\u4e00-\u9fff·]{{4,20}})(?=[，。；])"
    ),
    re.compile(
        rf"^(?P<who>[\u4e00-\u9fff·]{{1,10}}?)(?:是)?(?:于|在|到|直到|自)(?P<a>{DATE})(?:时|左右|间|期间)?，?(?P<did>[\u4e00-\u9fff·]{{2,14}})(?=[，。；])"
    ),
)
_LOOSE = re.compile(
    r"^(?:才|便|就|曾经?|开始|正式|首次|再次|再|又|已经?|终于|最终|也|亦|还|逐渐|宣布|先后|因此|由于|因)+"
)
_UNASKED = re.compile(
    r"[的是有为]$|[他她它其此该这那]|一[个项种次位名支座条]|^[被由因]|后|前|时|不|没|未|仍|而|并|但|或|即|会|可|能|若|如|只|都|均|以|和|与|、"
)
_DEFINED = re.compile(
    r"^(?P<what>[\u4e00-\u9fff·]{2,10})(?:，[^，。]{0,14}，)?(?:（[^）]*）)?(?:是指|指的是|是|为)(?P<a>[^，。]{0,24}(?:一[种类门项位名]|之一|一个|重要|著名|第[一二三四五六七八九十]+大|[画作诗数学音专政治文史艺]家|僧|皇帝|国王)[^，。]{0,20})(?=[，。])"
)
_SOMEBODY = re.compile(r"(?:(?<![国专大])家|者|(?<![机])人|人物|僧|师|员|皇帝|国王|将军|儿子|女儿|弟弟|哥哥|妻子)$")
_VIEW = re.compile(
    r"^(?P<who>[\u4e00-\u9fff·]{2,12}?)(?:曾|则|也|却|还|都|普遍)?(?:认为|主张|指出|相信|强调|批评|质疑)(?:，|：)?(?P<a>[^。]{6,90})"
)
_ANYBODY = re.compile(r"(?:历史|科)?学[者家]|科学家|历史学家|专家|研究者|人们|评论家|很多人|许多人|多数人")
_CAUSED = re.compile(
    r"^(?:由于|因为|因)(?P<a>[^，。；]{4,40})，(?:所以|因此|因而|故|于是|从而|使得?|便|就)?(?P<did>[\u4e00-\u9fff·]{4,18})[，。；]"
)
_TRAITS = "特点|特征|目标|目的|原因|作用|功能|任务|优点|缺点|优势|好处|标准|条件|要求|基础|原则|内容|意思|含义|方法|方式|过程|结果|影响|主题|来源|前身|总部|中心|重点|关键|问题|原料|成分|结构|组成|类型|种类|用途|口号|理由|依据|背景|任期|职责|核心|对象|代表"
_TRAIT = re.compile(
    rf"^(?P<what>[\u4e00-\u9fff·]{{0,10}}(?:{_TRAITS}))(?:主要|一般|通常|大致|大多)?(?:是|为|在于|有|包括|如下)(?![被从由在])(?P<a>[^。]{{4,90}})"
)


@functools.lru_cache(maxsize=4096)
def clauses_of(plain: str) -> tuple[Clause, ...]:
    """The questions that this sentence, in simplified script, answers; each with what must have been heard."""
    return (*_when(plain), *_what(plain), *_views(plain), *_traits(plain), *_causes(plain))


def _when(plain: str) -> Iterator[Clause]:
    for pattern in _WHEN:
        match = pattern.match(plain)
        if not match:
            continue
        did = match["did"]
        who = match.groupdict().get("who") or ""
        tags = tags_of(did)
        if not who:
            who, did, tags = _subject(tags)
        did = _LOOSE.sub("", did)
        if who and len(did) > 1 and not _UNASKED.search(who + did) and _is_deed(did):
            nouns = tuple(word for word, tag in tags_of(who if len(did) < 7 else who + did) if _is_noun(tag))
            asks = "哪一年" if re.search(r"\d{3,4}年(?!代)", match["a"]) else "什么时候"
            deed = re.sub(r"(?<=[\u4e00-\u9fff])了", "", did)
            yield Clause(f"{who}是{asks}{deed}的？", nouns, match["a"], match.start("a"))
            yield Clause(f"{who}是什么时候{deed}的？", nouns, match["a"], match.start("a"))
        return


def _subject(tags: list[tuple[str, str]]) -> tuple[str, str, list[tuple[str, str]]]:
    """Who did something, at the beginning of these words, and what they did."""
    who = ""
    while tags and (_is_noun(tags[0][1]) or (who and tags[0][0] in "的·")):
        who += tags[0][0]
        tags = tags[1:]
    return who, "".join(word for word, _ in tags), tags


def _is_deed(did: str) -> bool:
    """Whether these words are a verb with at most what it is done to, and can be asked back whole."""
    tags = tags_of(did)
    verbs = [word for word, tag in tags if tag.startswith("v")]
    return bool(tags) and tags[0][1].startswith("v") and len(verbs) <= 2 and tags[-1][1][0] in "nvj" and len(did) <= 12


def _is_noun(tag: str) -> bool:
    return tag.startswith(("n", "j", "vn", "l")) and tag != "ng"


def _what(plain: str) -> Iterator[Clause]:
    match = _DEFINED.match(plain)
    if match and all(_is_noun(tag) for _, tag in tags_of(match["what"])):
        asks = "谁" if _SOMEBODY.search(match["a"]) else "什么"
        yield Clause(f"{match['what']}是{asks}？", (match["what"],), match["a"], match.start("a"))


def _views(plain: str) -> Iterator[Clause]:
    match = _VIEW.match(plain)
    if match and all(_is_noun(tag) or tag in ("a", "b", "m", "q", "r") for _, tag in tags_of(match["who"])):
        who = match["who"].removeprefix("有些").removeprefix("一些").removeprefix("部分")
        if len(who) < 2 or who == "有人":
            return
        nouns = () if _ANYBODY.fullmatch(who) else (who,)
        yield Clause(f"{who}是怎么看的？", nouns, match["a"], match.start("a"))
        yield Clause(f"{who}有什么看法？", nouns, match["a"], match.start("a"))


def _traits(plain: str) -> Iterator[Clause]:
    match = _TRAIT.match(plain)
    if match and all(_is_noun(tag) or tag in ("a", "b", "uj", "v") for _, tag in tags_of(match["what"])):
        nouns = tuple(word for word, tag in tags_of(match["what"]) if _is_noun(tag) and word not in _TRAITS)
        asks = "有哪些" if "、" in match["a"][:20] else "是什么"
        yield Clause(f"{match['what']}{asks}？", nouns, match["a"], match.start("a"))


def _causes(plain: str) -> Iterator[Clause]:
    match = _CAUSED.match(plain)
    if match and not re.search(r"[他她它其此该这那]|^(?:也|还|却|而)|[的是有为]$|不仅|虽", match["did"]):
        tags = tags_of(match["did"])
        nouns = tuple(word for word, tag in tags if _is_noun(tag))
        if nouns and _is_noun(tags[0][1]):
            yield Clause(f"为什么{match['did']}？", nouns, match["a"], match.start("a"))
