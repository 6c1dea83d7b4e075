"""Marks of poor dialogue that a program can see. Each check is a pure function of texts; flaws are known by name."""

import functools
import re
from collections.abc import Iterable
from typing import Literal

from r2s.documents.grams import grams
from r2s.documents.tells import is_pointing
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
# What is said is compared again and again within a dialogue.
_grams = functools.lru_cache(1024)(grams)

_COPY_LENGTH = {"en": 5, "zh": 8}


def names_the_panel(text: str, language: str) -> bool:
    """Whether a message speaks of the reviewers, or in the words in which its speaker was told what to do."""
    return bool(_NAMES_THE_PANEL[language].search(text))


def names_subject(text: str, subject: str, language: str) -> bool:
    """Whether a first utterance says what it is about: it shares a word of matter with the subject's name."""
    if is_pointing(text, language):
        return False
    if language == "zh":
        return any(part in text for part in _pairs(subject))
    return bool(set(stems(text, "en")) & set(stems(subject, "en")))


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
