"""Where a sentence speaks of the topic itself: its mentions are marked, so that a pattern can ask for them."""

import functools
import re

from r2s.models.extractive.chinese.topics import Topic
from r2s.models.extractive.chinese.words import tags_of

DATE = (
    r"(?:(?:公元|西元)?前?(?:约)?[12]?\d{2,3}年代?初?(?:\d{1,2}月)?(?:\d{1,2}日)?|[12]?\d世纪(?:\d0年代|初期?|末期?|中期|早期|后期)?"
    r"|(?:[\u4e00-\u9fff]{2,4})?[元一二三四五六七八九十]{1,3}年(?=[，间建])|[二一][〇○零九八七六五四三二一]{3}年)"
)
NUMBER = r"(?:约|大约|近|超过|达|多达|至少|仅|只有|将近)?[\d一二两三四五六七八九十百千][\d,.，一二两三四五六七八九十百千万亿]*(?:多|余)?(?:万|亿)?"
# What may stand between a subject and what is told of it.
_ADVERBS = r"(?:曾经?|早年|后来?|也|亦|都|便|就|即|又|还|已|现|今|主要|目前|现今|一直|最初|最早|原|原本|正式|首次|再|始|其后|大多|通常|一般|多|常|则|于是|并|最终|最后|随后|先后|同时|至今|当时|之后)"
SUBJECT = rf"(?:^|(?<=[，；。]))(?:(?:于|在)?{DATE}，?)?T*{_ADVERBS}*"
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# What may stand before the subject of a clause.
_OPENINGS = re.compile(rf"(?:^|(?<=[，；。]))(?:(?:于|在|自|从)?{DATE}，?|目前，?|如今，?|现在，?|后来，?|但)?")
_CLAUSE = re.compile(r"[，；。]")
_KIN = re.compile(r"(?:父|母|妻|夫|子|女|兄|弟|姐|妹|祖|孙|后人|学生|老师|弟子|朋友)")
# Nouns that stand for the topic by themselves, by its kind.
_OWN_NOUNS = {
    "school": "学校|该校|本校|校方",
    "firm": "公司|该公司|集团|该集团",
    "station": "车站|该站|本站|该车站",
    "route": "线路|本线|该线|全线|路线|本路线",
    "team": "球队|该队|该球队|俱乐部",
    "work": "本片|该片|影片|电影|本作|该剧|本剧|全剧|小说|游戏|该书|专辑|歌曲|作品|故事",
    "city": "该市|全市|本市",
    "country": "该国|全国",
    "place": "该[县区镇乡村岛山湖寺桥省州]|全[县区镇乡村岛山省州]",
    "match": "本届赛事|赛事|比赛|本届",
}


@functools.lru_cache(maxsize=2048)
def marked(plain: str, topic: Topic) -> str:
    """The sentence with T in place of each letter of the topic where it is spoken of, P where it owns what follows."""
    out, position = list[str](), 0
    for opening in _OPENINGS.finditer(plain):
        match = _mentions(topic).match(plain, opening.end())
        if not match:
            continue
        start, end = match.span()
        sign = _role(plain, match[0], end)
        out += [plain[position:start], sign * (end - start) if sign else plain[start:end]]
        position = end
    return "".join([*out, plain[position:]])


def is_own(sentence: str, start: int) -> bool:
    """Whether a subject that is left out at `start` of a marked sentence can only be the topic."""
    before = sentence[:start]
    if not before:
        return True
    if "T" not in before:
        return False
    first, *clauses = _CLAUSE.split(before[before.index("T") :])
    if clauses and re.search(r"[设有建]", first):
        return False
    return not any(has_subject(clause) for clause in clauses if clause)


def has_subject(clause: str) -> bool:
    """Whether the clause begins with somebody or something else than the topic."""
    if clause.startswith("T") or "T" in clause[:12]:
        return False
    if _KIN.match(clause.lstrip("其PT的他她它")) or clause.startswith(("其", "P", "由", "而", "但")):
        return True
    tags = [(word, tag) for word, tag in tags_of(clause[:12]) if tag[0] not in "tfmqpcd"]
    return bool(tags) and tags[0][1].startswith(("n", "r", "j")) and len(tags) > 1


def _role(plain: str, topic: str, end: int) -> str:
    after = plain[end : end + 8]
    if after.startswith(("、", "和", "与", "及", "们", "跟", "·")):
        return ""
    if after.startswith(("现", "共", "有")):
        return "T"
    if topic == "其" or after.startswith(("的", "之", "最")):
        return "P"
    tags = tags_of(after)
    return "P" if tags and tags[0][1].startswith(("n", "vn", "j", "b", "ns")) else "T"


@functools.lru_cache(maxsize=512)
def _mentions(topic: Topic) -> re.Pattern[str]:
    names = sorted({*_names(topic)}, key=len, reverse=True)
    pronouns = [topic.it] if topic.it in "他她" else [topic.it, "它(?!们)"]
    nouns = [noun for noun in (_OWN_NOUNS.get(topic.kind),) if noun]
    every = "|".join([*map(re.escape, names), *_short_names(topic), *pronouns, *nouns, "其(?![他中余实次后])"])
    return re.compile(rf"[《“「]?(?:{every})[》”」]?")


def _names(topic: Topic) -> list[str]:
    name = topic.name.strip("《》")
    if topic.kind != "person":
        return [name] if not name.startswith("博物馆里的") else [topic.it]
    parts = [part for part in re.split(r"[·・]", name) if len(part) > 1]
    return [name, *parts, *([name[-2:]] if len(name) == 3 else [])]


def _short_names(topic: Topic) -> list[str]:
    """What people make of a long name by leaving out letters: 南加大 of 南加州大学."""
    if topic.kind not in _OWN_NOUNS or not 4 <= len(topic.name) <= 9 or not _HAN.fullmatch(topic.name):
        return []
    return [f"{topic.name[0]}[{topic.name[1:]}]{{1,{len(topic.name) - 1}}}"]
