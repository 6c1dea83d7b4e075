"""What a Chinese document says, cut into pieces of one turn each, in words that can be spoken.

A piece keeps its exact quote; what is spoken is the quote without markup, brackets of foreign spellings, opening
connectives, and with 此图 or 该校 turned into what one says of the thing at hand.
"""

import functools
import re
from dataclasses import dataclass

from r2s.documents.scripts import to_simplified, to_traditional
from r2s.models.extractive.chinese_topics import THINGS, Topic

# Beyond this many characters a sentence is cut where a clause ends, and a piece shorter than the other is not worth a turn.
LONGEST, SHORTEST, SPLIT_FROM = 96, 6, 46


@dataclass(frozen=True, slots=True)
class Piece:
    """`plain` is `spoken` in simplified script, for the patterns; `hangs` where it points at the piece before it."""

    quote: str
    spoken: str
    plain: str
    hangs: bool


_MARKUP = re.compile(r"-\{(?:[^}|:]*[|:])?([^}]*)\}-")
_BRACKET = re.compile(r"[（(\[〔]([^（）()\[\]〔〕]*)[）)\]〕]")
_KEPT_IN_BRACKETS = re.compile(r"^[\u4e00-\u9fff\d—–\-~～、至年月日公元前约]{2,24}$")
_HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff，。、；：]) +| +(?=[\u3400-\u9fff，。、；：])")
# Residue of lost markup, words about the text itself, lists and headings: such a sentence cannot be spoken.
_UNSPEAKABLE = re.compile(
    r"<|>|http|www\.|\{|\}|\||＝|={2}|[、，；]{2}|[是为于在及和与或以如含括有长宽高约名（]、|(?:包含|包括|具有|称为|名为|位于|以及|[^因作认行]为|[^于但可若还就]是|[^自理]由|[^目]的|和|[^参]与|[^以]及)[，。；]|长，宽|宽，高|，长。"
    r"|[如见]下[表图]|如下|[见如][上右左]|右[图表]|下[表图]|上[表图]|以上(?:资|数|列)|本[文条节页书章]|该文|此部[份分]|参见|参考|详见|请[见参至]|待续|待补|条目|维基|译文|摘译"
    r"|[:：]$|^[\d]+[.．、]|^[·•*#★●○]|[？?]{1}.*[？?]|\.{3}|…{1}$|“[^”]*$|^[^“]*”|《[^》]*$|^[^《]*》|「[^」]*$|（[^）]*$|^[^（]*）|\(|\)|□|口口|！！|^注|：[^，。“]{0,12}：|封底|——$|[A-Z]{1,3}\d{2,}[、和至]|馆藏号|编号为"
)
_SPEAKS_OF_TEXT = re.compile(
    r"文中|上文|下文|原文|前文|资料显示|文章|这段|根据(?:上述|以上|资料)|如上所述|综上|正文|文档"
)
_CONNECTIVE = re.compile(
    r"^(?:因此|所以|故此|从而|然而|但是|不过|可是|而且|并且|此外|另外|除此之外|除此以外|同时|与此同时|其次|最后|首先|再者|例如|比如|总之|换句话说|换言之|也就是说|事实上|可见|于是|因而|另|再次|相反|相反地|反之|而后|值得一提的是|值得注意的是|由此可见|无论如何|一般来说|总的来说|具体来说|[①②③④⑤⑥])，?|^(?:第[一二三四五]|其[一二三四五])，"
    r"|^(?:但|并|而|故|且|亦|也|还|又)(?=[\u4e00-\u9fff])(?!非|列|购|排|不是|存|入|有|称|名|是)"
)
# What hangs on the piece before it.
_HANGING = re.compile(
    r"^(?:这[些样里时一]?|此[举后前时外间]?|其(?!中国|他)|它们?|他们?|她们?|那[里时些]?|前者|后者|两者|二者|该|上述|以上|同[年日月样]|当[时中年日]|随后|之后|后来|不久|结果|接着|翌年|次年|次日|其后|期间|另一|"
    r"相比之下|对此|为此|至此|由此|对应|分别|反过来|与之|与其|牠们?|祂|本身|两人|二人|双方|三人|四人|该|如此|这|另有|另|其余|一[为是]|也|则)"
)
_DEMONSTRATIVE = re.compile(
    r"(?:此|该|本)(?:幅|件|只|尊|部|种|所|座|条|款|个)?"
    r"(笔筒|卷轴|作品|图|画|卷|轴|帖|瓶|碗|盘|炉|杯|壶|罐|器|件|像|砚|墨|印|盒|枕|镜|钟|鼎|尊|牌|页|作|鱼|种|鸟|片|剧|校|站|岛|线|队|山|湖|市|县)"
    r"(?![\u4e00-\u9fff]{0,1}[人身国地区名])"
)
# In a text on a thing in a museum this points at the thing itself.
_THIS_THING = re.compile(
    r"^(?:它(?!们)|其(?![后余他中次])|[这此该](?:[幅件座组套只尊把块对张面枚口本顶架副扇种]|[^些样里时举后前间外为与对是一]))"
)
# Nouns that, after 此 or 该, mean the topic of the whole, by its kind.
_OWN = {
    "painting": "图 画 卷 轴 页 作 作品 卷轴",
    "writing": "帖 卷 轴 作品 卷轴 作",
    "ware": "器 件 作品",
    "species": "鱼 种 鸟",
    "work": "片 剧 作 作品",
    "school": "校",
    "station": "站",
    "route": "线",
    "team": "队",
    "place": "岛 山 湖 县 市",
    "city": "市",
}
_BREAK = re.compile(
    r"[；;]|，(?=(?:但|然而|不过|因此|所以|后来|随后|同时|此外|另外|并于|并在|而(?!且)|其中|直到|至今|目前|如今|现在|当时|同年|次年|[12]\d{3}年|在?[12]\d{3}年|他|她|它|其|主要|可分|通常|多|常|整|通体|底|内|外))"
)
_PERIOD = re.compile(r"[，；、：]+$")


