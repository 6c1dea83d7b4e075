"""Questions about the part that something plays in a clause: what it was to others, what it did, what did it."""

import re
from collections.abc import Iterator

from r2s.documents.words import specific_words, stems
from r2s.models.extractive.english.asked import Asked
from r2s.models.extractive.english.asked_things import as_object, is_sayable
from r2s.models.extractive.english.asked_verbs import BEFALLS, REPORTING, STATIVE
from r2s.models.extractive.english.clause_parts import past, third_person
from r2s.models.extractive.english.questions import AGENTS

_ROLES_WORDS = (
    "center centre hub capital port destination source symbol leader force part home base seat market producer"
    " supplier exporter stronghold"
)
_ROLES = frozenset(_ROLES_WORDS.split())


def role(asked: Asked) -> Iterator[str]:
    """What something is to others, and what it is like."""
    clause, first = asked.clause, asked.clause.first
    if not clause.is_being or not asked.thing or first is None or clause.verbs or not asked.answered:
        return
    named = first.text.split(" of ")[0].split()
    does = "did" if clause.is_past else "do" if clause.is_plural or asked.thing == "they" else "does"
    if first.kind == "noun" and first.tokens[0].lower in {"a", "an", "the"} and named[-1] in _ROLES:
        yield f"What role {does} {asked.thing} play?"
    elif first.kind == "noun" and any(
        token.tag == "AJS" or token.lower in {"only", "most"} for token in first.tokens[:3]
    ):
        yield f"What {clause.auxiliary} special about {as_object(asked.thing)}?"
    elif (
        first.kind == "other"
        and first.tokens[0].tag == "AJ0"
        and asked.thing in {"he", "she"}
        and len(clause.phrases) == 1
    ):
        yield f"What {clause.auxiliary} {asked.thing} like?"


def deed(asked: Asked) -> Iterator[str]:
    """What somebody did, and what befell something."""
    clause = asked.clause
    if not asked.thing or not clause.is_past or not asked.answered:
        return
    is_act = not clause.is_helped and clause.verb not in STATIVE | REPORTING | _NO_ACTS
    if is_act and _is_person(asked) and not _HABITUAL.search(asked.told.written):
        goes_on = (
            asked.told.follows and asked.told.lead in {"", "next", "time"} and asked.thing in {"he", "she", "they"}
        )
        yield asked.inverted("What", "next" if goes_on else "", "do")
    elif (
        clause.is_passive
        and asked.thing not in {"that", "those"}
        and clause.verb in BEFALLS
        and clause.auxiliary in {"was", "were"}
    ):
        yield f"What happened to {as_object(asked.thing)}?"


def _is_person(asked: Asked) -> bool:
    """Whether it is somebody who does things."""
    about, thing = asked.told.about, asked.thing
    if thing in {"he", "she"} or (about.is_person and thing == about.short) or AGENTS.search(thing):
        return True
    if thing == "they":
        return bool(AGENTS.search(asked.told.previous))
    return all(token.tag == "NP0" for token in asked.clause.subject) and thing != about.short and thing[:1].isupper()


_NO_ACTS_WORDS = "experience stand effect comment reply answer ask write add oppose die lack receive fall suffer contain continue begin start rise grow increase decrease border cover last cost run"
_NO_ACTS = frozenset(_NO_ACTS_WORDS.split())
_HABITUAL = re.compile(r"\b(?:often|always|usually|sometimes|also|never|frequently|generally|used to|both)\b")

_LINKING = frozenset(
    [
        "include",
        "contain",
        "involve",
        "become",
        "remain",
        "belong",
        "base",
        "locate",
        "call",
        "name",
        "know",
        "see",
        "follow",
    ]
)
_PEOPLE = re.compile(r"(?:ers|ors|ists|ants|ians|men|er|or|ist|ant|ian)$")


def doer(asked: Asked) -> Iterator[str]:
    """What it is that does something to a thing spoken of, where only that has not been named."""
    clause = asked.clause
    if (
        asked.thing
        or clause.head
        or clause.subject[0].tag in {"PNP", "EX0", "DT0", "DPS"}
        or clause.verb in REPORTING - {"require"}
    ):
        return
    if clause.verb in _LINKING or clause.subject[0].lower in {
        "other",
        "some",
        "many",
        "most",
        "several",
        "all",
        "both",
        "each",
    }:
        return
    kept = _tied(asked)
    if not kept or (clause.is_being and not re.match(r"(?:an?|one|the \w+est|the most|part) ", kept)):
        return
    is_past, verb = clause.is_past, clause.verb
    if any(token.tag == "NP0" for token in clause.subject) and not clause.subject_text.startswith("The "):
        return
    asks = "Who" if AGENTS.search(clause.subject_text) or _PEOPLE.search(clause.subject_text) else "What"
    if clause.is_being or clause.is_passive:
        helps = {"are": "is", "were": "was", "have": "has"}.get(clause.auxiliary, clause.auxiliary)
        yield f"{asks} {helps} {clause.verbs} {kept}?".replace("  ", " ")
    elif clause.is_helped:
        helps = "has" if clause.auxiliary == "have" else clause.auxiliary
        yield f"{asks} {helps} {clause.verbs} {kept}?"
    elif verb not in {"have", "do", "take", "go", "come"}:
        yield f"{asks} {past(verb) if is_past else third_person(verb)} {kept}?"


def _tied(asked: Asked) -> str:
    """What stands behind the verb, if it is short, can be said and takes up a name or rare word that was spoken of."""
    clause, words = asked.clause, list[str]()
    for phrase in clause.phrases[:3]:
        if (
            phrase.kind not in {"noun", "with"}
            or re.search(r"\d|[\"“]", phrase.text)
            or phrase.opener in {"by", "with", "as"}
        ):
            break
        text = " ".join([*words, phrase.text])
        if len(text.split()) > 9 or not is_sayable(f"of {text}", asked.heard):
            break
        words.append(phrase.text)
    text = " ".join(words)
    cut = (
        len(words) < min(len(clause.phrases), 3)
        or not words
        or (len(words) < len(clause.phrases) and clause.phrases[len(words)].kind == "to")
    )
    is_tied = specific_words(f"of {text}", "en") or re.search(rf"\b{re.escape(asked.told.about.name)}\b", text)
    has_pronoun = any(token.tag in {"PNP", "DPS"} for phrase in clause.phrases for token in phrase.tokens)
    return "" if cut or not is_tied or has_pronoun else text


def reported(asked: Asked) -> Iterator[str]:
    """What somebody nobody has heard of says about it."""
    clause, first = asked.clause, asked.clause.first
    if asked.thing or clause.is_passive or clause.verb not in REPORTING or not _continues(asked):
        return
    quotes = re.match(r'[:,]? ?["“]', clause.rest) is not None
    if quotes or (first is not None and first.kind == "clause" and first.opener == "that"):
        yield f"What {'was' if clause.is_past else 'has been'} said about that?"


def _continues(asked: Asked) -> bool:
    """Whether it takes up a name or rare word of the last reply."""
    last = asked.answered.rpartition("\n")[2]
    return bool(asked.told.follows and specific_words(f"of {asked.clause.rest}", "en") & set(stems(last, "en")))
