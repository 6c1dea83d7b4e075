"""When, where, why and how: questions that a phrase around the verb answers."""

import re
from collections.abc import Iterator

from r2s.models.extractive.english.asked import Asked
from r2s.models.extractive.english.asked_things import is_sayable
from r2s.models.extractive.english.asked_verbs import (
    COMPLETE,
    DONE,
    PLACED,
    PLACES,
    STATIVE,
)
from r2s.models.extractive.english.clause_parts import TIME


def words_kept(asked: Asked, end: int, most: int = 6) -> str | None:
    """What stands between the verb and the phrase at `end`, where a user can say it; None where they cannot."""
    phrases = asked.clause.phrases[:end]
    words = list[str]()
    for phrase in phrases:
        if phrase.kind in {"clause", "to", "doing"}:
            return None
        if phrase.kind == "other" and phrase.tokens[0].tag == "AV0":
            continue
        words.append(phrase.text)
    if phrases and phrases[-1].kind == "other" and phrases[-1].tokens[-1].tag in {"VVN", "VVG", "AJ0"}:
        return None
    if words and (phrases[-1].tokens[-1].tag in {"ORD", "CRD"} or words[-1].endswith(" record")):
        return None
    text = " ".join(words)
    if len(text.split()) > most or re.search(r"\d|[\"“]", text) or not is_sayable(f"of {text}", asked.heard):
        return None
    return text


# What these open can be left out behind a verb that is complete without.
_LOOSE = frozenset({"in", "at", "on", "by", "near", "during", "under", "after", "following"})


def _needed(asked: Asked, end: int) -> str | None:
    """The object that the verb needs, without what only surrounds it; None where it cannot be said."""
    first = asked.clause.first
    if end and first is not None and first.kind == "noun" and not asked.clause.is_passive:
        return words_kept(asked, 1)
    is_complete = (asked.clause.is_passive and asked.clause.verb in DONE) or asked.clause.verb in COMPLETE
    return (
        "" if end == 0 or first is None or (is_complete and first.kind == "with" and first.opener in _LOOSE) else None
    )


def before(asked: Asked, end: int) -> str | None:
    """What a question keeps in front of the answer: all of it, or what the verb needs, or nothing that can be said."""
    whole = words_kept(asked, end)
    return whole if whole is not None else _needed(asked, end)


def when(asked: Asked) -> Iterator[str]:
    clause = asked.clause
    if not asked.thing or not clause.is_past or clause.verb in STATIVE | {"follow"}:
        return
    # What somebody released or continued is not known at first.
    if not asked.answered and not clause.is_passive and clause.verb not in COMPLETE:
        return
    if clause.head:
        if TIME.fullmatch(clause.head):
            end = next(
                (index for index, phrase in enumerate(clause.phrases) if phrase.kind in {"clause", "to", "doing"}),
                len(clause.phrases),
            )
            needed = _needed(asked, end)
            kept = before(asked, end) if needed is None else needed
            if kept is not None and (clause.is_passive or end == len(clause.phrases) or kept):
                yield asked.inverted("When", kept)
        return
    for index, phrase in enumerate(clause.phrases):
        if phrase.kind == "with" and TIME.match(phrase.text):
            kept = before(asked, index)
            if kept is not None:
                yield asked.inverted("When", kept)
            return


def where(asked: Asked) -> Iterator[str]:
    clause = asked.clause
    if not asked.thing:
        return
    for index, phrase in enumerate(clause.phrases[:3]):
        if phrase.kind != "with" or phrase.opener not in {
            "in",
            "at",
            "near",
            "on",
            "outside",
            "throughout",
            "across",
            "along",
        }:
            continue
        is_place = phrase.tokens[1].tag == "NP0" or (
            phrase.tokens[1].lower == "the" and phrase.tokens[-1].text[0].isupper()
        )
        is_place = is_place or any(token.lower in PLACES for token in phrase.tokens)
        if TIME.match(phrase.text) or re.search(r"\d", phrase.text) or not is_place:
            continue
        kept = before(asked, index)
        if clause.is_being and index == 0:
            yield asked.inverted("Where")
        elif clause.verb in PLACED and kept is not None:
            yield asked.inverted("Where", kept, "grow up" if clause.verb == "grow" and kept == "up" else None)
        elif clause.verb == "take" and kept == "place":
            yield asked.inverted("Where", kept)
        return


def why(asked: Asked) -> Iterator[str]:
    """What comes before a reason or a purpose."""
    clause = asked.clause
    match = re.search(
        r",? (?:because|due to|owing to|in order to|so that|as a result of|thanks to)\b", f" {clause.rest}"
    )
    if not match or not asked.thing:
        return
    kept = f" {clause.rest}"[: match.start()].strip()
    words = kept.split()
    if (
        len(words) <= 7
        and "," not in kept
        and not re.search(r"\d|[\"“]|\b(?:less|more) |\b(?:not|only|mainly|primarily|partly|largely)$", kept)
    ):
        yield asked.inverted("Why", re.sub(r"\b(?:mainly|primarily|partly|largely) ?", "", kept))


def how(asked: Asked) -> Iterator[str]:
    clause = asked.clause
    for index, phrase in enumerate(clause.phrases[:3]):
        if (
            phrase.kind == "doing"
            and phrase.opener == "by"
            and asked.thing
            and clause.verb not in {"continue", "begin", "start"}
        ):
            kept = before(asked, index)
            if kept is not None:
                yield asked.inverted("How", kept)
