"""How many, how much, how long, how high: questions that a number in a clause answers."""

import re
from collections.abc import Iterator

from r2s.models.extractive.english.clause_parts import TIME, Clause, Phrase

_ABOUT = r"(?:(?:about|approximately|around|nearly|almost|over|more than|at least|roughly|some|up to|only|just|an estimated|fewer than|less than) )*"
_NUMBER = (
    r"(?:\d[\d,.]*(?: (?:million|billion|trillion|thousand|hundred))?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?)"
)
_COUNTED = re.compile(rf"{_ABOUT}{_NUMBER} (?P<what>(?:[a-z-]+ ){{0,2}}?[a-z-]+)$", re.IGNORECASE)
_SHARE = re.compile(rf"{_ABOUT}[\d.,]+ ?(?:%|percent|per cent) of (?P<what>.+)$", re.IGNORECASE)
_MONEY = re.compile(rf"{_ABOUT}(?:US|C|A)?[$£€¥] ?\d", re.IGNORECASE)
_SPAN = re.compile(rf"for {_ABOUT}{_NUMBER} (?:years|months|weeks|days|hours|minutes)\b", re.IGNORECASE)
_SPELL = re.compile(rf"{_ABOUT}{_NUMBER} (?:years|months|weeks|days|hours|minutes|seconds)\b", re.IGNORECASE)
_AREA = re.compile(r"\b(?:square|km2|km²|acres|hectares|sq)\b")
_UNITS = re.compile(
    r"\b(?:years?|months|weeks|days|hours|minutes|seconds|percent|cent|miles|km|kilomet\w+|met(?:re|er)s|feet|ft|inches|tons|tonnes|dollars|cents|euros|pounds"
    r"|square|acres|hectares|kinds|types|times|million|billion|thousand|degrees|points|sq|century|centuries|kg|kilograms|mph|volts|hundred|decades|others|games|watts|bits|bytes)\b"
)
_ADJECTIVES = frozenset({"high", "tall", "long", "wide", "deep", "old", "thick", "heavy"})
_ATTRIBUTES = {
    "population": "How many people live in {x}", "area": "How large {is_} {x}", "length": "How long {is_} {x}", "height": "How high {is_} {x}",
    "elevation": "How high {is_} {x}", "depth": "How deep {is_} {x}", "width": "How wide {is_} {x}", "diameter": "How large {is_} {x}",
    "capacity": "How much can {x} hold", "circulation": "What was the circulation of {x}",
}  # fmt: skip
_DEGREE = frozenset({"increase", "decrease", "rise", "fall", "grow", "drop", "decline"})


def quantities(clause: Clause, thing: str, heard: str) -> Iterator[str]:
    """How many there are, in the subject or in the object."""
    if match := _COUNTED.match(clause.subject_text):
        yield from _of_subject(clause, match["what"])
    first = clause.first
    if first is None or first.kind != "noun":
        return
    if (
        clause.subject_text.lower() == "there"
        and clause.is_being
        and not _is_narrowed(clause)
        and (what := _counted_thing(first))
    ):
        yield f"How many {what} {clause.auxiliary} there{_place(clause)}?"
    if not thing or clause.is_passive:
        return
    if share := _SHARE.match(first.text):
        if not clause.is_being and clause.verb in {
            "cover",
            "own",
            "control",
            "produce",
            "use",
            "contain",
            "occupy",
            "represent",
            "make",
            "hold",
        }:
            yield f"How much of {share['what']} {clause.auxiliary} {thing} {clause.verbs}?"
    elif (
        not clause.is_being
        and (what := _counted_thing(first))
        and clause.verb not in {"reach", "become", "number", "exceed", "include", "total"}
    ):
        yield f"How many {what} {clause.auxiliary} {thing} {clause.verbs}?"


def _of_subject(clause: Clause, what: str) -> Iterator[str]:
    """How many did it, or had it done to them."""
    if (
        _UNITS.search(what)
        or not what.endswith(("s", "people", "men", "women", "children"))
        or clause.auxiliary in {"is", "was"}
    ):
        return
    verb = f"{clause.auxiliary} {clause.verbs}" if clause.is_helped else clause.written
    if clause.is_being:
        return
    kept = list[str]()
    for phrase in clause.phrases[:2]:
        if phrase.kind not in {"noun", "with"} or re.search(r"\d", phrase.text) or TIME.match(phrase.text):
            break
        kept.append(phrase.text)
    # The object belongs to the verb, and so does a place to "were found".
    text = " ".join(kept[:2])
    if kept and clause.phrases[0].kind == "with" and clause.verb in {"die", "kill", "collapse", "survive"}:
        text = ""
    yield f"How many {what} {verb} {text}".strip() + "?"


