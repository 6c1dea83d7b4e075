"""Which language a text is in. R2S speaks two: English, and Chinese in either script."""

import re
from typing import Literal

from r2s.documents.scripts import is_traditional

_ENGLISH = re.compile(r"en(g|glish)?\b", re.IGNORECASE)
_CHINESE = re.compile(r"(zh|zho|chi|cmn|chinese)\b", re.IGNORECASE)
_SIMPLIFIED = re.compile(r"-(hans|cn|sg|my)\b|simplified", re.IGNORECASE)
_TRADITIONAL = re.compile(r"-(hant|tw|hk|mo)\b|traditional", re.IGNORECASE)

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3040-\u30ff]")

# The first pages say what a text is in; counting a whole book would say the same.
SAMPLE = 4000
HAN_SHARE = 0.3
KANA_SHARE = 0.2
LATIN_SHARE = 0.5


def find_language(text: str, declared: str | None = None) -> str | None:
    """`en`, `zh-Hans` or `zh-Hant`: as declared if that is one of them, else as the text looks; null for others."""
    sample = text[:SAMPLE]
    tag = (declared or "").strip().replace("_", "-")
    return _declared(tag, sample) if _is_spoken(tag) else _detected(sample)


def rules_for(tag: str) -> Literal["en", "zh"]:
    """The language whose rules and prompts serve a text in this one: those of English, where there are no other."""
    return "zh" if tag.partition("-")[0] == "zh" else "en"


def _is_spoken(tag: str) -> bool:
    return bool(_ENGLISH.match(tag) or _CHINESE.match(tag))


def _declared(tag: str, sample: str) -> str:
    if _ENGLISH.match(tag):
        return "en"
    if _TRADITIONAL.search(tag):
        return "zh-Hant"
    return "zh-Hans" if _SIMPLIFIED.search(tag) else _script(sample)


def _detected(sample: str) -> str | None:
    letters = len(_LETTER.findall(sample))
    if not letters:
        return None
    han, kana = len(_HAN.findall(sample)), len(_KANA.findall(sample))
    if kana > KANA_SHARE * (han + kana):
        return None
    if han >= HAN_SHARE * letters:
        return _script(sample)
    # Other languages in Latin letters have no prompts of their own yet: English ones serve them.
    return "en" if len(_LATIN.findall(sample)) >= LATIN_SHARE * letters else None


def _script(sample: str) -> str:
    return "zh-Hant" if is_traditional(sample) else "zh-Hans"
