"""What a Chinese document says, cut into pieces of one turn each, in words that can be spoken.

A piece keeps its exact quote; what is spoken is the quote without markup, brackets of foreign spellings, opening
connectives, and with 此图 or 该校 turned into what one says of the thing at hand.
"""

import functools
import re
from dataclasses import dataclass

from r2s.documents.scripts import to_simplified, to_traditional
from r2s.models.extractive.chinese.topics import THINGS, Topic

# Beyond this many characters a sentence is cut where a clause ends, and a piece shorter than the other is not worth a turn.
LONGEST, SHORTEST, SPLIT_FROM, SPLIT_THING_FROM = 96, 6, 46, 30
LONGEST_SPOKEN = 150


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
    r"<|>|http|www\.|\{|\}|\||＝|={2}|[、，；]{2}|[为于在及与或以如含括有约（]、|(?:包含|包括|具有|称为|名为|位于|以及|[^因作认行]为|[^自理经缘]由|[^参赠授给付]与|[^以企波]及)[，。；]|[^于但可若还就的便正只总乃也即不]是。|[\u4e00-\u9fff]{42}|长，宽|宽，高|，长。"
    r"|[如见]下[表图]|如下|[见如][上右左]|右[图表]|下[表图]|上[表图]|以上(?:资|数|列)|(?<![一这那两几])本[文条节页章]|该文|此部[份分]|参见|^参考|参考[资文]|详见|请[见参至]|待续|待补|条目|维基|译文|摘译"
    r"|[:：]$|^[\d]+[.．、]|^[·•*#★●○]|[？?]{1}.*[？?]|\.{3}|…{1}$|“[^”]*$|^[^“]*”|《[^》]*$|^[^《]*》|「[^」]*$|（[^）]*$|^[^（]*）|\(|\)|□|口口|！！|^注|脚注|例如。|\[[^\]]*$|^[^\[]*\]|材质为[^，]*，颜色为|：[^，。“]{0,12}：|封底|——$|[A-Z]{1,3}\d{2,}[、和至]|馆藏号|编号为"
)
_SPEAKS_OF_TEXT = re.compile(
    r"文中|[这该]份[文资]|(?:根据|按照|依据|据)(?:文档|文章|资料|材料|原文|文本)|上文|下文|原文|前文|资料显示|[本该这此]篇?文章|这段文|根据(?:上述|以上|资料)|如上所述|综上|文档"
)
_CONNECTIVE = re.compile(
    r"^(?:因此|所以|故此|从而|然而|但是|不过|可是|然后|而且|并且|此外|另外|除此之外|除此以外|同时|与此同时|其次|最后|首先|再者|例如|比如|总之|换句话说|换言之|也就是说|事实上|可见|于是|因而|另|再次|相反|相反地|反之|而后|值得一提的是|值得注意的是|由此可见|无论如何|一般来说|总的来说|具体来说|[①②③④⑤⑥])，?|^(?:第[一二三四五]|其[一二三四五])，"
    r"|^(?:但|并|而|故|且|亦|也|还|又)(?=[\u4e00-\u9fff])(?!非|列|购|排|不是|存|入|有|称|名|是)"
)
_CONSEQUENCE = re.compile(r"^(?:因此|所以|于是|然后|接着|从而|因而|由此可见|换句话说|换言之|也就是说|反之|相反)")
# What hangs on the piece before it.
_HANGING = re.compile(
    r"^(?:这[些样里时一]?|此[举后前时外间]?|其(?!中国|他)|它们?|他们?|她们?|那[里时些]?|前者|后者|两者|二者|该|上述|以上|同[年日月样]|当[时中年日]|随后|之后|后来|不久|结果|接着|翌年|次年|次日|其后|期间|另一|"
    r"相比之下|对此|为此|至此|由此|对应|分别|反过来|与之|与其|牠们?|祂|本身|两人|二人|双方|三人|四人|该|如此|这|另有|另|其余|一[为是]|也|则)"
)
_POINTS_BACK = re.compile(r"这句话|这一(?!带|天|年)|此事|此举|对此|为此|[前后]者|上述|这种(?:做法|情况|现象|说法)")
_DEMONSTRATIVE = re.compile(
    r"(?<![因由如彼对至从日基原根版底抄孤应])(?:此|该|本)(?:幅|件|只|尊|部|种|所|座|条|款|个)?"
    r"(笔筒|卷轴|作品|图|画|卷|轴|帖|瓶|碗|盘|炉|杯|壶|罐|器|件|像|砚|墨|印|盒|枕|镜|钟|鼎|尊|牌|页|作(?![为者家])|鱼|种|鸟|片|剧|校|站|岛|线|队|山|湖|市|县)"
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
    r"[；;]|，(?=(?:后来|随后|同时|此外|另外|其中|目前|如今|现在|当时|同年|次年|在?[12]\d{3}年|他|她|它|其(?![他中])|整|通体))"
)
_PARTS = re.compile(
    r"(?:[器碗盘杯壶瓶罐炉盒盖筒砚底口颈肩腹足耳柄座胎釉笔图画整通内外左右两双四三纹头眼刀线树花构设题款钤造]|身[形体上后]|全[身器幅图]|[上下前后正背侧][部方面景身沿]|其(?![他中后实])|面[部上]|人物|一[侧面边端旁]|山石|用笔|印章|作者|画家|[此该](?!后|前|外|时))"
)
# A clause that needs the one after it.
_LEANING = re.compile(
    r"(?:^|[，；。])(?:虽|雖|尽管|儘管|不[仅僅但]|如果|若|由于|由於|因[为為]?|当|當|既|随着|隨著|为|為|除|无论|無論|即使|只要|自|据|據|根据|根據|经|經|对|對|在|从|從|就|按|以|通过|通過|与|與|每当|一方面|作为|作為|以至|直到|据说|相传|那么)[^，；。]*，$"
)
_LABEL = re.compile(r"^(印文|款|款识|边款|释文|款题)[：:]|^([\u4e00-\u9fff]{2,6})[：:](?=[^“「：]*、)")
_CATALOGUED = re.compile(
    r"^.{2,30}?，材质为(?P<stuff>[^，]+)，(?:颜色为(?P<colour>[^纵，]+)，)?[^，]{2}为(?P<high>纵[^，]+)，[^，]{2}为(?P<wide>横[^，]+)，?(?P<rest>.*)$"
)
_SIGNED = re.compile(
    r"^《?[^》，]{1,16}》?[轴卷页册]?，(?P<age>[^，]{1,3})，(?:(?P<who>[^，]{2,4}?)(?P<did>绘|作|画|书|写))?.*?横[^，。]*?(?:厘米|cm|公分)。?(?P<rest>.*)$"
)
_DID = {"绘": "画", "作": "画", "画": "画", "书": "写", "写": "写"}
_PERIOD = re.compile(r"[，；、：]+$")


