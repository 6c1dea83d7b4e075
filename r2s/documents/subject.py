"""What a document is about, in the words of somebody who has not read it."""

import functools
import re

from r2s.documents.document import Document
from r2s.documents.scripts import to_simplified, to_traditional

_BRACKETED = re.compile(r"^[【\[［][^】\]］]*[】\]］]\s*|[\s_]*[（(][^）)]*[）)]$")
_FIRST_WORDS = {
    "en": re.compile(r"^(.{3,60}?)(?=,|\s(?:is|was|are|were|has|had|have|can|will)\b|[.;:(])"),
    "zh": re.compile(r"^(.{2,16}?)(?=是|为|為|，|（|\(|、|在|于|於|。)"),
}
_POINTING = tuple("这這此该該本其一各")
_NAMING = re.compile(r"n|x$|eng$|j$|l$|i$|vn$|b$")
# 【清 康熙】 and the like before a title, and how one says it.
_PERIOD = re.compile(r"^[【\[［]\s*([^】\]］\s]+)(?:\s+([^】\]］\s]+))?\s*[】\]］]")
_DYNASTIES = "夏商周秦汉漢晋晉隋唐宋辽遼金元明清"
_REIGNS = re.compile(
    r"^(?:洪武|永乐|宣德|成化|弘治|正德|嘉靖|隆庆|万历|天启|崇祯|顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统)$"
)
_AGES = re.compile(
    r"^(?:西周|东周|春秋|战国|三国|西晋|东晋|南北朝|六朝|北朝|南朝|五代|民国|南宋|北宋|西汉|东汉|新石器|近代|现代|当代|近现代)(?:时期|时代)?$"
)
# A thing shown in a museum that has no name of its own: what it is called where the text first points at it.
_SHOWN = re.compile(
    r"这(?P<measure>[幅件座组套只尊把块对张面枚口])(?P<words>(?:[^，。、；（(“‘《是的]{1,8}的)?[\u4e00-\u9fff]{0,3}?)"
    r"(?P<noun>肖像画|肖像|版画|壁画|挂轴|画卷|手卷|卷轴|册页|屏风|画作|画|扇面|瓷盘|瓷碗|瓷瓶|茶碗|茶壶|酒壶|花瓶|水罐|罐|瓶"
    r"|盘|碗|杯|壶|漆盒|盒|香炉|雕像|佛像|塑像|造像|群像|座钟|铜镜|长袍|龙袍|外套|挂毯|地毯|织物|刺绣|饰板|马镫|头盔|剑|刀|匾|墨|砚|浮雕|雕塑|面具)"
    r"(?=[^\u4e00-\u9fff]|[是的上中由以描展出采产为在呈被装约曾有创])"
)
_KINDS_SHOWN = (
    (re.compile(r"这幅|[此该]画|[此该]图|画作"), "一幅画"),
    (re.compile(r"[此该]卷|书法"), "一件书法作品"),
    (re.compile(r"这尊|[此该]像"), "一尊雕像"),
    (re.compile(r"花园里|画中|画面"), "一幅画"),
)
_BARE_KIND = re.compile(
    r"(?:一副)?(?P<noun>拓片|唐卡|绘画|雕像|浮雕|书籍|手稿|纺织品|雕刻品|药物|镜子|帽子|纸牌|彩票册|印刷[版品]|陵墓陶俑|文官补子|屏风扇|墓门楣|甲胄上衣|古筝|花瓶|罐|瓶|碗|壶|盘|夹克)(?:/.*)?"
)
_MEASURES = {
    "拓片": "张",
    "唐卡": "幅",
    "绘画": "幅",
    "雕像": "尊",
    "书籍": "本",
    "手稿": "份",
    "药物": "种",
    "镜子": "面",
    "帽子": "顶",
}
_MEASURES |= {"纸牌": "副", "彩票册": "本", "陵墓陶俑": "尊", "文官补子": "块", "屏风扇": "扇", "古筝": "架"}


def subject_of(document: Document) -> str:
    """The document's title without marks and brackets, else the first words of its text; at most 60 characters."""
    return _subject(document.title or "", document.text, document.lang)


@functools.lru_cache(maxsize=512)
def _subject(title: str, text: str, lang: str) -> str:
    if lang.startswith("zh"):
        name = _chinese_title(title) or _chinese_beginning(text)
        return _written(name, text, lang)[:60]
    name = _BRACKETED.sub("", title).strip()
    if name:
        return name[:60]
    first = _FIRST_WORDS["en"].match(text)
    return first[1].strip() if first else text.split("\n", 1)[0][:30].strip()


def _written(name: str, text: str, lang: str) -> str:
    """The name in the document's script, as its text writes it where it does."""
    plain = to_simplified(name)
    if lang != "zh-Hant":
        return plain
    position = to_simplified(text).find(plain)
    return text[position : position + len(plain)] if position >= 0 else to_traditional(name)


def _chinese_title(title: str) -> str:
    """The title as one says it: 【清】玉杯 is 清代的玉杯; a title that names only a kind of thing needs a place."""
    name = _BRACKETED.sub("", title).replace("_", " ").strip()
    if bare := _BARE_KIND.fullmatch(name):
        return f"博物馆里的一{_MEASURES.get(bare['noun'], '件')}{bare['noun']}"
    if (period := _PERIOD.match(title)) and name:
        return _spoken_period(period[1], period[2]) + name
    return name


def _spoken_period(age: str, reign: str | None) -> str:
    plain = to_simplified(age)
    if age in _DYNASTIES:
        reign_of = f"{reign}年间" if reign and _REIGNS.match(to_simplified(reign)) else ""
        return f"{age}代{reign_of}的"
    return f"{age}的" if plain.endswith(("时期", "时代", "代")) else f"{age}时期的" if _AGES.match(plain) else ""


def _chinese_beginning(text: str) -> str:
    """The first words where they are a name, else what the text shows, as something seen in a museum."""
    first, plain = _FIRST_WORDS["zh"].match(text), to_simplified(text)
    if first and _is_name(first[1]):
        return first[1].strip()
    if shown := _SHOWN.search(plain):
        return f"博物馆里的一{shown['measure']}{shown['words']}{shown['noun']}"
    return "博物馆里的" + next((kind for sign, kind in _KINDS_SHOWN if sign.search(plain)), "一件藏品")


def _is_name(words: str) -> bool:
    """Whether these first words of a text are a noun and nothing else, so that one can ask about them."""
    import rjieba

    tags = [tag for _, tag in rjieba.tag(to_simplified(words))]
    has_marks = words.count("《") != words.count("》") or words.count("“") != words.count("”")
    return not has_marks and not words.startswith(_POINTING) and all(_NAMING.match(tag) for tag in tags)
