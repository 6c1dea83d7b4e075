"""Marks of poor dialogue that a program can see. Each check is a pure function of texts; flaws are known by name."""

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from r2s.documents.grams import grams
from r2s.documents.words import stems

Flaw = Literal[
    "empty",
    "names-the-document",
    "names-the-panel",
    "foreknowledge",
    "unnamed-subject",
    "re-asked",
    "no-gain",
    "ungrounded",
    "copied",
    "too-long",
    "few-turns",
]

_TEXT = r"(?:document|passage|text|article|excerpt|paragraph|reference)"
_NAMES_THE_DOCUMENT = {
    "en": re.compile(
        rf"\b(?:according to|based on|as (?:stated|mentioned|described|noted) in|in|from) (?:the|this|that)"
        rf" (?:given |provided |above )?{_TEXT}\b(?! of)"
        rf"|\b(?:the|this) (?:given |provided |above )?{_TEXT} (?:says|states|mentions|describes|notes|explains|does)"
        rf"|\b(?:given|provided|above) (?:{_TEXT}|information)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?:^|[^\u4e00-\u9fff]|[在据按照从])(?:文中|上文|下文|原文|前文)|本文(?![化明字])|[这這該该](?:段文字|篇文章|份[文资資])"
        r"|(?:根据|根據|按照|依据|依據|据|據)(?:文档|文檔|文章|资料|資料|材料|原文|上文|文本)|(?:文档|文檔|所给材料|給定材料)"
    ),
}
# Words of the prompts that no user would say: of the panel behind a dialogue, and of the work on its questions.
_NAMES_THE_PANEL = {
    "en": re.compile(
        r"\b(?:the|our|your) (?:reviewers?|critics?|panel|chairman|candidate) (?:says?|said|notes?|noted|finds?|found"
        r"|points?|pointed|criticis\w+|criticiz\w+|thinks?|thought)\b"
        r"|\bthe (?:candidate's|reviewers?'s?) |\b(?:criticised|criticized) answer\b"
        r"|\b(?:given|rewritten|evolved|created) (?:prompt|question)s?\b|\b(?:breadth|depth) question\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?:评审|評審|考官|主席|评委|評委)(?:们|們|组|組)?(?:说|說|认为|認為|指出|提到|批评|批評|觉得|覺得)|(?:考生|候选人|候選人)的(?:回答|答案)"
        r"|(?:给定|給定|改写后|改寫後|改写|改寫)的(?:问题|問題|提示)|(?:广度|廣度|深度)(?:提问|提問|问题|問題)"
    ),
}
_OUTSIDE = re.compile(r"^(?:it|he|she|they|this|these|that|those|his|her|its|their)\b", re.IGNORECASE)
# What is said is compared again and again within a dialogue.
_grams = functools.lru_cache(1024)(grams)

_COPY_LENGTH = {"en": 5, "zh": 8}


def names_the_document(text: str, language: str) -> bool:
    """Whether somebody speaks of "the text" or 文中: whoever trains on the dialogue has no text."""
    return bool(_NAMES_THE_DOCUMENT[language].search(text))


def names_the_panel(text: str, language: str) -> bool:
    """Whether a message speaks of the reviewers, or in the words in which its speaker was told what to do."""
    return bool(_NAMES_THE_PANEL[language].search(text))


def names_subject(text: str, subject: str, language: str) -> bool:
    """Whether a first utterance says what it is about: it shares a word of matter with the subject's name."""
    if language == "zh":
        return any(part in text for part in _pairs(subject)) and not text.startswith(("它", "他", "她", "这个", "這個"))
    return bool(set(stems(text, "en")) & set(stems(subject, "en"))) and not _OUTSIDE.match(text)


def copied_share(text: str, source: str, language: str) -> float:
    """The share (0 to 1) of the word 5-grams of `text` (Chinese: runs of 8 characters) that stand in `source`."""
    length = _COPY_LENGTH[language]
    grams = _grams(text, language, length)
    return len(grams & _grams(source, language, length)) / len(grams) if grams else 0.0


def echo_share(text: str, earlier: Iterable[str], language: str) -> float:
    """The share (0 to 1) of the runs of four words (Chinese: six characters) of `text` that were said earlier."""
    length = 6 if language == "zh" else 4
    grams = _grams(text, language, length)
    if not grams:
        return 0.0
    said = frozenset[tuple[str, ...] | str]().union(*(_grams(other, language, length) for other in earlier))
    return len(grams & said) / len(grams)


def said_before(text: str, earlier: Sequence[str]) -> bool:
    """Whether much the same has been said already, word order aside."""
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.utils import default_process

    return any(token_sort_ratio(text, other, processor=default_process, score_cutoff=90) for other in earlier)


def _pairs(text: str) -> set[str]:
    signs = "".join(sign for sign in text if sign.isalnum())
    return {signs[start : start + 2] for start in range(max(1, len(signs) - 1))}


_GOODBYE = {
    "en": re.compile(
        r"\b(?:good ?bye|bye|see you|take care|have a (?:nice|great|good) (?:day|evening|one))\b", re.IGNORECASE
    ),
    "zh": re.compile(r"再见|再見|拜拜|回见|祝您?愉快"),
}


def is_goodbye(text: str, language: str) -> bool:
    """Whether somebody takes their leave."""
    return bool(_GOODBYE[language].search(text))