def pieces_of(sentence: str, before: str, topic: Topic) -> tuple[Piece, ...]:
    """The pieces of a sentence; `before` is the sentence before it, which tells whether a pronoun means the topic."""
    return _pieces(sentence, before, topic)


@functools.lru_cache(maxsize=4096)
def _pieces(sentence: str, before: str, topic: Topic) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for number, quote in enumerate(_cut(sentence)):
        piece = _piece(quote, sentence, before if number == 0 else sentence, topic)
        if piece:
            found.append(piece)
    return tuple(found)


def _cut(sentence: str) -> list[str]:
    """The sentence whole where it is short, else in two or three at places where a clause stands by itself."""
    if len(sentence) < SPLIT_FROM:
        return [sentence]
    cuts = [match.end() for match in _BREAK.finditer(sentence) if _is_closed(sentence[: match.end()])]
    half, start, parts = len(sentence) / 2, 0, []
    for cut in cuts:
        is_fitting = cut - start >= 16 and len(sentence) - cut >= 14
        if is_fitting and (cut < half or len(sentence) > LONGEST) and (cut - start >= 20 or sentence[cut - 1] in "；;"):
            parts.append(sentence[start:cut])
            start = cut
    return [_shortened(part) for part in [*parts, sentence[start:]]]


def _shortened(part: str) -> str:
    """The part up to its last comma within the limit, where that leaves more than half of it."""
    if len(part) <= LONGEST + 24:
        return part
    commas = [
        match.end() for match in re.finditer(r"[，；。]", part[: LONGEST + 24]) if _is_closed(part[: match.end()])
    ]
    if commas and commas[-1] * 2 > len(part):
        return part[: commas[-1]]
    places = [match.start() for match in re.finditer("、", part[:LONGEST])]
    return part[: places[-1]] if places and places[-1] * 2 > len(part) else part


