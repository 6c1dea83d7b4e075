"""One turn in Chinese: the ways to come to a piece of the document at a point of a dialogue, and to answer with it."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence

from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.subject import subject_of
from r2s.documents.words import rare_runs
from r2s.models.extractive.chinese.exact_clauses import clauses_of
from r2s.models.extractive.chinese.exact_deeds import deeds_of
from r2s.models.extractive.chinese.exact_questions import EXACT, Asked, exact_questions, is_open
from r2s.models.extractive.chinese.matter import Matter, matters_in, topic_in
from r2s.models.extractive.chinese.rules import Pattern, Rule, first_words, follow_ups, is_doubt, links, rules, shape_of
from r2s.models.extractive.chinese.spelling import simplified, traditional
from r2s.models.extractive.chinese.words import key_word
from r2s.models.extractive.moves import Move
from r2s.trees.node import LogicType

# So many moves of one type at most, so that chance has a choice among good ones only.
CHOICES, DOUBTS, SIGNS, CALLBACKS = 2, 2, 2, 2
# Doubts that fit anything say that there is enough: nobody says so before some turns.
EARLY = 4
# An answer that stands this far into the sentence is said first.
LATE = 14
# What may open a conversation, right after the reason to ask.
FIRST_TYPES = ("question-answer", "question-question", "statement-explanation")
# What the fuller reply says first, by type; each at most once in a dialogue.
OPENERS: dict[LogicType, tuple[str, ...]] = {
    "question-answer": ("这个值得说说。", "这一点有得讲。", "这个可以说清楚。"),
    "question-question": ("好的。", "没问题。"),
    "statement-explanation": ("也难怪你这么想。", "很多人都这么以为。", "不怪你这么想。"),
    "opinion-rebuttal": ("有这个疑问很自然。", "这么想也正常。"),
    "opinion-agreement": ("你这么说有道理。", "说得在理。", "你说得对。"),
    "statement-inquiry": ("能想象。", "这很常见。", "我明白你的意思。"),
}
# A lead that was heard already gives way to one of these.
LEADS: dict[LogicType, tuple[str, ...]] = {
    "question-answer": (),
    "question-question": (),
    "statement-explanation": ("说起来是这样的，", "这么说吧，"),
    "opinion-rebuttal": ("倒也未必，", "也不尽然，"),
    "opinion-agreement": ("没错，", "确实，", "是这么回事，"),
    "statement-inquiry": ("可以听听这个：", "这里的情况是："),
}
# Now and then a user shows that they have understood; where in a dialogue, differs from document to document.
_ACKNOWLEDGEMENTS = ("原来是这样。", "哦，明白了。", "这下清楚了。", "哦，是这样。", "难怪。")
_ACKNOWLEDGED = ((2, 6), (3,), (4, 8), (5,), ())
_YES = frozenset(("是的，", "是啊，", "对，", "确实，", "说得对，"))


class Turn:
    """The moves for one piece at one point of a dialogue."""

    def __init__(self, document: Document, matter: Matter, asked: Sequence[str], answered: Sequence[str]) -> None:
        self.document, self.matter, self.asked, self.answered = document, matter, asked, answered
        self.topic = topic_in(document)
        self.is_traditional = document.lang == "zh-Hant"
        self.it = self._written(self.topic.it)
        self.doubts = sum(map(is_doubt, asked))
        self.heard = [subject_of(document), *asked, *answered]
        self.said = self._key_word()

    def moves(self) -> list[Move]:
        found: dict[LogicType, list[Move]] = {"question-answer": list(self._exact())}
        exact = len(found["question-answer"])
        for pattern in self._patterns():
            group = found.setdefault(pattern.type, [])
            enough = (exact or CHOICES) if pattern.type == "question-answer" else CHOICES
            if len(group) < enough and (move := self._move(pattern)):
                group.append(move)
        return [move for group in found.values() for move in group]

    def _exact(self) -> Iterator[Move]:
        """Questions that name what they want to know, which this piece answers."""
        asked, answered = [simplified(text) for text in self.asked], [simplified(text) for text in self.answered]
        possible = (each for each in exact_questions(self.matter, self.topic) if is_open(each, asked, answered))
        moves = (move for question in possible if (move := self._exact_move(question)))
        yield from itertools.islice(itertools.chain(moves, self._clauses(asked, answered)), EXACT)

    def _clauses(self, asked: Sequence[str], answered: Sequence[str]) -> Iterator[Move]:
        """Questions in the words of the piece itself, where what they name was heard before."""
        if not self.asked or self.matter.follows:
            return
        known = [simplified(self.heard[0]), *asked, *answered]
        for clause in (*clauses_of(self.matter.starts), *deeds_of(self.matter.starts)):
            is_known = all(any(noun in text for text in known) for noun in clause.nouns)
            if clause.says.endswith(("是谁？", "是什么？")) and any(noun in known[0] for noun in clause.nouns):
                continue
            is_told = any(clause.answer in text for text in answered) or any(clause.says in text for text in asked)
            if is_known and not is_told:
                question = Asked(clause.says, (), clause.answer, clause.start, "")
                if move := self._exact_move(question):
                    yield move

    def _exact_move(self, question: Asked) -> Move | None:
        says = self._filled(question.says)
        if _has_rare_runs(says) and foreknown(says, self.document, self.heard):
            return None
        spoken, end = self.matter.spoken, question.start + len(question.short)
        answer = spoken[question.start : end]
        is_late = bool(question.short) and question.start > LATE and simplified(answer) == question.short
        short = f"{answer}。" if is_late else ""
        return Move("question-answer", self._acknowledgement() + says, (spoken, f"{short}{spoken}"), self.matter.quotes)

    def _patterns(self) -> Iterator[Pattern]:
        """Patterns in order of fit; what fits anything only where nothing better does."""
        fitting = [pattern for pattern in self._fitting() if self._is_allowed(pattern)]
        yield from fitting
        types = {pattern.type for pattern in fitting}
        loose = self._following() if self.asked else _turned(first_words(), len(self.document.text))
        yield from (pattern for pattern in loose if pattern.type not in types and self._is_allowed(pattern))

    def _key_word(self) -> str:
        """What the user takes up from the piece that was conveyed last."""
        last = self.answered[-1] if self.answered else ""
        told = next((matter.spoken for matter in matters_in(self.document) if matter.spoken[:-1] in last), "")
        word = key_word(told, simplified(self.heard[0]))
        return "" if self._is_asked(word) else word

    def _is_asked(self, word: str) -> bool:
        return any(word in text for text in self.asked)

    def _fitting(self) -> Iterator[Pattern]:
        """Patterns whose sign stands in the sentence; what stands earlier, and what is for fewer kinds, fits better."""
        matter = self.matter
        if matter.is_about:
            for rule in _signed(matter.starts, self.topic.kind, matter.is_named, matter.is_defined):
                is_loose = "-thing" in rule.kinds
                first = ("question-answer",) if is_loose else FIRST_TYPES
                yield from (each for each in rule.patterns if self.asked or each.type in first)
        if matter.word and self.asked:
            is_heard = any(matter.word in text for text in self.answered) and not self._is_asked(matter.word)
            yield from links() if is_heard else links()[:1]

    def _following(self) -> Iterator[Pattern]:
        """Patterns for any sentence: now the user's goal first, now what was said last, and then what always goes."""
        turn, suiting = len(self.document.text) + len(self.asked), list[Rule]()
        for rule in follow_ups():
            if self._is_wanted(rule) if "goal" in rule.kinds else self._is_signed(rule):
                suiting.append(rule)
        if turn % 2:
            suiting.sort(key=lambda rule: "goal" in rule.kinds)
        for rule in suiting:
            yield from _turned(rule.patterns, turn)

    def _is_signed(self, rule: Rule) -> bool:
        return rule.suits(self.topic.kind) and bool(rule.sign.search(self.matter.starts))

    def _is_wanted(self, rule: Rule) -> bool:
        """Whether this is why the user asks, and not a thing they have come back to often enough."""
        mentions = [bool(rule.sign.search(simplified(text))) for text in self.asked]
        return mentions[0] and sum(mentions[1:]) < CALLBACKS

    def _is_allowed(self, pattern: Pattern) -> bool:
        if pattern.type == "opinion-rebuttal" and (self.doubts >= DOUBTS or self._is_early(pattern)):
            return False
        if ("{word}" in pattern.says and not self.matter.word) or ("{said}" in pattern.says and not self.said):
            return False
        shape = _shape(self._written(pattern.says))
        return not any(shape.search(text) for text in self.asked)

    def _is_early(self, pattern: Pattern) -> bool:
        return len(self.asked) < EARLY and pattern in follow_ups()[-1].patterns

    def _move(self, pattern: Pattern) -> Move | None:
        says = self._filled(pattern.says)
        if _has_rare_runs(says) and foreknown(says, self.document, self.heard):
            return None
        if pattern.type == "question-answer":
            says = self._acknowledgement() + says
        return Move(pattern.type, says, self._replies(pattern), self.matter.quotes)

    def _acknowledgement(self) -> str:
        number = len(self.document.text)
        if len(self.asked) not in _ACKNOWLEDGED[number % len(_ACKNOWLEDGED)]:
            return ""
        return self._written(_ACKNOWLEDGEMENTS[(number + len(self.asked)) % len(_ACKNOWLEDGEMENTS)])

    def _replies(self, pattern: Pattern) -> tuple[str, ...]:
        """The plain reply and a fuller one; a beginning already heard gives way to another."""
        lead = self._unheard([pattern.lead, *LEADS[pattern.type]]) if pattern.lead else ""
        body = f"{self.matter.spoken}{self._filled(pattern.asks)}"
        opener = self._unheard(OPENERS[pattern.type]) if _takes_opener(pattern) else ""
        agrees = pattern.type == "opinion-agreement" and opener
        return f"{lead}{body}", f"{opener}{'' if agrees else lead}{body}"

    def _unheard(self, beginnings: Sequence[str]) -> str:
        written = (self._filled(text) for text in beginnings)
        return next((text for text in written if not any(text in said for said in self.answered)), "")

    def _filled(self, text: str) -> str:
        if "{" not in text:
            return self._written(text)
        return self._written(text).format(it=self.it, word=self.matter.word, said=self.said)

    def _written(self, text: str) -> str:
        return traditional(text) if self.is_traditional else text


