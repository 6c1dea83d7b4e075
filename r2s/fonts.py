"""The letters of figures: families that have both Latin and Chinese ones, and what to do without."""

from r2s.extras import load

# The first of these that is installed draws Chinese.
_CJK = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "SimHei")
_LATIN = "DejaVu Sans"
MISSING = "□"


def families(extra: str = "draw") -> list[str]:
    """Families for matplotlib, which takes each letter from the first that has it; `extra` brings matplotlib."""
    fonts = load("matplotlib.font_manager", "figures", extra)
    installed = {font.name for font in fonts.fontManager.ttflist}
    return [_LATIN, *(name for name in _CJK if name in installed)]


def drawable(text: str, families: list[str]) -> str:
    """The text with a box for each letter that none of these families has: matplotlib would warn of each."""
    known = set[int]().union(*map(_letters, families))
    return "".join(letter if ord(letter) in known else MISSING for letter in text)


def _letters(family: str) -> set[int]:
    from matplotlib import font_manager

    return {*font_manager.get_font(font_manager.findfont(family)).get_charmap()}
