"""What a Chinese document is about and how people refer to it: this bowl, this city, he.

Everything is decided from the subject's name and the first sentences, in simplified script; where nothing is sure the
topic is an `idea`, called 它.
"""

import functools
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` is the full subject, `it` a short way to point at it, `noun` its kind in a common word, maybe empty."""

    name: str
    kind: str
    it: str
    noun: str


# A name that ends so: the kind, how one points at it, and the common word.
_ENDINGS: tuple[tuple[str, str, str, str], ...] = (
    (r"(?:印花|设计)图$|图[轴卷页册]?$|画作?$|画卷$|仙?[^手]页$|唐卡$|屏风$|绘$", "painting", "这幅画", "画"),
    (
        r"帖$|书法(?:作品)?$|《.*》卷$|诗[卷册轴]$|尺牍$|[行楷草隶篆]书.{0,6}[轴卷页册]?$",
        "writing",
        "这件书法作品",
        "书法作品",
    ),
    (r"[轴卷]$", "painting", "这幅画", "画"),
    (r"拓片$", "ware", "这张拓片", "拓片"),
    (r"瓶$", "ware", "这只瓶子", "瓶子"),
    (r"[碗]$", "ware", "这只碗", "碗"),
    (r"[盘碟]$", "ware", "这只盘子", "盘子"),
    (r"杯$", "ware", "这只杯子", "杯子"),
    (r"炉$", "ware", "这只炉子", "炉子"),
    (r"盒$", "ware", "这只盒子", "盒子"),
    (r"[罐]$", "ware", "这只罐子", "罐子"),
    (r"壶$", "ware", "这把壶", "壶"),
    (r"枕$", "ware", "这只枕头", "枕头"),
    (r"(?<!之)[鼎尊樽簋盉鬲觚爵罍]$", "ware", "这件铜器", "铜器"),
    (r"笔筒$", "ware", "这只笔筒", "笔筒"),
    (r"砚台?$", "ware", "这方砚", "砚"),
    (r"[^水翰笔香遗斯]墨$|墨锭$", "ware", "这块墨", "墨"),
    (r"[^脚手烙影]印$|印章$", "ware", "这方印", "印"),
    (r"(?:人|佛|神|罗汉|菩萨|天王|星|立|坐|塑|造|雕|石|铜|母|音|俑)像$|俑$", "ware", "这尊像", "像"),
    (r"牌$", "ware", "这块牌子", "牌子"),
    (r"镜子?$", "ware", "这面镜子", "镜子"),
    (r"(?:编|座|铜)钟$|钟$", "ware", "这件东西", ""),
    (r"车站$|[^网]站$", "station", "这座车站", "车站"),
    (r"(?:中学|小学|大学|学院|学校|高中|书院|师范|分校|[一二三四五六七八九十]中)$", "school", "这所学校", "学校"),
    (r"(?:公司|集团|银行|企业|航空|电视台|电台|出版社|工业|实业)$", "firm", "这家公司", "公司"),
    (r"(?:号线|[0-9A-Z]线|铁路|公路|快线|干线|支线|巴士.*线|电车.*线|[南北东西]线)$", "route", "这条线路", "线路"),
    (
        r"(?:医院|机场|港口|公园|广场|博物馆|图书馆|教堂|寺|庙|塔|宫|大楼|大厦|体育场|球场|中心|桥|城堡|古堡|陵|剧院|酒店|监狱|车厂|厂|故居|遗址|村落)$",
        "place",
        "这个地方",
        "地方",
    ),
    (r"(?:山脉|[^泰]山)$", "place", "这座山", "山"),
    (r"(?:江|[^黄银]河|溪)$", "place", "这条河", "河"),
    (r"(?:半岛|群岛|岛)$", "place", "这个岛", "岛"),
    (r"湖$", "place", "这个湖", "湖"),
    (r"(?:[^城超]市)$", "city", "这座城市", "城市"),
    (
        r"(?:县|自治[州区县]|[^专特校城]区|[^名]镇|乡|村|[^神九]州|[^反]省|道|郡|街道|社区|街|路)$",
        "place",
        "这个地方",
        "地方",
    ),
    (r"(?:共和国|合众国|王国|帝国|联邦)$", "country", "这个国家", "国家"),
    (r"(?:战役|之战|会战|海战|战争)$", "event", "这场仗", "仗"),
    (r"(?:起义|革命|运动|政变|事件|惨案|之乱|大屠杀|和约|条约)$", "event", "这件事", "事"),
    (r"(?:锦标赛|联赛|世界杯|奥运会|运动会|公开赛|大奖赛|杯赛|大赛)$", "match", "这项比赛", "比赛"),
    (r"(?:王朝|[夏商周秦汉晋隋唐宋元明清]代|[南北东西][晋宋周魏汉齐]|[^\W]朝)$", "era", "那个时候", "朝代"),
    (r"(?:球队|俱乐部|足球队)$", "team", "这支球队", "球队"),
    (r"鱼$|鲷$|鳗$|鲨$|鲈$|鰕虎$", "species", "这种鱼", "鱼"),
    (r"鸟$|雀$|鹦鹉$|雉$|鹰$|鸦$|鸮$|鹤$|鸭$|鸠$|莺$", "species", "这种鸟", "鸟"),
    (r"蛇$|龟$|蛙$|猫$|狐$|鼠$|鹿$|猴$|象$|蝠$|蝶$|蜂$|蚁$|蟹$|虾$|蝎$", "species", "这种动物", "动物"),
    (r"(?:草|树|花|木|兰|稻|藤|菊|竹)$", "plant", "这种植物", "植物"),
)
# What the first sentence says the subject is: its predicate ends with such a word.
_PREDICATES: tuple[tuple[str, str, str, str], ...] = (
    (r"(?:电视连续剧|电视剧|剧集|连续剧)$", "work", "这部剧", "剧"),
    (r"(?:油画|壁画|画作|绘画|版画|画)$", "painting", "这幅画", "画"),
    (r"(?:雕塑|雕像|雕刻|纪念碑)$", "ware", "这件作品", "作品"),
    (r"(?:电影|影片|动画片|剧场版动画)$", "work", "这部电影", "电影"),
    (r"(?:小说|漫画|动画|作品)$", "work", "这部作品", "作品"),
    (r"专辑$", "work", "这张专辑", "专辑"),
    (r"(?:歌曲|单曲|主题曲)$", "work", "这首歌", "歌"),
    (r"(?:游戏|续作)$", "work", "这款游戏", "游戏"),
    (r"(?:植物|乔木|灌木|草本)$", "plant", "这种植物", "植物"),
    (r"(?:动物|昆虫|恐龙|鸟类)$", "species", "这种动物", "动物"),
    (r"(?:铁路车站|车站|地铁站)$", "station", "这座车站", "车站"),
    (r"(?:巴士路线|巴士线|铁路线|铁路|公路|路线)$", "route", "这条线路", "线路"),
    (r"(?:公司|企业|集团)$", "firm", "这家公司", "公司"),
    (r"(?:足球俱乐部|球队|俱乐部|足球队)$", "team", "这支球队", "球队"),
    (r"(?:乐队|乐团|组合|合唱团)$", "band", "这个组合", "组合"),
    (r"(?:城市|县级市|地级市|首府|直辖市)$", "city", "这座城市", "城市"),
    (r"(?:国家|共和国)$", "country", "这个国家", "国家"),
    (r"(?:小行星|恒星|行星|星系|星座)$", "star", "它", "星"),
)
_KIN = re.compile(
    r"[为是属].{0,40}(?:纲|目|科|属)[^。]{0,24}(?:之一|其中的?一种|一个?种|的一种|的鱼类?|的动物|的植物|的鸟类?)(?:[，。；]|$)"
)
_TRADES = (
    "导演|演员|歌手|作家|诗人|画家|书法家|艺术家|科学家|数学家|物理学家|化学家|哲学家|政治家|革命家|军事家|将领|将军|军人|皇帝|国王|总统|首相|总理"
    "|教练|教练员|球员|运动员|裁判|选手|后卫|前锋|中场|门将|记者|主持人|模特|声优|配音员|律师|医生|教授|学者|大臣|官员|僧人|企业家|商人|设计师"
    "|建筑师|作曲家|钢琴家|音乐家|思想家|文学家|小说家|漫画家|领导人|主教|神父|艺人|君主|女演员|编剧|人物|进士|大师|巨星"
)
_PERSON = re.compile(
    rf"(?:{_TRADES})(?:[，。、；（和与及兼]|之一|$)|出生于|生于|字[^，。]{{1,4}}，号|，字[^，。]{{1,3}}，|^[^，。]{{2,12}}人，"
)
_SHOWN = re.compile(r"^博物馆里的一(?P<measure>.)(?:[^的]*的)?(?P<noun>.{1,4})$")
_PERIOD = re.compile(r"^.{1,4}(?:代.{0,4}年间|代|时期|时代)的|^近代的|^现代的")
THINGS = frozenset({"painting", "writing", "ware"})
_OF_THINGS = re.compile(r"出土|纹|铭|雕|釉|青铜|鎏金|玉|漆|拓本|碑|墓|文物|博物馆|国宝|禁出|藏|笔墨|书法|绘|造型|铸|器")
_BRACKETS = re.compile(r"[（(][^）)]*[）)]")


@functools.lru_cache(maxsize=512)
def topic_of(name: str, text: str) -> Topic:
    """The topic of a document by its subject's name and its text, both in simplified script."""
    first = _BRACKETS.sub("", text[:160]).split("。")[0]
    if shown := _SHOWN.match(name):
        return _shown(name, shown["measure"], shown["noun"])
    if re.match(r"《.*》$", name) or _opens_with_title(first, name):
        found = _by_predicate(name, first)
        if found and found.kind in ("work", "painting"):
            return found
    if found := _by_ending(name, text):
        return found
    if _is_person(name, first, text):
        return Topic(name, "person", "她" if text.count("她") > text.count("他") else "他", "人")
    shown = Topic(name, "ware", "它", "") if _is_shown(text) else None
    return _by_predicate(name, first) or shown or Topic(name, "idea", "它", "")


def _shown(name: str, measure: str, noun: str) -> Topic:
    kind = "painting" if measure == "幅" else "writing" if "书法" in noun else "ware"
    noun = "画" if noun in ("绘画", "画作") else noun
    spoken = noun if len(noun) < 4 or noun.endswith("作品") else noun[-2:]
    return Topic(name, kind, f"这{measure}{spoken}", spoken)


def _opens_with_title(first: str, name: str) -> bool:
    return first.startswith(f"《{name[:4]}")


def _by_ending(name: str, text: str) -> Topic | None:
    is_thing = bool(_PERIOD.match(name))
    for pattern, kind, it, noun in _ENDINGS:
        if is_thing and kind not in THINGS:
            continue
        if re.search(pattern, name) and _is_plausible(kind, text):
            is_other = noun == "铜器" and "铜" not in text
            return Topic(name, kind, "这件东西" if is_other else it, "" if is_other else noun)
    return Topic(name, "ware", "这件东西", "") if is_thing else None


# What a text about such a thing is sure to speak of: 王守仁 ends like 仁, 陶朱公路 like a road.
_SIGNS = {
    "station": "车站|月台|站台|轨道|地铁|铁路",
    "school": "学生|招生|师资|创办|校|专业",
    "firm": "公司|企业|集团|股|银行|出版|台",
    "match": "比赛|球|队",
    "species": "[鱼鸟科属种]",
    "plant": "植物|科|种|栽|叶",
    "painting": "画|图|绘|纸本|绢",
    "writing": "书|字|帖",
    "ware": "器|纹|雕|铜|玉|瓷|釉|木|石|金|银|竹|墨|印|陶|铸|制|织",
    "city": "市",
    "era": "朝|代|皇|帝|王",
    "route": "线|路",
    "place": "位于|地|区|平方|人口|座|建",
}


def _is_plausible(kind: str, text: str) -> bool:
    return kind not in _SIGNS or bool(re.search(_SIGNS[kind], text))


def _is_shown(text: str) -> bool:
    """Whether a short text describes a thing in a museum."""
    return len(text) < 400 and len(set(_OF_THINGS.findall(text))) >= 3


def _by_predicate(name: str, first: str) -> Topic | None:
    if _KIN.search(first):
        noun = (
            "植物" if "植物" in first else "鱼" if re.search(r"鱼|鲷|鳗", first) else "鸟" if "鸟" in first else "动物"
        )
        return Topic(name, "plant" if noun == "植物" else "species", f"这种{noun}", noun)
    predicate = re.match(r"^[^，。]{1,30}?[，]?(?:是|为)([^，。；]*?)(?:之一)?(?:[，。；]|$)", first)
    for pattern, kind, it, noun in _PREDICATES:
        if predicate and re.search(pattern, predicate[1]):
            return Topic(name, kind, it, noun)
    return None


def _is_person(name: str, first: str, text: str) -> bool:
    names_man = len(re.findall(r"他(?![们国人])|她", text)) >= 2 and bool(re.match(r"^[^，。]{2,14}[，是]", first))
    return bool(_PERSON.search(first)) and (names_man or first.startswith(name[:2]))
