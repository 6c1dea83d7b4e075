"""A fact at a point of a dialogue: said so that it can be understood from what was said before, or not at all."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from r2s.documents.words import stems
from r2s.models.extractive.english.clauses import Fact, clause_start, facts_of
from r2s.models.extractive.english.subject import Subject
from r2s.models.extractive.english.tagging import tagged
from r2s.models.extractive.english.wording import capitalised, lowered, spoken

# A reply that must take the sentence before along may not grow longer than this.
LONGEST_PAIR = 420
# A fact counts as told when one reply holds so much of its words.
TOLD_SHARE = 0.75
_PERSONAL = {
    "he": "he",
    "his": "he",
    "him": "he",
    "she": "she",
    "her": "she",
    "it": "it",
    "its": "it",
    "they": "they",
    "their": "they",
}
_POSSESSIVE = frozenset({"his", "her", "its", "their"})
_POINTING = re.compile(
    r"(?:This|These|That|Those|Such|Both|Here|Others|It|They|All of (?:these|them|this)|Most of (?:these|them)|Some of (?:these|them))\b"
    r"|(?:(?:In|At|After|During|Since|By|Following|Because of|Despite|From|For|With|As|On|To|Under|Until|Before|Among|Of|Like|Unlike|Within|Through|Over)"
    r" (?:this|these|that|those|the same|such|both|it|them|him|all (?:these|this))\b)"
    r"|(?:In the process|The following|The next|The same|The latter|The former|The other|That year|Later that|The second|The two\b|The three\b|Only then|As such|So,)"
)
_EXPLETIVE = re.compile(
    r"It(?:'s| is| was| has been| had been| may be| can be| could be| might be| must be| would be| will be| seems| appears| should be)"
    r"(?: \w+ly| not| also| often| sometimes| still| now| widely)?"
    r"(?:(?: \w+)? (?:that|whether|if|how|who|when|because)\b| (?:un)?(?:clear|known|certain|likely|possible|common|easy|hard|difficult|necessary"
    r"|important|customary|usual|said|thought|believed|possible|better|best|worth|illegal|legal|impossible|enough|useful) (?:to|for|that|why|what)\b"
    r"|(?: \w+)? until\b)"
)
_THIS_NOUN = re.compile(r"(?:This|These|Such) ((?:\w+ ){0,1}?(\w+))(?= \w)")


@dataclass(frozen=True, slots=True)
class Told:
    """`text` is spoken, `written` the same before it was put in everyday words, for the grammar to look at; `quotes`
    carry the ids of their passages; `follows` says that the last reply told what stands just before, and `previous`
    what that was about."""

    text: str
    written: str
    fuller: str
    quotes: tuple[tuple[str, str], ...]
    lead: str
    follows: bool
    subject: str
    is_plural: bool
    about: Subject
    previous: str = ""
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    id: str
    text: str


def told_at(sentences: Sequence[Sentence], position: int, about: Subject, replies: Sequence[str]) -> Iterator[Told]:
    """What the sentence at `position` has left to tell: its first fact that was not told, if it can be said now."""
    facts = facts_of(sentences[position].text)
    for number, fact in enumerate(facts):
        if any(is_told(fact.text, reply) for reply in replies):
            continue
        before = _before(sentences, position, number)
        told = _told(fact, before[0] if before else None, sentences[position].id, about, replies)
        told = told or _pair(sentences, position, number, about, replies)
        if told:
            yield replace(told, is_last=number + 1 == len(facts) and _is_last(sentences, position, replies))
        return


def _is_last(sentences: Sequence[Sentence], position: int, replies: Sequence[str]) -> bool:
    """Whether no other sentence has anything left to tell."""
    others = (fact for index, other in enumerate(sentences) if index != position for fact in facts_of(other.text))
    return all(any(is_told(fact.text, reply) for reply in replies) for fact in others)


def _before(sentences: Sequence[Sentence], position: int, number: int) -> list[Fact]:
    """The facts before one in the text, the nearest first, as far as pronouns reach."""
    found = [*facts_of(sentences[position].text)[:number]][::-1]
    for earlier in range(position - 1, max(-1, position - 4), -1):
        facts = facts_of(sentences[earlier].text)
        if not facts:
            break
        found.extend(facts[::-1])
    return found


def _told(fact: Fact, previous: Fact | None, id: str, about: Subject, replies: Sequence[str]) -> Told | None:
    follows = bool(previous and replies and is_told(previous.text, replies[-1]))
    written = fact.text if follows else _resolved(fact.text, previous, about, " ".join(replies))
    if written is None:
        return None
    text = spoken(written)
    if not replies:
        text = re.sub(r"\b(was|were|is|are|has|have|had|can|\w+ed) also\b", r"\1", text, count=1)
    quotes = tuple((id, quote) for quote in fact.quotes)
    subject = fact.subject if fact.subject and fact.subject in text else ""
    before = previous.subject if previous and follows else ""
    fuller = _fuller(text, fact, follows)
    return Told(text, written, fuller, quotes, fact.lead, follows, subject, fact.is_plural, about, before)


def _pair(
    sentences: Sequence[Sentence], position: int, number: int, about: Subject, replies: Sequence[str]
) -> Told | None:
    """The fact together with the one before it, where it makes no sense without and that one was not told yet."""
    before = _before(sentences, position, number)
    if not before or number or any(is_told(before[0].text, reply) for reply in replies):
        return None
    earlier = position - 1
    first = _told(before[0], before[1] if len(before) > 1 else None, sentences[earlier].id, about, replies)
    if first is None or len(facts_of(sentences[earlier].text)) > 1:
        return None
    fact = facts_of(sentences[position].text)[number]
    text = f"{first.text} {spoken(fact.text)}"
    if len(text) > LONGEST_PAIR:
        return None
    quotes = (*first.quotes, *((sentences[position].id, quote) for quote in fact.quotes))
    return replace(first, text=text, fuller=text, quotes=quotes)


def _fuller(text: str, fact: Fact, follows: bool) -> str:
    """The same with the tie to what stands before it, where that was just told."""
    words = {
        "addition": "On top of that,",
        "contrast": "On the other hand,",
        "result": "So",
        "example": "For instance,",
    }
    if follows and fact.lead in words:
        return f"{words[fact.lead]} {lowered(text)}"
    return text


@functools.lru_cache(maxsize=16384)
def is_told(fact: str, reply: str) -> bool:
    """Whether a reply conveys a fact: most of the fact's words of matter stand in it."""
    matter = _matter(fact)
    return bool(matter) and len(matter & _matter(reply)) >= TOLD_SHARE * len(matter)