def _counted_thing(phrase: Phrase) -> str:
    """What is counted, where it is something one counts."""
    text = phrase.text.split(" of ")[0]
    match = _COUNTED.match(text)
    if (
        not match
        or _UNITS.search(match["what"])
        or not match["what"].endswith(("s", "people", "men", "women", "children"))
    ):
        return ""
    if phrase.text != text and match["what"].split()[-1] in {
        "species",
        "forms",
        "sets",
        "parts",
        "pairs",
        "series",
        "groups",
    }:
        return ""
    return match["what"]


def _is_narrowed(clause: Clause) -> bool:
    """Whether only some of the things are counted: "churches recognized as such"."""
    return len(clause.phrases) > 1 and clause.phrases[1].kind in {"other", "clause", "to"}


def _place(clause: Clause) -> str:
    if len(clause.phrases) > 1 and clause.phrases[1].kind == "with" and clause.phrases[1].opener in {"in", "at", "on"}:
        text = clause.phrases[1].text
        is_bare = clause.phrases[1].tokens[1].tag in {"NN1", "NN2"}
        return "" if TIME.match(text) or is_bare or len(text.split()) > 4 else f" {text}"
    return ""


def measures(clause: Clause, thing: str) -> Iterator[str]:
    """How high, how long, how much."""
    first = clause.first
    if not thing or first is None:
        return
    if clause.is_being and first.kind == "noun" and re.match(rf"{_ABOUT}\d", first.text) and len(clause.phrases) > 1:
        word = clause.phrases[1].text
        if word in _ADJECTIVES:
            yield f"How {word} {clause.auxiliary} {thing}?"
    if clause.verb == "have" and first.kind == "noun":
        yield from _attribute(clause, thing)
    if clause.verb == "last" and (_SPELL.match(first.text) or _SPAN.match(first.text)):
        yield f"How long {clause.auxiliary} {thing} last?"
    elif not clause.is_being and clause.verb not in {"have", "last"}:
        yield from _lasting(clause, thing)
    yield from _amount(clause, thing, first.text)
    is_by = first.kind == "with" and first.opener in {"by", "from", "to"} and re.search(r"\d", first.text)
    if clause.verb in _DEGREE and is_by and not TIME.match(f"in {first.text.partition(' ')[2]}"):
        yield f"How much {clause.auxiliary} {thing} {clause.verbs}?"


_PAID_WORDS = "cost earn receive pay raise make gross spend donate invest generate"
_PAID = frozenset(_PAID_WORDS.split())


def _amount(clause: Clause, thing: str, text: str) -> Iterator[str]:
    """How much land, money or weight."""
    is_area = _AREA.search(text) and re.match(rf"{_ABOUT}(?:an area of )?{_ABOUT}\d", text)
    if clause.verb in {"cover", "occupy", "span"} and is_area:
        yield f"How large an area {clause.auxiliary} {thing} {clause.verbs}?"
    if _MONEY.match(text) and clause.verb in _PAID:
        much = "much money" if clause.verb in {"raise", "make"} else "much"
        yield f"How {much} {clause.auxiliary} {thing} {clause.verbs}?"
    if clause.verb == "weigh" and re.match(rf"{_ABOUT}\d", text):
        yield f"How much {clause.auxiliary} {thing} weigh?"


def _attribute(clause: Clause, thing: str) -> Iterator[str]:
    first = clause.first
    match = re.match(r"an? (?:total |estimated |maximum |land )*(\w+) of", first.text) if first else None
    frame = _ATTRIBUTES.get(match[1]) if match and re.search(r"\d", clause.rest) else None
    if frame and thing not in {"they", "he", "she"}:
        being = {"does": "is", "do": "are", "did": "was"}.get(clause.auxiliary, "is")
        question = frame.format(x=thing, is_=being)
        if clause.auxiliary == "did":
            question = question.replace("people live in", "people lived in")
        yield question.replace("live in it", "live there").replace("lived in it", "lived there") + "?"


def _lasting(clause: Clause, thing: str) -> Iterator[str]:
    for index, phrase in enumerate(clause.phrases[:2]):
        if _SPAN.match(phrase.text) and index == 0:
            yield f"How long {clause.auxiliary} {thing} {clause.verbs}?"
