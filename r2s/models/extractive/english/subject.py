"""What a document is about, put as English puts it in a sentence: with its article, as one thing or several."""

import functools
import re
from dataclasses import dataclass

from r2s.documents.words import frequency
from r2s.models.extractive.english.tagging import tagged

# Names that are spoken with an article, by their head.
_THE_HEADS_WORDS = (
    "republic kingdom empire university forces force index machine war wars revolution crisis relay union states"
    " islands party church museum olympics games act treaty dynasty constitution canal mechanism bridge tower"
    " lighthouse palace sea ocean river desert mountains alps institute academy association council court government"
    " parliament senate league cup festival battle siege library army navy movement reformation renaissance conference"
    " committee commission agency bank company organization organisation society project programme program theorem"
    " bible quran titanic railway accords protocol agreement congress federation confederation commonwealth wall"
    " temple observatory telescope mission disaster massacre affair rebellion earthquake eruption flood strike trial"
    " plague age era period game dam pyramid pyramids"
)
_THE_HEADS = frozenset(_THE_HEADS_WORDS.split())
_MASS = re.compile(
    r"(?:ism|ogy|ics|sis|ity|ness|graphy|ing|ence|ance|ture|try|omy|esty|hood|ship|lture|medicine|energy|genocide|water|music"
    r"|light|law|art|history|weather|health|trade|food|coffee|tea|steel|iron|gold|paper|glass|cotton|silk|power|heat|time)$"
)
_DEMONYM = re.compile(r"(?:ian|ean|ese|ish|[a-z]-[A-Z]\w+)$")
_LINKS_WORDS = "of in under during for on at from to by with against between"
_LINKS = frozenset(_LINKS_WORDS.split())
# A rarer single word may as well be the name of a work as that of a kind.
_KNOWN_ZIPF = 3.6
_SMALL = _LINKS | frozenset(["the", "a", "an", "and", "or", "vs"])
_NO_PERSON = re.compile(
    r"\b(?:City|Saint|Lake|Mount|River|Island|County|North|South|New|Television|Idol|To|The|A|Of|Europe|Street|Park)\b|\d|:"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """`name` as it stands in a sentence; `pronoun` is he, she, it or they, and empty where that is not known."""

    name: str
    title: str
    pronoun: str

    @property
    def is_person(self) -> bool:
        return self.pronoun in {"he", "she"}

    @property
    def short(self) -> str:
        """The name as it is said again: a person's last name."""
        return self.name.split()[-1] if self.is_person else self.name


@functools.lru_cache(maxsize=512)
def subject_in(title: str, text: str) -> Subject:
    """The subject with what the text tells about it."""
    name = named(title)
    if name == title and re.search(rf"\b[Tt]he {re.escape(title)}\b(?! \w+ [A-Z])", text):
        name = f"the {title}"
    return Subject(name, title, _pronoun(title, name, text))


@functools.lru_cache(maxsize=512)
def named(title: str) -> str:
    """The title as a part of a sentence: "the torch relay", "dogs", "Montana"."""
    words = title.split()
    if not words:
        return title
    if re.match(r"(?:How|Why|What|When|Where|Who)\b", title):
        return _lower_all(title)
    if words[0] in {"The", "A", "An"}:
        return title if ":" in title or words[0] != "The" else f"the {' '.join(words[1:])}"
    if re.match(r"I[A-Z][a-z]", title):
        return f"the i{title[1:]}"
    if len(words) == 1:
        return _one_word(title)
    if all(word[0].isupper() or word in _SMALL for word in words):
        return f"the {title}" if _head(words).lower() in _THE_HEADS else title
    return _descriptive(words)


def _lower_all(title: str) -> str:
    return "".join(
        token.text.lower() + " " if token.tag != "NP0" or token.lower in _SMALL else token.text + " "
        for token in tagged(title.lower()[:1] + title[1:])
    ).strip()


def _one_word(word: str) -> str:
    tag = tagged(f"the {word.lower()} is")[1].tag
    if not tag.startswith("NN") or not word.isascii() or tagged(word.lower())[0].tag == "NP0":
        return word
    if tag == "NN2" or _MASS.search(word.lower()):
        return word.lower()
    return plural(word.lower()) if frequency(word, "en") >= _KNOWN_ZIPF else word


def _head(words: list[str]) -> str:
    """The word that says what kind of thing it is: the last one before a preposition."""
    for position, word in enumerate(words):
        if word in _LINKS and position:
            return words[position - 1]
    return words[-1]


def _descriptive(words: list[str]) -> str:
    """A title in sentence case, which is a phrase of common words."""
    first = words[0] if _DEMONYM.search(words[0]) or not words[0].istitle() else words[0].lower()
    phrase = " ".join([first, *words[1:]])
    head = _head(words)
    if head.endswith("s") and not head.endswith(("ss", "sis", "is", "us")):
        return phrase
    has_more = head != words[-1]
    after = words[words.index(head) + 2 :] if has_more else []
    is_particular = words[0][0].isdigit() or any(word[0].isupper() or word[0].isdigit() for word in after)
    if _MASS.search(head.lower()) or head.endswith(("tion", "sion", "ory", "ment")):
        return f"the {phrase}" if has_more or words[0][0].isdigit() else phrase
    if is_particular or (head.lower() in _THE_HEADS and not has_more):
        return f"the {phrase}"
    return phrase.replace(head.lower(), plural(head.lower()), 1)


def plural(noun: str) -> str:
    """The plural of a count noun."""
    from lemminflect import getInflection

    return next(iter(getInflection(noun, "NNS")), f"{noun}s")


def _pronoun(title: str, name: str, text: str) -> str:
    he, she = (len(re.findall(rf"\b(?:{forms})\b", text, re.I)) for forms in ("he|his|him", "she|hers?"))
    words = title.split()
    if words and words[-1][:1].isupper() and len(words) < 5 and not _NO_PERSON.search(title) and name == title:
        last = re.escape(words[-1])
        is_place = re.search(rf"\b(?:in|at|near|throughout|across|the|around|outside) {last}\b", text)
        acts = re.search(rf"\b{last}(?:'s\b|’s\b| \w+ed\b| was\b| had\b| has\b| is\b| also\b| \w+s\b)", text)
        # A text that never names him speaks of the man it is about from its first word.
        acts = acts or (len(words) > 1 and last not in text and re.match(r"(?:He|She|His|Her)\b", text))
        if not is_place and acts and he + she >= (2 if len(words) == 1 else 1):
            return "he" if he >= she else "she"
    if is_plural(name):
        return "they"
    return "it" if name.startswith("the ") or name == name.lower() or " " not in name else ""


def is_plural(name: str) -> bool:
    """Whether the name takes "are": its head is a plural."""
    words = name.removeprefix("the ").split()
    head = _head(words) if words else ""
    return head.endswith("s") and not head.endswith(("ss", "is", "us", "ics")) and (name[0].islower())


_IN_GOAL = re.compile(
    r"\b(?P<before>about|up|on|of|into|called)\s+(?P<title>[A-Z0-9][^.!?]*?(?:[.:]\s?[^.!?]+?)??)"
    r"(?=(?:\s(?:and|but|so|because|at|last|next|for|which|that)\s(?:I|want|hardly|lunch|night|week|the first|we|my|would|could)\b|[,;]|\.?$|\.\s))"
)


def with_article(goal: str) -> str:
    """The goal with the subject in it named as a sentence names it."""
    match = _IN_GOAL.search(goal)
    if not match:
        return goal
    return f"{goal[: match.start('title')]}{named(match['title'])}{goal[match.end('title') :]}"
