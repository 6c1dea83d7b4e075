"""Questions that a fact answers, formed only of what is known already, and ways to come back to a thing."""

import re
from collections.abc import Iterator, Sequence

from r2s.documents.words import stems
from r2s.models.extractive.english_clauses import clause_start, main_verb
from r2s.models.extractive.english_tagging import Token, tagged
from r2s.models.extractive.english_telling import Told
from r2s.models.extractive.english_wording import capitalised, lowered
from r2s.trees.node import LogicType

Said = tuple[str, str]

_TIME = re.compile(r"\b(?:in|on|by|since|until|from|between|during|around|before|after) (?:the )?(?:early |late |mid-|spring |summer |\d{1,2} )?(?:[A-Z][a-z]+ )?(?:\d{1,2}, )?\d{3,4}s?\b")
_MADE = frozenset(
    "founded established created built released published opened introduced launched written discovered invented formed started"
    " completed adopted signed born elected appointed held made constructed designed".split()
)
_BEGAN = {"began": "begin", "started": "start", "opened": "open", "ended": "end", "died": "die", "closed": "close", "originated": "originate", "emerged": "emerge"}
_USED = re.compile(r"(?:is|are|was|were|can be|may be) (?:\w+ly |also |often )?used (?:to|for|as|in)\b")
_BEFELL = frozenset("arrested killed replaced destroyed abolished moved sold closed banned rejected damaged attacked removed divided renamed rebuilt dissolved invaded annexed occupied hospitalized cancelled canceled postponed".split())
_DEFINES = frozenset({"is", "are", "was", "were"})

HOOKS: dict[LogicType, list[Said]] = {
    "question-answer": [
        ("And what about {x}?", "|"),
        ("You mentioned {x}. What's the story there?", "|It's like this."),
        ("What more is there to say about {x}?", "|For one thing, this."),
        ("Could you say a little more about {x}?", "|Gladly."),
    ],
    "question-question": [("You spoke of {x}. What should one know there?", "")],
    "statement-inquiry": [
        ("What you said about {x} has stayed with me.", "Then here's more.|There's a bit more to it."),
        ("I keep thinking about {x} since you brought that up.", "Here's something to add.|Then let's stay with that."),
    ],
    "statement-explanation": [
        ("I expect there's more to be said about {x}.", "There is.|Yes, a little."),
        ("I take it there's a story behind {x}.", "There is.|A short one, yes."),
    ],
    "opinion-rebuttal": [
        ("I don't quite see why {x} should matter.", "I think I can tell you.|Here's why I'd mention it."),
        ("I wouldn't have thought {x} worth talking about.", "I would.|I think it's worth it."),
    ],
    "opinion-agreement": [
        ("I find {x} the interesting part, I must say.", "So do I.|I can see why."),
        ("I think {x} deserves a closer look.", "I agree.|So do I."),
    ],
}


def hooks(type: LogicType, told: Told, answered: str, said: str) -> Iterator[Said]:
    """Words about the thing that the fact is about, where it was spoken of before."""
    thing = _thing(told)
    if not thing or thing in said or not _is_known(thing, answered) or _is_known(thing, told.about.title):
        return
    for says, openings in HOOKS[type]:
        yield says.format(x=thing), openings


def _thing(told: Told) -> str:
    """The fact's subject as somebody says it who has heard of it."""
    phrase = re.sub(r"^(?:An?|One|Another|Its|His|Her|Their|This|These) ", "the ", told.subject)
    phrase = re.sub(r"^The ", "the ", phrase)
    if not phrase or len(phrase.split()) > 5 or re.search(r"\d|[\"“]", phrase) or phrase.lower() in {"the", "it", "he", "she"}:
        return ""
    return lowered(phrase)


def _is_known(phrase: str, heard: str) -> bool:
    """Whether every word of the phrase was said before."""
    return {stem for stem in stems(phrase, "en") if stem not in {"the", "of", "and"}} <= set(stems(heard, "en"))