def pieces_of(sentence: str, before: str, topic: Topic, is_last: bool = False) -> tuple[Piece, ...]:
    """The pieces of a sentence; `before` is the sentence before it, which tells whether a pronoun means the topic."""
    return _pieces(sentence, before, topic, is_last)


@functools.lru_cache(maxsize=4096)
def _pieces(sentence: str, before: str, topic: Topic, is_last: bool) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for number, quote in enumerate(_parts(sentence, topic, is_last)):
        piece = _piece(quote, sentence, before if number == 0 else sentence, topic)
        if piece:
            found.append(piece)
    return tuple(found)


def _parts(sentence: str, topic: Topic, is_last: bool) -> list[str]:
    if topic.kind in THINGS and _CATALOGUED.match(sentence):
        return [sentence]
    return _cut(sentence, is_last, topic.kind in THINGS)


def _cut(sentence: str, is_last: bool, is_thing: bool) -> list[str]:
    """The sentence whole where it is short, else in parts at places where a clause stands by itself.

    Of a last sentence the first part is the shorter one: a passage counts as conveyed once half of it is.
    """
    if len(sentence) < (SPLIT_THING_FROM if is_thing else SPLIT_FROM):
        return [sentence]
    least = 11 if is_thing else 18
    start, parts = 0, list[str]()
    for cut in _places(sentence, is_thing):
        is_fitting = cut - start >= least and len(sentence) - cut >= least
        if is_fitting and (not is_last or (cut * 2 < len(sentence) and not parts)) and (is_thing or cut - start >= 24):
            parts.append(sentence[start:cut])
            start = cut
    return [_shortened(part) for part in [*parts, sentence[start:]]]


def _places(sentence: str, is_thing: bool) -> list[int]:
    cuts = {match.end() for match in _BREAK.finditer(sentence)}
    if is_thing:
        cuts |= {
            match.end() for match in re.finditer("[，。；]", sentence) if _starts_clause(sentence[match.end() :][:8])
        }
    return [cut for cut in sorted(cuts) if _is_closed(sentence[:cut]) and not _LEANING.search(sentence[:cut])]


def _starts_clause(text: str) -> bool:
    """Whether a clause of a description begins with a part or a figure of its own."""
    return bool(_PARTS.match(to_simplified(text)))


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
    spoken = _labelled(_catalogued(_CONNECTIVE.sub("", cleaned), topic))
    plain = to_simplified(spoken)
    if not SHORTEST <= len(plain) <= LONGEST_SPOKEN or _UNSPEAKABLE.search(plain) or _SPEAKS_OF_TEXT.search(plain):
        return None
    hangs = bool(_CONSEQUENCE.match(to_simplified(cleaned))) or _hangs(plain, to_simplified(before), topic)
    spoken = _own(spoken, plain, topic) + _and_so_on(quote, sentence)
    return Piece(quote, _ended(spoken), to_simplified(_ended(spoken)), hangs)


def _catalogued(text: str, topic: Topic) -> str:
    """A museum's list of stuff, colour and size as a sentence; its second, unlisted form only repeats the first."""
    found = _CATALOGUED.match(text)
    if not found:
        return text
    signed, maker, rest = _SIGNED.match(found["rest"]), "", found["rest"]
    if signed:
        age = f"{signed['age']}代" if len(signed["age"]) == 1 else signed["age"]
        maker = f"是{age}{signed['who']}{_DID[signed['did']]}的，" if signed["who"] else f"是{age}的，"
        rest = signed["rest"]
    size = f"{found['high']}，{found['wide']}".replace("cm", "厘米")
    stuff = "，".join(part for part in (found["stuff"], found["colour"]) if part)
    return f"{topic.it}{maker or '是'}{stuff}，{size}。{rest}".rstrip("。") + "。"


def _labelled(text: str) -> str:
    """印文：… as 印文是…, and a list's label with 有."""
    return _LABEL.sub(lambda match: f"{match[1]}是" if match[1] else f"{match[2]}有", text)


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
    text = re.sub("。{2,}", "。", _HAN_SPACE.sub("", text.strip()))
    return re.sub(r",(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]),", "，", text).strip("，、；：:;. 　")


def _hangs(plain: str, before: str, topic: Topic) -> bool:
    """Whether it points back at something else than the topic of the whole."""
    if _POINTS_BACK.search(plain[:18]):
        return True
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
