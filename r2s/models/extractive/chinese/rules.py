"""What people say about a subject, by what a sentence tells of it; and the reading of such rules.

A rule begins with the kinds of topic it is for (`*` all, `thing` and `-thing` what is shown in a museum or not) and a
pattern that the sentence, in simplified script, must match; `named` and
`defined` ask for a sentence that names the topic or says what it is. Then, a line each: Q a question; V something vague > what the
assistant asks back; G a guess, D a doubt, A an opinion to agree with, each > how the reply begins; T something told from
one's own life > how the reply begins > what the assistant asks back.
"""

import functools
import re
from dataclasses import dataclass

from r2s.documents.scripts import to_simplified
from r2s.models.extractive.chinese.affairs import AFFAIRS
from r2s.models.extractive.chinese.follow import FIRST, FOLLOW, LINKS
from r2s.models.extractive.chinese.lives import LIVES
from r2s.models.extractive.chinese.things import THINGS
from r2s.models.extractive.chinese.topics import THINGS as THING_KINDS
from r2s.trees.node import LogicType

TYPES: dict[str, LogicType] = {
    "Q": "question-answer",
    "V": "question-question",
    "G": "statement-explanation",
    "D": "opinion-rebuttal",
    "A": "opinion-agreement",
    "T": "statement-inquiry",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the user says, how the reply begins, and what it asks at its end."""

    type: LogicType
    says: str
    lead: str
    asks: str


@dataclass(frozen=True, slots=True)
class Rule:
    kinds: frozenset[str]
    sign: re.Pattern[str]
    patterns: tuple[Pattern, ...]

    def suits(self, kind: str, is_named: bool = True, is_defined: bool = True) -> bool:
        """Whether it is for such a topic; some rules are only for sentences that name it."""
        if ("named" in self.kinds and not is_named) or ("defined" in self.kinds and not is_defined):
            return False
        group = "thing" if kind in THING_KINDS else "-thing"
        return not self.kinds.isdisjoint(("*", group, kind))


@functools.cache
def rules() -> tuple[Rule, ...]:
    """The rules that look for a sign in the sentence, the most telling first."""
    return (*_read(LIVES), *_read(AFFAIRS), *_read(THINGS))


@functools.cache
def follow_ups() -> tuple[Rule, ...]:
    """What can be said whatever the sentence tells, tied to what was just said or to why the user asks."""
    return _read(FOLLOW)


@functools.cache
def links() -> tuple[Pattern, ...]:
    """What can be said of a {word} that the sentence begins with."""
    return _read(LINKS)[0].patterns


@functools.cache
def first_words() -> tuple[Pattern, ...]:
    """What can be said first of all."""
    return _read(FIRST)[0].patterns


@functools.lru_cache(maxsize=1024)
def is_doubt(says: str) -> bool:
    """Whether the user said one of the mistaken or sceptical opinions."""
    return bool(_doubts().search(to_simplified(says)))


@functools.cache
def _doubts() -> re.Pattern[str]:
    every = (pattern for rule in (*rules(), *follow_ups()) for pattern in rule.patterns)
    says = [pattern.says for pattern in (*every, *links()) if pattern.type == "opinion-rebuttal"]
    return re.compile("|".join(shape_of(one) for one in says))


def shape_of(says: str) -> str:
    """A regular expression that finds what was said with any words in its gaps."""
    return ".{1,12}".join(map(re.escape, re.split(r"\{\w+\}", says)))


def _read(text: str) -> tuple[Rule, ...]:
    return tuple(_rule(block.splitlines()) for block in text.strip().split("\n\n"))


def _rule(lines: list[str]) -> Rule:
    kinds, _, sign = lines[0].partition("] ")
    while lines[1].startswith("|"):
        sign += lines.pop(1)
    return Rule(frozenset(kinds.strip("[").split()), re.compile(sign), tuple(map(_pattern, lines[1:])))


def _pattern(line: str) -> Pattern:
    says, *rest = line[2:].split(" > ")
    lead = rest[0] if rest and line[0] != "V" else ""
    asks = rest[-1] if line[0] in "VT" else ""
    return Pattern(TYPES[line[0]], says, lead, asks)
