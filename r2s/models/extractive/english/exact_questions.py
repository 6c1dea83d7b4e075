"""Questions about what a clause says: who, when, where, how many, why and what, formed by its grammar.

Each takes out one phrase, the answer, and asks for it with the words that stand before it; what follows it is left for
the reply. A question that holds a name, a number or a rare word nobody has said yet is not offered.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from r2s.models.extractive.english.adjunct_questions import how, when, where, why, words_kept
from r2s.models.extractive.english.asked import Asked
from r2s.models.extractive.english.asked_things import ATTRIBUTES, as_object, is_sayable, noun_thing, subject_thing
from r2s.models.extractive.english.asked_verbs import (
    WHO,
)
from r2s.models.extractive.english.clause_parts import TIME, Clause, Phrase, clause_in, past, third_person
from r2s.models.extractive.english.object_questions import basis, stranded, to_do, what
from r2s.models.extractive.english.part_questions import deed, doer, reported, role
from r2s.models.extractive.english.quantities import measures, quantities
from r2s.models.extractive.english.tagging import Token
from r2s.models.extractive.english.telling import Told

Said = tuple[str, str]


Form = Callable[[Asked], Iterator[str]]


MOST = 3


_LONGEST = 15


def exact_questions(told: Told, answered: str, heard: str) -> list[Said]:
    """At most three questions that the fact answers, the most exact first."""
    return _formed(_FORMS if answered else _FIRST_FORMS, told, answered, heard)


def deeds(told: Told, answered: str, heard: str) -> list[Said]:
    """What somebody did, what befell something, what was said: for a fact that allows nothing more exact."""
    return _formed((deed, doer, reported), told, answered, heard) if answered else []


def _formed(forms: Sequence[Form], told: Told, answered: str, heard: str) -> list[Said]:
    clause = clause_in(told.written)
    if clause is None or _is_expletive(clause):
        return []
    asked = Asked(clause, subject_thing(clause, told, answered, heard), told, answered, heard)
    found = dict.fromkeys(
        question
        for form in forms
        for question in form(asked)
        if len(question.split()) <= _LONGEST and is_sayable(question, heard)
    )
    return [(question, "|") for question in found][:MOST]


def _is_expletive(clause: Clause) -> bool:
    """Whether "it" stands for the clause that follows."""
    if clause.subject_text.lower() != "it":
        return False
    return any(phrase.kind in {"clause", "to"} for phrase in clause.phrases[:2]) and (
        clause.is_passive or clause.is_being or clause.verb in {"seem", "appear", "happen", "take"}
    )


def who_did(asked: Asked) -> Iterator[str]:
    """By whom something was done."""
    clause = asked.clause
    if not clause.is_passive or not asked.thing or clause.verb not in WHO:
        return
    for index, phrase in enumerate(clause.phrases[:3]):
        if phrase.opener == "by" and phrase.kind == "with" and _is_doer(phrase):
            kept = words_kept(asked, index, 4)
            active = _active(clause)
            if kept is not None and active:
                yield f"Who {active} {as_object(asked.thing)} {kept}".strip() + "?"
            return


def _is_doer(phrase: Phrase) -> bool:
    word = phrase.tokens[1]
    return (
        word.tag in {"NP0", "AT0", "NN2", "AJ0", "NN1"}
        and not TIME.match(f"in {phrase.text[3:]}")
        and len(word.text) > 1
    )


def _active(clause: Clause) -> str:
    first = "first " if clause.verbs.startswith("first ") else ""
    if clause.auxiliary in {"was", "were"}:
        return first + past(clause.verb)
    return first + third_person(clause.verb) if clause.auxiliary in {"is", "are"} else ""


def who(asked: Asked) -> Iterator[str]:
    """Who is the doer named at the beginning."""
    clause, first = asked.clause, asked.clause.first
    is_known = bool(asked.thing) and (asked.clause.subject[0].tag == "PNP" or asked.thing == asked.told.about.short)
    if clause.is_helped or is_known or clause.verb not in WHO or first is None or first.kind != "noun":
        return
    names = [token for token in clause.subject if token.tag == "NP0"]
    if len(names) < 2 and not (clause.subject[0].lower == "the" and names):
        return
    thing = _object(asked, first)
    if thing:
        yield f"Who {past(clause.verb) if clause.is_past else third_person(clause.verb)} {thing}?"


def _object(asked: Asked, phrase: Phrase) -> str:
    """The object, where the dialogue has come to it already."""
    about = asked.told.about
    if phrase.tokens[0].tag == "PNP":
        return phrase.text if asked.told.follows and phrase.text in {"it", "them", "him", "her"} else ""
    if phrase.text.removeprefix("the ") in {about.title, about.name.removeprefix("the ")}:
        return as_object(about.pronoun) if about.pronoun and not asked.answered else about.short
    if phrase.tokens[0].lower in {"a", "an", "his", "her", "their", "its"}:
        return ""
    return noun_thing(phrase.tokens, phrase.text, asked.answered, asked.heard)


def called(asked: Asked) -> Iterator[str]:
    clause, first = asked.clause, asked.clause.first
    if (
        asked.thing
        and clause.is_passive
        and clause.verb in {"call", "name", "title", "nickname", "dub", "term"}
        and first
        and (first.kind == "noun" or clause.rest.startswith(('"', "“")))
    ):
        yield asked.inverted("What")


def definition(asked: Asked) -> Iterator[str]:
    """What it is that has only been named."""
    clause, first = asked.clause, asked.clause.first
    is_subject = asked.thing in {asked.told.about.pronoun, asked.told.about.name, asked.told.about.short}
    if not clause.is_being or clause.verbs or first is None or not asked.thing or first.kind != "noun":
        return
    # A centre of something says what a place is to others, and not what it is.
    if re.search(r"\b(?:cent(?:er|re)|hub|result|home|part)\b", first.text):
        return
    opens = [token.lower for token in first.tokens[:2]]
    if asked.thing == "they" and not is_subject and first.tokens[-1].tag == "NN2" and first.tokens[0].tag != "AT0":
        yield f"And what exactly {clause.auxiliary} they?"
    if opens[0] not in {"a", "an", "one"} and not (opens[0] == "the" and first.tokens[1].tag in {"NN1", "AJ0"}):
        return
    if is_subject and asked.answered:
        return
    if is_subject and asked.told.about.is_person:
        yield f"Who {clause.auxiliary} {asked.thing}?"
    elif asked.thing not in {"he", "she", "they", "it", "that", "those"} or is_subject:
        is_word = (is_subject or clause.subject[0].tag not in {"NP0", "DPS"}) and (
            clause.subject[0].tag != "AT0" or is_subject or clause.subject[0].lower in {"a", "an"}
        )
        if is_word:
            yield asked.inverted("What exactly" if is_subject else "What")


def attribute(asked: Asked) -> Iterator[str]:
    """What the aim, the cost or the cause of something is."""
    clause, first = asked.clause, asked.clause.first
    nouns = [token for token in _core(clause) if token.tag in {"NN1", "NN2", "NN0"}]
    is_single = any(token.tag == "AJS" or token.lower == "most" for token in _core(clause)[1:3])
    if not asked.thing or first is None or not nouns or not (nouns[-1].lower in ATTRIBUTES or is_single):
        return
    if clause.is_being and not clause.verbs and (first.kind in {"noun", "to"} or first.tokens[0].tag == "VVG"):
        yield f"What {clause.auxiliary} {asked.thing}?"
    elif clause.verb == "include" and not clause.is_helped:
        yield f"What {'were' if clause.is_past else 'are' if clause.is_plural else 'is'} {asked.thing}?"


def _core(clause: Clause) -> list[Token]:
    """The subject up to its first preposition, the last noun of which says what it is."""
    end = next(
        (index for index, token in enumerate(clause.subject) if token.tag in {"PRF", "PRP"}), len(clause.subject)
    )
    return list(clause.subject[:end])


def counted(asked: Asked) -> Iterator[str]:
    yield from quantities(asked.clause, asked.thing, asked.heard)


def measured(asked: Asked) -> Iterator[str]:
    yield from measures(asked.clause, asked.thing)


def there(asked: Asked) -> Iterator[str]:
    """What there is of a kind."""
    clause, first = asked.clause, asked.clause.first
    if clause.subject_text.lower() != "there" or first is None or first.kind != "noun" or not clause.is_being:
        return
    nouns = [token for token in first.tokens if token.tag == "NN2"]
    if nouns and re.search(r"\b(?:including|such as)\b", asked.told.written) and "of" not in first.text.split():
        kind = re.sub(
            r"^(?:\d+|two|three|four|five|six|seven|eight|nine|ten|many|several|some|various|numerous|a number of|other|also) ",
            "",
            first.text,
        )
        yield f"What {kind} {clause.auxiliary} there?"


# In the first message nobody asks what somebody wanted, said or did.
_FIRST_FORMS: tuple[Form, ...] = (
    counted,
    measured,
    who_did,
    when,
    where,
    called,
    basis,
    attribute,
    definition,
    there,
)


_FORMS: tuple[Form, ...] = (
    counted, measured, who_did, why, when, where, who, called, how, to_do, stranded, attribute, definition,
    there, what, role,
)  # fmt: skip
