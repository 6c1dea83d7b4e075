"""Questions for what stands behind the verb: its object, what its preposition leads to, what one is to do."""

import re
from collections.abc import Iterator

from r2s.models.extractive.english.asked import Asked
from r2s.models.extractive.english.asked_verbs import (
    BEING,
    LETS,
    OBJECTS,
    REPORTING,
    SAID_OTHERWISE,
    STRANDED,
    TO_DO,
    TO_DO_BEING,
)
from r2s.models.extractive.english.clause_parts import TIME, Phrase


def stranded(asked: Asked) -> Iterator[str]:
    """What stands behind a preposition that belongs to the verb."""
    clause, first = asked.clause, asked.clause.first
    if not asked.thing or first is None:
        return
    if first.kind == "with" and not clause.is_passive and not clause.is_being:
        row = STRANDED.get(f"{clause.verb} {first.opener}")
        if row is not None and not TIME.match(first.text) and "$" not in first.text:
            asks, _, verbs = row.partition("|")
            # "Had he participated": another verb would need another form.
            verbs = verbs if clause.verbs == clause.verb else ""
            if asks == "Where":
                yield asked.inverted("Where", "" if verbs or first.opener == "to" else first.opener, verbs or None)
            else:
                yield asked.inverted(asks or "What", "" if verbs else first.opener, verbs or None)
    yield from being(asked, first)


def being(asked: Asked, first: Phrase) -> Iterator[str]:
    clause = asked.clause
    if clause.is_passive:
        pair, index = f"{clause.verbs.split()[-1].lower()} {first.opener}", 0
        kept = first.opener
    elif clause.is_being and len(clause.phrases) > 1 and first.kind in {"other", "noun"} and len(first.tokens) == 1:
        pair, index = f"{first.text} {clause.phrases[1].opener}", 1
        kept = pair
    else:
        return
    row = BEING.get(pair)
    answer = clause.phrases[index]
    if (
        row is not None
        and answer.kind in {"with", "doing"}
        and answer.tokens[-1].tag != "PNP"
        and not TIME.match(answer.text)
    ):
        asks = row or "What"
        yield asked.inverted(asks, "" if asks == "Where" else kept)


def basis(asked: Asked) -> Iterator[str]:
    """What anybody may ask of a thing that they know by name only."""
    first = asked.clause.first
    pair = f"{asked.clause.verb} {first.opener}" if first else ""
    if (
        first is not None
        and asked.thing
        and pair in {"divide into", "name after", "know for", "make of", "use for", "base on"}
    ):
        yield from being(asked, first)


def to_do(asked: Asked) -> Iterator[str]:
    """What somebody tries, or is made, to do."""
    clause, first = asked.clause, asked.clause.first
    if not asked.thing or first is None:
        return
    word = clause.verbs.split()[-1] if clause.is_passive else first.text
    if first.kind == "to" and clause.is_passive and word in TO_DO_BEING:
        yield asked.inverted("What", "for" if word in {"used", "built", "created", "established"} else "to do")
    elif first.kind == "to" and not clause.is_being and clause.verb in TO_DO:
        yield asked.inverted("What", "to do")
    elif len(clause.phrases) > 1 and clause.phrases[1].kind == "to":
        if clause.is_being and word in TO_DO_BEING:
            yield asked.inverted("What", f"{word} to do")
        elif (
            first.kind == "noun"
            and clause.verb in LETS
            and len(first.text.split()) < 4
            and first.tokens[0].tag not in {"AJC", "CRD"}
        ):
            yield asked.inverted("What", f"{first.text} to do")


def what(asked: Asked) -> Iterator[str]:
    """The object of a verb that one asks about so."""
    clause, first = asked.clause, asked.clause.first
    if not asked.thing or first is None or clause.is_passive or clause.is_being:
        return
    if re.match(r"(?:When|While|If|As|Once|After|Before|Although|Though|By|Despite|Because)\b", clause.head):
        return
    reports = first.kind == "clause" and first.opener == "that" and clause.verb in REPORTING
    has_object = (
        first.kind == "noun" and clause.verb in OBJECTS and first.tokens[0].tag != "PNP" and len(first.tokens) > 1
    )
    is_short = len(clause.phrases) < 2 or clause.phrases[1].kind != "to"
    if reports or (has_object and is_short and not re.match(r"(?:about |over )?(?:US)?[\d$£]", first.text)):
        verb = SAID_OTHERWISE.get(clause.verb, clause.verb)
        yield asked.inverted("What", "", verb if clause.verbs == clause.verb else None)