@functools.lru_cache(maxsize=8192)
def _matter(text: str) -> frozenset[str]:
    return frozenset(stem for stem in stems(text, "en") if len(stem) > 3 or stem[0].isdigit())


def _resolved(text: str, previous: Fact | None, about: Subject, heard: str) -> str | None:
    """The text with what would dangle put by name; None where it cannot be understood by itself."""
    start = clause_start(text)
    if _EXPLETIVE.match(text) or _EXPLETIVE.match(capitalised(text[start:])):
        return text
    word = re.match(r"[A-Za-z]+", text[start:])
    pronoun = word[0].lower() if word else ""
    head = text[:start]
    if pronoun in _PERSONAL and not _has_verb(head):
        name = _antecedent(_PERSONAL[pronoun], previous, about)
        if name and not _POINTING.match(head):
            return _put(text, start, pronoun, name)
        return None
    inner = re.match(
        r"(?:As|When|While|Although|Though|After|Before|Since|If|Once|In|For|During|With|By|At|On|Of|To|From|Despite|Like|Among) (he|she|it|they|his|her|its|their)\b",
        text,
    )
    if inner:
        name = _antecedent(_PERSONAL[inner[1]], previous, about)
        return _put(text, inner.start(1), inner[1], name) if name else None
    if pointed := _THIS_NOUN.match(text):
        known = pointed[2].lower() in heard.lower() and tagged(text)[1].tag in {"NN1", "NN2"}
        return f"The {text[pointed.start(1) :]}" if known and not text.startswith("Such") else None
    return None if _POINTING.match(text) else text


def _has_verb(head: str) -> bool:
    return any(token.is_finite for token in tagged(head)) if head else False


def _put(text: str, start: int, pronoun: str, name: str) -> str:
    ending = ("'" if name.endswith("s") else "'s") if pronoun in _POSSESSIVE else ""
    after = text[start + len(pronoun) :]
    if after.startswith(("'s ", "'re ", "'ve ")):
        after = {"'s ": " is ", "'re ": " are ", "'ve ": " have "}[
            after[:3] if after.startswith("'s") else after[:4]
        ] + after[3 if after.startswith("'s") else 4 :]
    name = capitalised(name) if start == 0 else name
    return f"{text[:start]}{name}{ending}{after}"


def _antecedent(pronoun: str, previous: Fact | None, about: Subject) -> str | None:
    """Whom or what a pronoun stands for: the subject of the sentence before, or of the document; None if unsure."""
    if pronoun in {"he", "she"}:
        if previous is None or previous.opens in {"he", "his", "she", "her"} or not previous.subject:
            return about.short if about.pronoun == pronoun else None
        is_name = previous.subject[0].isupper() and all(token.tag == "NP0" for token in tagged(previous.subject))
        if is_name and previous.subject.split()[-1] == about.name.split()[-1]:
            return about.short if about.pronoun == pronoun else None
        return previous.subject if is_name else (about.short if about.pronoun == pronoun else None)
    if previous is None:
        return about.name if about.pronoun == pronoun else None
    if (
        not previous.subject
        or previous.opens
        or len(previous.subject) > 50
        or previous.is_plural != (pronoun == "they")
    ):
        return None
    tokens = tagged(previous.subject)
    # "It" after a sentence about a person stands for something else that was named in it.
    if pronoun == "it" and about.is_person and previous.subject in {about.short, about.name, about.title}:
        return None
    is_person = pronoun == "it" and tokens[-1].tag == "NP0" and len(tokens) > 1 and tokens[0].lower != "the"
    if is_person:
        return None
    return _definite(previous.subject)


def _definite(phrase: str) -> str:
    """The phrase as something already spoken of."""
    phrase = re.sub(r"^(?:An?|Another|One) ", "the ", phrase)
    return lowered(phrase)