@functools.lru_cache(maxsize=4096)
def _signed(sentence: str, kind: str, is_named: bool, is_defined: bool) -> tuple[Rule, ...]:
    """The rules whose sign stands first in the sentence; one that is for all kinds only where it stands well before."""
    found = [
        (sign.start() + (24 if "-thing" in rule.kinds else 0), number, rule)
        for number, rule in enumerate(rules())
        if rule.suits(kind, is_named, is_defined) and (sign := rule.sign.search(sentence))
    ]
    return tuple(rule for _, _, rule in sorted(found, key=lambda each: each[:2])[:SIGNS])


def _takes_opener(pattern: Pattern) -> bool:
    """Whether a remark on what the user said can come before the lead, or in place of a mere yes."""
    if pattern.type == "statement-explanation":
        return "以为" in pattern.says or "猜" in pattern.says
    if pattern.type == "opinion-agreement":
        return pattern.lead in _YES and "{said}" not in pattern.says
    return pattern.type != "statement-inquiry" or not pattern.lead.startswith(("好", "那", "可以"))


def _turned(patterns: Sequence[Pattern], number: int) -> Sequence[Pattern]:
    """The same patterns, each type begun with another one, so that dialogues do not all sound alike."""
    found: list[Pattern] = []
    for type in dict.fromkeys(pattern.type for pattern in patterns):
        group = [pattern for pattern in patterns if pattern.type == type]
        start = number % len(group)
        found += [*group[start:], *group[:start]]
    return found


@functools.lru_cache(maxsize=4096)
def _has_rare_runs(text: str) -> bool:
    """Whether there is anything in it that could be foreknowledge."""
    return bool(list(rare_runs(text)))


@functools.lru_cache(maxsize=4096)
def _shape(says: str) -> re.Pattern[str]:
    return re.compile(shape_of(says))
