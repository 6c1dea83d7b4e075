"""Exact questions with the question word in the answer's place: what somebody does, whom it is done by, how many there are.

A question word stands in Chinese where the answer stands. The subject, which must have been heard, keeps its words; the
verb is one that everybody uses, with the question that goes with it.
"""

import functools
import re
from collections.abc import Iterator

from r2s.models.extractive.chinese.exact_clauses import Clause
from r2s.models.extractive.chinese.marking import DATE, NUMBER
from r2s.models.extractive.chinese.words import tags_of

# A verb, and what one asks with it.
_ASKS = """
反映:反映了什么 导致:导致了什么 造成:造成了什么 产生:产生了什么 带来:带来了什么 引起:引起了什么 引发:引起了什么
支持:支持什么 反对:反对什么 提供:提供什么 保护:保护什么 取代:取代了什么 发明:发明了什么 发现:发现了什么 提出:提出了什么 失去:失去了什么
面临:面临什么 遭遇:遇到了什么 吸引:吸引了什么 依靠:靠的是什么 依赖:靠的是什么 缺乏:缺什么 缺少:缺什么 负责:负责什么 属于:属于什么 来自:来自哪里 源自:来自哪里
位于:在哪里 分布于:分布在哪里 击败:打败了谁 战胜:打败了谁 具有:有什么特点 包括:包括什么 分为:分为哪些部分 分成:分成哪些部分 禁止:禁止什么 起源于:是从哪里来的
"""
_ASK = {verb: ask for verb, _, ask in (pair.partition(":") for pair in _ASKS.split())}
_VERBS = "|".join(sorted(_ASK, key=len, reverse=True))
_WHO = r"(?P<who>[\u4e00-\u9fff·]{1,14}?)"
_AIDS = r"(?:曾经?|也|亦|都|便|就|即|又|还|已经?|现|主要|目前|一直|最初|最早|正式|首次|再次|大多|通常|一般|多|常常?|则|于是|并|最终|最后|随后|先后|同时|至今|当时|之后|开始|大量|直接|进一步|逐渐|纷纷|立即|大力|严重|积极|极力|明确|强烈)*"
_START = rf"^(?:(?:在|于|到)?{DATE}[，时间]?，?)?"
_DEED = re.compile(rf"{_START}{_WHO}{_AIDS}(?P<verb>{_VERBS})(?:了|过|着)?(?P<a>[^，。；]{{3,60}})(?=[，。；])")
_COUNT = re.compile(
    rf"{_START}(?P<who>[\u4e00-\u9fff·]{{2,12}}?)(?P<verb>至多有|最多有|至少有|一共有|共有|总共有|现有|约有|大约有|设有|有|达到|达)"
    rf"(?P<a>{NUMBER})(?P<unit>(?:个|名|位|座|间|所|种|条|步|岁|人|年|天|次|家|艘|架|台|部|本|层|万人)(?P<what>[\u4e00-\u9fff]{{0,4}}))(?=[，。；])"
)
_MAKERS = re.compile(
    rf"{_START}(?P<a>[\u4e00-\u9fff·]{{2,24}}?)(?:首先|最早|首次|率先|共同|正式|于{DATE}|在{DATE}|独立)*(?P<verb>发明|发现|创立|设计|提出|创办|命名|描述|引入|建造|写|创作)(?P<le>了|出)(?P<obj>[\u4e00-\u9fff·]{{1,8}})(?=[，。；])"
)
_BROKEN = re.compile(
    r"[他她它其此该这那您我你]|^[因由以被把为在于从与和对按据经]|[的和与及或而并但不未没是有会能可将被由把所为在于以从对向]$|[一两几][个种些]$|，"
)


@functools.lru_cache(maxsize=4096)
def deeds_of(plain: str) -> tuple[Clause, ...]:
    """The questions with a word of this sentence, in simplified script, taken out and asked for."""
    return (*_deeds(plain), *_counts(plain), *_makers(plain))


def _deeds(plain: str) -> Iterator[Clause]:
    match = _DEED.match(plain)
    if match and (nouns := _nouns(match["who"])) and _is_verb(plain, match):
        yield Clause(f"{match['who']}{_ASK[match['verb']]}？", nouns, match["a"], match.start("a"))


def _counts(plain: str) -> Iterator[Clause]:
    match = _COUNT.match(plain)
    if match and (nouns := _nouns(match["who"])) and match["a"] not in ("一", "两"):
        verb = match["verb"] if match["verb"].endswith("有") else "有"
        yield Clause(f"{match['who']}{verb}多少{match['unit']}？", nouns, match["a"] + match["unit"], match.start("a"))


def _makers(plain: str) -> Iterator[Clause]:
    match = _MAKERS.match(plain)
    if match and (nouns := _nouns(match["obj"])) and _BROKEN.search(match["a"]) is None:
        yield Clause(
            f"{match['obj']}是谁{match['verb']}{'出来' if match['le'] == '出' else ''}的？",
            nouns,
            match["a"],
            match.start("a"),
        )


def _is_verb(plain: str, match: re.Match[str]) -> bool:
    """Whether the verb is the verb of the sentence and not part of a noun or of what is said of one."""
    start, answer = match.start("verb") - match.start("who"), match["a"]
    if (
        answer[0] in "的者家力性、和与于在"
        or answer.endswith("的")
        or re.search(r"(?:时|后|前|的话|中|下|以来|之际)$", answer)
    ):
        return False
    position = 0
    for word, tag in tags_of(plain[match.start("who") : match.end()]):
        if position == start:
            return tag.startswith("v") and (match["verb"].startswith(word) or word == match["verb"])
        position += len(word)
    return False


def _nouns(who: str) -> tuple[str, ...]:
    """The nouns of a subject that consists of nouns; nothing where it does not."""
    if _BROKEN.search(who):
        return ()
    tags = tags_of(who)
    if not all(tag.startswith(("n", "j", "vn", "l", "a", "b", "uj", "s", "f")) and tag != "ng" for _, tag in tags):
        return ()
    return tuple(word for word, tag in tags if tag.startswith(("n", "j", "vn", "l")))
