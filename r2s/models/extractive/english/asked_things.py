"""How somebody who has only heard the dialogue so far names the thing that a clause is about."""

import re
from collections.abc import Sequence

from r2s.documents.words import specific_words, stems
from r2s.models.extractive.english.clause_parts import Clause
from r2s.models.extractive.english.questions import is_about_subject, thing_of
from r2s.models.extractive.english.tagging import Token
from r2s.models.extractive.english.telling import Told
from r2s.models.extractive.english.wording import lowered

_OBJECTS = {"he": "him", "she": "her", "they": "them", "it": "it"}
_VAGUE = frozenset(
    "some many most several few all both each every other others another one none any two three four such various"
    " certain numerous more half part much either neither no same former latter next following second third"
    " thing things something way example reason result fact case number".split()
)
# What anybody expects a thing of its kind to have, and may ask for unheard.
_EXPECTED = frozenset(
    "population capital government economy climate name term word language people students population area land law"
    " church school city state country team club company film album song book show series building president king queen"
    " prime minister parliament court police army residents inhabitants museum university library system weather"
    " temperature price cost season winner title writer author director construction design structure production"
    " critics scientists historians researchers experts scholars farmers workers women men children teachers voters"
    " women's citizens visitors tourists game games war flag university campus municipality town village region island".split()
)


def is_sayable(text: str, heard: str) -> bool:
    """Whether somebody who has heard so much may say it: every name, number and rare word has been spoken of."""
    return specific_words(text, "en") <= set(stems(heard, "en"))


def subject_thing(clause: Clause, told: Told, answered: str, heard: str) -> str:
    """The subject of the clause in the user's words; empty where a user would not come to speak of it."""
    about = told.about
    first = clause.subject[0]
    if first.tag == "PNP":
        return first.lower if len(clause.subject) == 1 and first.lower in _OBJECTS and told.follows else ""
    if is_about_subject(told) or _is_name_of(clause.subject_text, told):
        is_recent = not answered or _was_about(told)
        return about.pronoun if about.pronoun and is_recent else about.short
    return noun_thing(clause.subject, clause.subject_text, answered, heard)


def _is_name_of(text: str, told: Told) -> bool:
    names = {name.lower().removeprefix("the ") for name in (told.about.name, told.about.title, told.about.short)}
    return text.lower().removeprefix("the ") in names


def _was_about(told: Told) -> bool:
    return bool(told.previous) and _is_name_of(told.previous, told)


def as_object(thing: str) -> str:
    """The thing as it follows a verb."""
    return _OBJECTS.get(thing, thing)


def noun_thing(tokens: Sequence[Token], text: str, answered: str, heard: str) -> str:
    """A noun phrase as somebody says it who asks about it."""
    words = [token.lower for token in tokens]
    if len(words) > 7 or _VAGUE & set(words[:2]) or re.search(r"\d|[\"“$]", text):
        return ""
    if not is_sayable(f"of {text}", heard):
        return ""
    known = set(stems(heard, "en"))
    matter = [token for token in tokens if token.tag in {"NN1", "NN2", "NN0", "NP0", "NN", "ORD", "AJS"}]
    if not matter:
        return ""
    is_tied = any(stem in known for token in matter for stem in stems(token.text, "en"))
    is_plural = tokens[0].tag not in {"AT0", "DPS", "DT0"} and tokens[-1].tag == "NN2"
    is_expected = matter[-1].lower in _EXPECTED or matter[0].lower in _EXPECTED
    is_first = tokens[0].lower == "the" and len(tokens) > 2 and tokens[1].tag in {"ORD", "AJS"}
    if tokens[0].lower in {"a", "an"} and matter[-1].lower not in heard.lower():
        return ""
    if not (is_tied or is_plural or is_expected or is_first):
        return ""
    if tokens[0].tag == "DPS" or (tokens[0].tag not in {"AT0", "NP0", "NN2"} and tokens[-1].tag == "NN1"):
        return _owned(tokens, text)
    return thing_of(text, answered) if len(words) <= 5 else re.sub(r"^(?:The|An?) ", "the ", lowered(text))


def _owned(tokens: Sequence[Token], text: str) -> str:
    """What begins with "its", or is a mass noun."""
    if tokens[0].tag == "DPS":
        return text[:1].lower() + text[1:]
    return lowered(text) if tokens[0].tag in {"NN1", "AJ0"} and len(tokens) < 4 else ""
