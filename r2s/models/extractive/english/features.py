"""What kind of thing a fact tells: a number, a cause, a contrast ... Patterns of turns are chosen by these features."""

import functools
import re

_FEATURES = {
    "number": r"\b(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?\s?(?:%|percent|per cent|million|billion|km|kilomet\w+|miles|tonnes|metres|meters|feet"
    r"|years|people|points|hours|days|weeks|months|minutes)|(?:one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|hundreds?"
    r"|thousands?|millions?|half|dozens?) (?:million|billion|thousand|percent|years|people|months|weeks|days|countries|times))",
    "large": r"\b(?:\d{1,3}(?:,\d{3})+|[\d.]+ (?:million|billion|trillion)|(?:hundreds|thousands|millions|billions) of)",
    "year": r"\b(?:1[0-9]\d\d|20[0-4]\d)s?\b",
    "dated": r"^(?:In|On|By|Around|During|From|Until|Between) [^,]{0,30}\b(?:1[0-9]\d\d|20[0-4]\d)s?\b",
    "old": r"\b(?:1[0-8]\d\d|\d+ BC|\d+ AD|BCE|(?:[1-9]|1\d)(?:st|nd|rd|th)[- ]century|ancient|medieval|prehistoric)\b",
    "cause": r"\b(?:because|due to|owing to|caused by|since (?:it|they|the|he|she)|the reason|thanks to|in response to|in order to)\b",
    "result": r"\b(?:as a result|consequently|therefore|resulting in|resulted in|led to|so that|leads to|forced)\b",
    "contrast": r"\b(?:but|however|although|though|despite|whereas|yet|instead|in contrast|while)\b",
    "figures": r"\b(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?\s?(?:percent|per cent|million|billion|km|kilomet\w+|miles|tonnes|tons|metres|meters|feet"
    r"|people|students|points|hectares|acres|seats|members|units|square))\b|\d\s?%",
    "trouble": r"\b(?:crisis|damage\w*|collapse\w*|threat\w*|fail\w*|refus\w+|reject\w+|banned|conflict\w*|problems?|difficult\w*"
    r"|controvers\w+|protest\w*|opposed|delayed|setbacks?)\b",
    "suffering": r"\b(?:died|deaths?|killed|victims|injured|homeless|suffer\w*|fell ill|hospitali[sz]ed|buried|undernourished|malnutrition|massacre\w*|genocide|abus\w+|molest\w+|raped?|tortur\w+|murder\w*|lynched|hanged|devastated|famine|starv\w+)\b",
    "superlative": r"\b(?:the first|largest|highest|oldest|biggest|greatest|longest|best-selling|best-known|most (?:popular|important|famous|successful)"
    r"|the only|tallest|fastest|smallest|youngest|unique|world's)\b",
    "example": r"\b(?:for example|for instance|such as)\b",
    "variety": r"\b(?:kinds|types|forms|range|variety|varieties) of\b|\b(?:different|various|several) (?:\w+ )?(?:kinds|types|forms|sorts|ways|styles|groups|parts|species)\b",
    "term": r"\b(?:is|are|was|were|be|been|sometimes|also|often|commonly|officially) (?:called|known as|named|referred to as|termed|nicknamed|dubbed)\b",
    "today": r"\b(?:today|currently|nowadays|to this day|at present|as of|still|in recent years|recently)\b",
    "end": r"\b(?:finally|eventually|in the end|ended|abolished|dissolved|withdrew|no longer|came to an end|ceased|closed)\b",
    "begin": r"\b(?:began|was founded|were founded|was established|originated|was created|was introduced|origins?|dates? back)\b",
    "compare": r"\b(?:(?:\w+er|more \w+|less \w+) than (?!\d|not\b|half)|compared (?:with|to)|similar to|unlike|whereas|differs? from)",
    "said": r"(?-i:\b(?:said|stated|argued|claimed|described|wrote|suggested|commented|declared|praised|argues?|claims?|viewed|critics"
    r"|critici[sz]\w+|called (?:it|him|her))\b)",
    "plan": r"\b(?:planned|intended|aimed|aims|proposed|hoped|sought|wanted|goals?|purpose)\b",
    "change": r"\b(?:changed|replaced|increased|decreased|turned into|transformed|expanded|reformed|shifted)\b",
    "usual": r"\b(?:usually|typically|normally|as a rule|in most cases)\b",
    "open": r"\b(?:may|might|perhaps|possibly|unclear|unknown|disputed|debated?|uncertain|probably|not known|controvers\w+)\b",
    "rule": r"\b(?:must|required|requires?|laws?|allowed|prohibit\w*|forbidden|permitted|regulations?|rules?|rights?)\b",
    "also": r"\b(?:also|another|other|as well|in addition|additional\w*|further)\b",
    "important": r"\b(?:important|major|significant|main|famous|influential|key|central|notable|popular)\b",
}  # fmt: skip
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _FEATURES.items()}
_PAST = re.compile(r"\b(?:was|were|had|did|became|began|went|took|made|came|gave|held|said|\w{3,}ed)\b")
_PRESENT = re.compile(r"\b(?:is|are|has|have|does|do|can|may|will|\w{3,}(?:es|s) (?:a|the|an|in|to))\b")
_PLACE = re.compile(r"\b(?:in|at|from|to|through|across|between|near) (?:the )?[A-Z]\w+")
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b(?:[A-Z][a-zà-ž]+\.? )(?:[A-Z]\.? |de |of |van )*[A-Z][a-zà-ž]+")
_PEOPLE = re.compile(
    r"\b(?:he|she|who|his|her)\b|\b(?:[A-Z][a-zà-ž]+ ){1,2}(?:said|wrote|was born|argued|stated|directed|led)\b"
)


@functools.lru_cache(maxsize=8192)
def features_of(text: str) -> frozenset[str]:
    """The names of the features that `text` shows."""
    found = {name for name, pattern in _COMPILED.items() if pattern.search(text)}
    past, present = len(_PAST.findall(text)), len(_PRESENT.findall(text))
    found.add("past" if past > present else "present")
    if len(_PLACE.findall(text)) > 1:
        found.add("places")
    if len(set(_NAME.findall(text))) > 1 and _PEOPLE.search(text):
        found.add("names")
    return frozenset(found)


_YEAR = re.compile(r"\b(1[0-9]\d\d|20[0-4]\d)\b")


def latest_year(text: str) -> int:
    """The last year that is named, or 0."""
    return max(map(int, _YEAR.findall(text)), default=0)


def earliest_year(text: str) -> int:
    return min(map(int, _YEAR.findall(text)), default=0)
