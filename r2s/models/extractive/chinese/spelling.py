"""What the Chinese rules say, in the script of the dialogue: the rules themselves are written in simplified script."""

import functools

from r2s.documents.scripts import to_simplified, to_traditional

_VARIANTS = str.maketrans("爲裏纔着麪衆羣喫牀綫僞", "為裡才著麵眾群吃床線偽")
# Both scripts write these.
_SHARED = frozenset(
    "里后只干面斗谷丑几才板台云征余于准舍制致托范郁松志折系表卷克布占周出向合同升"
    "岳杰姜沈叶涂万朱胡须丰苏钟蒙梁曲术朴种采适秋累尽并据汇发复御极注泛线胜获赞迹鲜仆借别局幸弥恶扎暗核欲毁"
)


@functools.lru_cache(maxsize=4096)
def traditional(text: str) -> str:
    """As people write it who read these documents: 為 and 裡, where the dictionary has 爲 and 裏."""
    return to_traditional(text).translate(_VARIANTS)


@functools.lru_cache(maxsize=1024)
def simplified(text: str) -> str:
    return to_simplified(text)


def respelt(text: str) -> str:
    """A goal in traditional script, but for what both scripts write: names in it are traditional already."""
    return "".join(sign if sign in _SHARED else traditional(sign) for sign in text)