def questions(told: Told, answered: str) -> Iterator[Said]:
    """Questions by the form of the main clause, the most exact first."""
    if told.follows and told.lead == "cause":
        yield from (("Why was that?", "Because~"), ("And what was the reason?", "|The reason was this."))
    tokens = tagged(told.text)
    verb = main_verb(tokens)
    thing = _asked_about(told, answered)
    if verb is None or not thing:
        return
    yield from _of_being(told, tokens, verb, thing)
    yield from _of_making(told, tokens, verb, thing)
    yield from _of_doing(told, tokens, verb, thing)


def _asked_about(told: Told, answered: str) -> str:
    """The subject of the clause, where the user can name it: the document's own or one that was spoken of."""
    about = told.about
    subject = told.subject or _opening_name(told)
    if subject.lower() in {about.name.lower(), about.title.lower(), about.short.lower()}:
        return about.short if answered else about.name
    thing = _thing(told)
    return thing if thing and _is_known(thing, answered) else ""


def is_about_subject(told: Told) -> bool:
    """Whether the fact is about what the document is about."""
    names = {told.about.name.lower(), told.about.title.lower(), told.about.short.lower()}
    return (told.subject or _opening_name(told)).lower() in names


def _opening_name(told: Told) -> str:
    """The document's subject, where the clause begins with it."""
    clause = told.text[clause_start(told.text) :]
    for name in (told.about.name, told.about.short):
        if clause.lower().startswith(f"{name.lower()} "):
            return name
    return ""


def _of_being(told: Told, tokens: Sequence[Token], verb: int, thing: str) -> Iterator[Said]:
    word, rest = tokens[verb].lower, tokens[verb + 1 :]
    if word not in _DEFINES or not rest:
        return
    if rest[0].lower in {"a", "an", "one"} or (rest[0].lower == "the" and len(rest) > 2):
        asks = "Who" if told.about.is_person and thing == told.about.short else "What"
        exactly = "" if asks == "Who" else " exactly"
        yield _named_or_not(f"{asks}{exactly} {word} {thing}?", told, answered), "|"
    if rest[0].lower in {"located", "situated"} or (rest[0].lower in {"in", "at"} and len(rest) > 1 and rest[1].tag == "NP0"):
        yield f"Where {word} {thing}?", "|"
    if _USED.match(told.text[tokens[verb].start :]):
        yield f"What {word} {thing} used for?", "|"


def _named_or_not(question: str, told: Told, answered: str) -> str:
    """The question with a pronoun where the first message has just named what it is about."""
    about = told.about
    if answered or not about.pronoun:
        return question
    return question.replace(about.name, about.pronoun).replace(about.short, about.pronoun)


def _of_making(told: Told, tokens: Sequence[Token], verb: int, thing: str) -> Iterator[Said]:
    """When something was made or befell, and by whom."""
    if tokens[verb].lower not in {"was", "were"} or verb + 1 >= len(tokens):
        return
    auxiliary, participle = tokens[verb].lower, tokens[verb + 1].lower
    after = told.text[tokens[verb + 1].end :].strip()
    if participle in _MADE:
        if _TIME.search(told.text):
            yield f"When {auxiliary} {thing} {participle}?", "|"
        if after.startswith("by "):
            yield f"Who {auxiliary} {thing} {participle} by?", "|"
        if participle in {"born", "held"} and after.startswith("in "):
            yield f"Where {auxiliary} {thing} {participle}?", "|"
    if participle in _BEFELL:
        yield f"What happened to {thing}?", "|"


def _of_doing(told: Told, tokens: Sequence[Token], verb: int, thing: str) -> Iterator[Said]:
    word = tokens[verb].lower
    if word in _BEGAN and _TIME.search(told.text):
        yield f"When did {thing} {_BEGAN[word]}?", "|"
    elif word in {"consists", "consist", "includes", "include", "contains", "contain", "comprises"} :
        yield f"What {'do' if not word.endswith('s') else 'does'} {thing} {word.removesuffix('s')}?", "|"
    elif tokens[verb].tag == "VVD" and told.about.is_person and thing == told.about.short:
        ask = "What did {x} do next?" if told.follows else "What did {x} do at that point?"
        yield ask.format(x=thing), "|"


def told_opening(opening: str, text: str, continued: str) -> str:
    """An opening and the statement; one that ends in `~` runs on into it."""
    return capitalised(f"{opening[:-1]} {continued}" if opening.endswith("~") else f"{opening} {text}".strip())