def _is_closed(text: str) -> bool:
    return all(text.count(one) == text.count(other) for one, other in ("“”", "《》", "「」", "（）", "()", "『』"))


def _piece(quote: str, sentence: str, before: str, topic: Topic) -> Piece | None:
    cleaned = clean(quote)
    if len(cleaned) < SHORTEST or _UNSPEAKABLE.search(to_simplified(cleaned)) or len(cleaned) > 150:
        return None
    spoken = _CONNECTIVE.sub("", cleaned)
    plain = to_simplified(spoken)
    if _SPEAKS_OF_TEXT.search(plain) or len(plain) < SHORTEST:
        return None
    hangs = _hangs(plain, to_simplified(before), topic)
    spoken = _own(spoken, plain, topic) + _and_so_on(quote, sentence)
    return Piece(quote, _ended(spoken), to_simplified(_ended(spoken)), hangs)


def _and_so_on(quote: str, sentence: str) -> str:
    """An enumeration that the quote breaks off is spoken with an open end."""
    follows = sentence[sentence.find(quote) + len(quote) :][:1]
    return "等等" if follows == "、" else ""


def clean(text: str) -> str:
    """The text without wiki markup and without brackets that cannot be spoken."""
    text = _MARKUP.sub(r"\1", text).replace("\n", " ")
    for _ in range(2):
        text = _BRACKET.sub(lambda match: f"〈{match[1]}〉" if _KEPT_IN_BRACKETS.match(match[1]) else "", text)
    text = text.replace("〈", "（").replace("〉", "）") if "〈" in text else text
    text = _HAN_SPACE.sub("", text.strip())
    return re.sub(r",(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]),", "，", text).strip("，、；：:; 　")


def _hangs(plain: str, before: str, topic: Topic) -> bool:
    """Whether it points back at something else than the topic of the whole."""
    if not _HANGING.match(plain):
        return False
    if topic.kind == "person" and plain.startswith(topic.it) and not plain.startswith(f"{topic.it}们"):
        return _other_subject(before, topic)
    if topic.kind in THINGS and _THIS_THING.match(plain):
        return False
    own = _DEMONSTRATIVE.match(plain)
    if plain.startswith(topic.it) or (own and _pointed(own, topic)):
        return False
    if plain.startswith(("它", "牠", "其")) and not plain.startswith(("它们", "其他", "其后", "其余", "其中")):
        return topic.kind == "person" or _other_subject(before, topic)
    return True


def _other_subject(before: str, topic: Topic) -> bool:
    """Whether the sentence before speaks of somebody or something else than the topic."""
    if not before or before.startswith((topic.name[:2], topic.it, "他", "她", "它", "此", "该", "本", "其")):
        return False
    return bool(
        re.match(
            r"^(?!在|于|从|由|自|\d|[一二三四五六七八九十]{1,4}[世年月]|早|曾|后|为|最)[^，。]{1,12}(?:是|为|在|曾|于|有)",
            before,
        )
    )


def _own(spoken: str, plain: str, topic: Topic) -> str:
    """此图 and the like as one says them: 这幅画; a thing of another kind keeps its noun."""
    if not _DEMONSTRATIVE.search(plain) or len(spoken) != len(plain):
        return spoken
    is_traditional, out, position = spoken != plain, list[str](), 0
    for match in _DEMONSTRATIVE.finditer(plain):
        if pointed := _pointed(match, topic):
            out += [spoken[position : match.start()], to_traditional(pointed) if is_traditional else pointed]
            position = match.end()
    return "".join([*out, spoken[position:]])


def _pointed(match: re.Match[str], topic: Topic) -> str | None:
    """How one points at the topic, where the noun can only mean the topic."""
    noun = match[1]
    is_own = noun in _OWN.get(topic.kind, "") or (topic.kind == "ware" and noun in topic.name)
    return topic.it if is_own and topic.it.startswith("这") else None


def _ended(text: str) -> str:
    text = _PERIOD.sub("", text)
    return text if text.endswith(("。", "！", "？", "”", "」")) else f"{text}。"
