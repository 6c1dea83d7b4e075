"""Exact questions: who, when, where, how many, why and what, asked for an answer that the next piece gives.

A fact is read (`exact_facts`) from the first piece of what is told next, as the reply begins with it; the question names
nothing but the topic and words that everybody uses.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from r2s.models.extractive.chinese.exact_facts import FACTS
from r2s.models.extractive.chinese.marking import DATE, NUMBER, SUBJECT, has_subject, is_own, marked
from r2s.models.extractive.chinese.matter import Matter
from r2s.models.extractive.chinese.rules import shape_of
from r2s.models.extractive.chinese.topics import THINGS, Topic

# So many at most for one piece, which is as many as the planner chooses among.
EXACT = 3
_PEOPLE = re.compile(
    r"校长|作者|导演|编剧|主角|主人公|经理|董事长|主席|创[办始]人|队长|教练|总统|总理|会长|国王|领导人|指挥官"
)
_PLACES = re.compile(r"首都|省会|首府|城市")
_FILLS = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Fact:
    """Topics it is for, how it is told, and the ways to ask for it."""

    kinds: frozenset[str]
    sign: re.Pattern[str]
    is_subject: bool
    asks: tuple[str, ...]

    def suits(self, kind: str) -> bool:
        return not self.kinds.isdisjoint(("*", "thing" if kind in THINGS else "-thing", kind))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in simplified script with {it} for the topic, the shapes of all ways to ask it, and its answer."""

    says: str
    shapes: tuple[str, ...]
    answer: str
    start: int
    short: str


def exact_questions(matter: Matter, topic: Topic) -> tuple[Asked, ...]:
    """Every exact question that the first piece answers, the earliest answer first."""
    return _questions(matter.starts, topic, bool(matter.follows), matter.is_about, matter.is_defined)


def is_open(question: Asked, asked: Sequence[str], answered: Sequence[str]) -> bool:
    """Whether it was neither asked in other words nor answered already; all in simplified script."""
    if any(re.search(shape, text) for shape in question.shapes for text in asked):
        return False
    return len(question.answer) < 3 or not any(question.answer in text for text in answered)


@functools.lru_cache(maxsize=4096)
def _questions(starts: str, topic: Topic, follows: bool, is_about: bool, is_defined: bool) -> tuple[Asked, ...]:
    sentence = marked(starts, topic)
    found: list[tuple[int, int, tuple[Asked, ...]]] = []
    for number, fact in enumerate(facts()):
        if not fact.suits(topic.kind) or (follows and "*" not in fact.kinds):
            continue
        if "defined" in fact.kinds and not is_defined:
            continue
        match = fact.sign.search(sentence)
        if match and topic.name in starts[slice(*_answer_span(match))]:
            continue
        if match and (is_about or "T" in sentence) and _is_of_topic(match, sentence, fact, topic):
            found.append((_answer_span(match)[0], number, tuple(_asked(match, starts, fact, topic))))
    groups = [group for _, _, group in sorted(found, key=lambda each: each[:2])]
    return tuple(group[turn] for turn in range(EXACT) for group in groups if turn < len(group))


def _is_of_topic(match: re.Match[str], sentence: str, fact: Fact, topic: Topic) -> bool:
    """Whether what is told is told of the topic and not of something else in the sentence."""
    if "*" in fact.kinds and not match.groupdict().get("np"):
        return True
    if topic.kind in THINGS and (not fact.is_subject or match.start() == 0):
        return not fact.is_subject or not has_subject(sentence[:24])
    if "T" in match[0][:40] or ("P" in match[0][:16] and not fact.is_subject):
        return True
    start = match.start() + (match[0][:1] in "，。；")
    if not start and (topic.kind not in ("species", "plant") or "-thing" in fact.kinds):
        return bool(match.groupdict().get("np"))
    is_alone = not has_subject(sentence[start : start + 24])
    return is_own(sentence, start) and (is_alone or not fact.is_subject)


def _answer_span(match: re.Match[str]) -> tuple[int, int]:
    """Where the answer stands: alternatives name theirs a, b, c and d."""
    spans = [match.span(name) for name in "abcd" if name in match.re.groupindex and match[name] is not None]
    return spans[0] if spans else match.span()


def _asked(match: re.Match[str], starts: str, fact: Fact, topic: Topic) -> Iterator[Asked]:
    start, end = _answer_span(match)
    answer = starts[start:end]
    names = {name: text for name, text in match.groupdict().items() if text}
    noun = re.sub("^[TP]*的?", "", names.get("np", ""))
    fills = {
        "np": noun,
        "who": "谁" if _PEOPLE.search(noun) else "哪里" if _PLACES.search(noun) else "什么",
        "last": answer[-1:],
        "noun": topic.noun or "东西",
        "unit": names.get("unit", ""),
        "what": names.get("what", ""),
    }
    says = [_FILLS.sub(lambda gap: fills.get(gap[1], gap[0]), ask) for ask in fact.asks]
    shapes = tuple(shape_of(text) for text in says)
    short = answer if re.fullmatch(DATE, answer) else ""
    for text in says:
        yield Asked(text, shapes, answer, start, short)


@functools.cache
def facts() -> tuple[Fact, ...]:
    """The facts that can be read, in the order in which they are written."""
    return tuple(_fact(block.splitlines()) for block in FACTS.split("\n\n"))


def _fact(lines: Sequence[str]) -> Fact:
    kinds, _, sign = lines[0].partition("] ")
    pattern = sign.replace("<S>", SUBJECT).replace("<D>", DATE).replace("<N>", NUMBER)
    return Fact(frozenset(kinds.strip("[").split()), re.compile(pattern), "<S>" in sign, tuple(lines[1:]))
