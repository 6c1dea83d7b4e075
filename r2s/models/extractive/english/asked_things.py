"""How somebody who has only heard the dialogue so far names the thing that a clause is about."""

import re
from collections.abc import Sequence

from r2s.documents.words import specific_words, stems
from r2s.models.extractive.english.clause_parts import Clause
from r2s.models.extractive.english.tagging import Token
from r2s.models.extractive.english.telling import Told
from r2s.models.extractive.english.wording import lowered

_OBJECTS = {"he": "him", "she": "her", "they": "them", "it": "it"}
_VAGUE_WORDS = (
    "some many most several few all both each every other others another one none any two three four such"
    " various certain numerous more half part much either neither no same former latter next following second"
    " third thing things something way example reason result fact case number"
)
_VAGUE = frozenset(_VAGUE_WORDS.split())
# What anybody expects a thing of its kind to have, and may ask for unheard.
_EXPECTED_WORDS = (
    "population capital government economy climate name term word language people students population area"
    " land law church school city state country team club company film album song book show series building"
    " president king queen prime minister parliament court police army residents inhabitants museum university"
    " library system weather temperature price cost season winner title writer author director construction"
    " design structure production critics scientists historians researchers experts scholars farmers workers"
    " women men children teachers voters women's citizens visitors tourists game games war flag university"
    " campus municipality town village region island"
)
_EXPECTED = frozenset(_EXPECTED_WORDS.split())

# What a thing may have that is one thing only: "What is its motto?"
ATTRIBUTES_WORDS = (
    "duty duties job purpose aim aims goal goals role cause causes reason reasons result effect effects capital motto name title price cost"
    " population language religion age speed length height size temperature rate theme themes currency economy climate difference"
    " problem advantage disadvantage source sources origin meaning definition idea concept principle method term task function focus basis key budget"
    " salary area terrain industry industries exports imports crops objective mission responsibility limit minimum maximum average subject style setting"
)
ATTRIBUTES = frozenset(ATTRIBUTES_WORDS.split())


def is_sayable(text: str, heard: str) -> bool:
    """Whether somebody who has heard so much may say it: every name, number and rare word has been spoken of."""
    return specific_words(text, "en") <= set(stems(heard, "en"))


def subject_thing(clause: Clause, told: Told, answered: str, heard: str) -> str:
    """The subject of the clause in the user's words; empty where a user would not come to speak of it."""
    first = clause.subject[0]
    if first.tag == "PNP":
        return first.lower if len(clause.subject) == 1 and first.lower in _OBJECTS and told.follows else ""
    if clause.subject_text in {"This", "These"}:
        return {"This": "that", "These": "those"}[clause.subject_text] if told.follows else ""
    if _is_name_of(clause.subject_text, told):
        return _known(clause, told, answered)
    return noun_thing(clause.subject, clause.subject_text, answered, heard, told.follows)


def _known(clause: Clause, told: Told, answered: str) -> str:
    """What the document is about, by a pronoun where it has just been spoken of and a pronoun is sure to fit."""
    about = told.about
    is_recent = not answered or _was_about(told)
    is_certain = about.is_person or about.name[0].islower()
    if about.pronoun == "they" and not clause.is_plural:
        return ""
    return about.pronoun if about.pronoun and is_recent and is_certain else about.short if answered else about.name


def _is_name_of(text: str, told: Told) -> bool:
    names = {name.lower().removeprefix("the ") for name in (told.about.name, told.about.title, told.about.short)}
    return text.lower().removeprefix("the ") in names


def _was_about(told: Told) -> bool:
    return bool(told.previous) and _is_name_of(told.previous, told)


def as_object(thing: str) -> str:
    """The thing as it follows a verb."""
    return _OBJECTS.get(thing, thing)


def noun_thing(tokens: Sequence[Token], text: str, answered: str, heard: str, follows: bool = False) -> str:
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
    owns = any(token.tag == "DPS" for token in tokens)
    if owns and not follows:
        return ""
    is_tied = owns or any(stem in known for token in matter for stem in stems(token.text, "en"))
    is_plural = tokens[0].tag not in {"AT0", "DPS", "DT0"} and tokens[-1].tag == "NN2"
    is_expected = matter[-1].lower in _EXPECTED or matter[0].lower in _EXPECTED or matter[0].lower in ATTRIBUTES
    is_first = tokens[0].lower == "the" and len(tokens) > 2 and tokens[1].tag in {"ORD", "AJS"}
    if not (is_tied or is_plural or is_expected or is_first):
        return ""
    if tokens[0].lower in {"a", "an"} and not any(token.tag == "POS" for token in tokens):
        return ""
    return _as_said(tokens, text, answered)


def _as_said(tokens: Sequence[Token], text: str, answered: str) -> str:
    """The phrase with the capitals it has inside a sentence; empty where that is not known."""
    first = tokens[0]
    if first.tag in {"AT0", "DPS", "AT1"}:
        return text[:1].lower() + text[1:]
    if re.search(rf"[a-z,] {re.escape(first.text)}\b", answered):
        return text
    if re.search(rf"\b{re.escape(first.lower)}\b", answered) and first.text[0].isupper():
        return text[:1].lower() + text[1:]
    if first.tag == "NP0" or (len(tokens) > 1 and tokens[1].text[:1].isupper()):
        return text if first.tag == "NP0" else ""
    if tokens[-1].tag == "NN2" and first.tag in {"NN1", "NN2", "AJ0"}:
        return lowered(text)
    return text if text[0].islower() else ""
