"""Turning a written sentence into one that can be spoken: no brackets, no stiff words, no loose connectives."""

import functools
import re

from r2s.documents.words import frequency
from r2s.models.extractive.english.tagging import tagged

# What stands in brackets is for the eye: dates of birth, foreign scripts, sources.
BRACKETED = re.compile(r"\s*(?:\[[^\]]{0,60}\]|\([^()]*(?:\([^()]*\)[^()]*)*\))")
_SPACING = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+([,.;:!?])(?=[\s\"”']|$)"), r"\1"),
    (re.compile(r",(?=[,.;])"), ""),
)

# Words with these tags are no names, and what is rarer than this may be one.
_CLOSED = frozenset({"AT0", "PNP", "DPS", "DT0", "PRP", "CJS", "AV0", "EX0", "CRD", "ORD", "PNI", "AVQ"})
_EVERYDAY = 3.7

# Openings that tie a sentence to the one before it, and how they tie it.
LEADS = {
    "contrast": r"However|Nevertheless|Nonetheless|On the other hand|(?:By|In) contrast|Conversely|Despite this|Even so|Instead|Alternatively",
    "addition": r"Also|In addition|Additionally|Moreover|Furthermore|Further|Besides|Likewise|Similarly|As well|Another",
    "example": r"For example|For instance|As an example",
    "result": r"Therefore|Thus|Hence|Consequently|As a result|Accordingly|As such|Because of this|For this reason|In turn|In response",
    "time": r"Meanwhile|At the same time|Then|Afterwards|Subsequently|After this|Soon after|Shortly after(?:wards)?|More recently",
    "aside": r"In fact|Indeed|In particular|Specifically|Notably|In other words|That is|Of course|Overall|In general|Generally"
    r"|On the whole|Interestingly|Importantly|In short|Actually|To this end|Officially|First|Second|Third|Firstly|Secondly|Internationally",
}
_LEADS = [(kind, re.compile(rf"(?:{words}),\s+")) for kind, words in LEADS.items()]
_BARE_LEADS = [
    ("contrast", re.compile(r"(?:But|Yet)\s+(?=\w)")),
    ("addition", re.compile(r"And\s+(?=\w)")),
    ("result", re.compile(r"(?:Thus|Hence|Therefore|So)\s+(?=[a-z])(?!far|many|much|that)")),
    ("addition", re.compile(r"Also\s+(?=\w)")),
]
_INNER_LEADS = re.compile(
    r",\s(?:however|therefore|moreover|furthermore|though|thus|too|for example|in turn|in fact),(?=\s)"
)

# Stiff words and what people say for them. Each keeps the sense in every context, so the list stays short.
PLAIN = {
    "approximately": "about", "numerous": "many", "prior to": "before", "subsequent to": "after", "whilst": "while",
    "in order to": "to", "due to the fact that": "because", "for the purpose of": "for", "in the vicinity of": "near",
    "a large number of": "many", "a number of": "several", "the majority of": "most of", "a variety of": "various",
    "subsequently": "later", "primarily": "mainly", "frequently": "often", "in conjunction with": "together with",
    "with the exception of": "except for", "is comprised of": "is made up of", "are comprised of": "are made up of",
    "consists of": "is made up of", "consist of": "are made up of", "utilized": "used", "utilizes": "uses",
    "utilize": "use", "commenced": "began", "attempted to": "tried to", "upon": "on",
    "owing to": "because of", "on account of": "because of", "is located in": "is in", "are located in": "are in",
    "is situated in": "is in", "was located in": "was in", "resided in": "lived in", "resides in": "lives in",
    "individuals": "people", "assisted": "helped", "towards": "toward", "amongst": "among", "thereby": "and so",
    "in the event that": "if", "is able to": "can", "are able to": "can", "was able to": "could", "were able to": "could",
    "is considered to be": "is considered", "purchased": "bought", "whereas": "while",
    "approx.": "about", "according to": "going by", "circa": "around", "called as": "called", "nowadays": "today",
    "did not": "didn't", "does not": "doesn't", "do not": "don't", "was not": "wasn't", "were not": "weren't",
    "is not": "isn't", "are not": "aren't", "could not": "couldn't", "would not": "wouldn't", "cannot": "can't",
    "has not": "hasn't", "have not": "haven't", "had not": "hadn't", "it is": "it's", "they are": "they're",
    "they have been": "they've been", "there is": "there's",
}  # fmt: skip
# "As it is in London", "than they are": no "it's" there.
_UNSHORTENED = frozenset({"as", "than", "what", "where", "how", "who", "which", "whatever", "wherever"})
_PLAIN = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(PLAIN, key=len, reverse=True)))})(?![\w-])", re.I)
_SOURCE = re.compile(r"According to ((?:[^,]|,(?=\d)){2,70}),\s+(?=[\w\"“])")
_ESTIMATES = re.compile(r"According to ((?:some|most|official|recent|several|many) \w+)\s+(?=[\w\"“])")


def without_brackets(text: str) -> str:
    """The text as it is read aloud."""
    text = BRACKETED.sub("", text)
    for pattern, replacement in _SPACING:
        text = pattern.sub(replacement, text)
    return text.strip()


def split_lead(text: str) -> tuple[str, str]:
    """How a sentence ties on to the one before it, or "", and the sentence without that tie."""
    for kind, pattern in [*_LEADS, *_BARE_LEADS]:
        if match := pattern.match(text):
            return kind, capitalised(text[match.end() :])
    return "", text


@functools.lru_cache(maxsize=4096)
def spoken(text: str) -> str:
    """The sentence in everyday words, closed with a stop."""
    text = _INNER_LEADS.sub("", text)
    text = _ESTIMATES.sub(r"By \1, ", text)
    text = _SOURCE.sub(r"If you go by \1, ", text)
    text = _PLAIN.sub(_plain, text).strip(" ;,:–—-")
    return text if text.endswith((".", "!", "?", '."', ".”", '?"', '!"')) else f"{text}."


def _plain(match: re.Match[str]) -> str:
    said = PLAIN[match[0].lower()]
    follows = match.string[match.end() : match.end() + 1]
    before = (
        match.string[: match.start()].rpartition(" ")[0].rpartition(" ")[2] or match.string[: match.start()].strip()
    )
    if "'" in said and (follows in {",", ".", ";", "?"} or before.lower() in _UNSHORTENED):
        return match[0]
    return capitalised(said) if match[0][0].isupper() else said


def capitalised(text: str) -> str:
    """The text with a capital, but for names like iPod."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


_KEEPS_CAPITAL = re.compile(r"I\b|[A-Z][^\s]*[A-Z]|[A-Z]\.|Mr|Dr")


def lowered(text: str) -> str:
    """The sentence or phrase as it goes on inside another: only a name keeps its capital."""
    first = tagged(" ".join(text.split()[:3]))[0]
    word = first.text.split("-")[0].lower()
    rarest = 3.0 if first.tag in {"AJ0", "VVN", "VVG"} else _EVERYDAY
    is_name = first.tag == "NP0" or (first.tag not in _CLOSED and frequency(word, "en") < rarest)
    return text if is_name or _KEEPS_CAPITAL.match(text) else text[:1].lower() + text[1:]
