"""Putting a fact into turns: what the user could say at this point of the dialogue, and the replies that convey it."""

import itertools
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from r2s.models.extractive.english.exact_questions import deeds, exact_questions
from r2s.models.extractive.english.features import earliest_year, features_of, latest_year
from r2s.models.extractive.english.goals import BACK, CLARIFYING, HEARD, goal_in
from r2s.models.extractive.english.hooks import asides, hooks
from r2s.models.extractive.english.patterns import OBJECTIONS, Row
from r2s.models.extractive.english.questions import is_about_subject, questions
from r2s.models.extractive.english.rows import PATTERNS, featured, general, tied
from r2s.models.extractive.english.telling import Told
from r2s.models.extractive.english.topics import topic_rows
from r2s.models.extractive.english.wording import lowered
from r2s.models.extractive.moves import Move
from r2s.models.prompt import Line
from r2s.trees.node import LogicType

# So many turns of a type are offered: enough to vary, few enough that each fits.
OFFERED = 3
MOST_OBJECTIONS = 2
# Questions of this form sound like an interrogation when they come a second time.
_ONCE = frozenset(
    {
        "What happened",
        "What role",
        "What was said",
        "What has been",
        "What exactly",
        "How many",
        "You mentioned",
        "What more",
        "And how",
        "What you",
        "You spoke",
    }
)
ASKING_BACK: frozenset[LogicType] = frozenset({"statement-inquiry", "question-question"})


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the dialogue stands: what the user said, what the assistant said, and each as one text."""

    user: tuple[str, ...]
    assistant: tuple[str, ...]
    said: str
    answered: str

    @property
    def last(self) -> str:
        return self.assistant[-1] if self.assistant else ""


def moment_of(transcript: Sequence[Line]) -> Moment:
    """The dialogue so far."""
    user = tuple(line.text for line in transcript if line.speaker == "user")
    assistant = tuple(line.text for line in transcript if line.speaker == "assistant")
    return Moment(user, assistant, "\n".join(user), "\n".join(assistant))


def moves_of(told: Told, moment: Moment) -> Iterator[Move]:
    """The turns that convey what is to be told, of every type it supports."""
    state = _state(told, moment)
    for type in PATTERNS:
        for says, openings in itertools.islice(_rows(type, told, moment, state), OFFERED):
            yield _move(type, says, openings, told, moment)


def _state(told: Told, moment: Moment) -> frozenset[str]:
    """What holds for the fact, for the last reply (`@`), for the tie between them (`+`) and for the dialogue."""
    found = set(features_of(told.text)) | ({f"@{name}" for name in features_of(moment.last)} if moment.last else set())
    if is_about_subject(told):
        found.add("mine")
    if {"suffering", "@suffering"} & found:
        found.add("grave")
    if told.follows and told.lead:
        found.add(f"+{told.lead}")
    if not moment.user:
        return frozenset(found | {"first"})
    found.add("later")
    before = max(map(latest_year, moment.assistant), default=0)
    if before and earliest_year(told.text) > before:
        found.add("newer")
    return frozenset(found)


def _rows(type: LogicType, told: Told, moment: Moment, state: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What the user could say, the most telling first, without what was said already."""
    if type == "opinion-rebuttal" and _count(OBJECTIONS, moment.said) >= MOST_OBJECTIONS:
        return
    if type in ASKING_BACK and told.is_last:
        return
    offered = set[str]()
    for says, openings in _sources(type, told, moment, state):
        if says not in offered and says not in moment.said and not _is_asked_alike(says, moment.said):
            offered.add(says)
            yield says, openings


# Of this many facts that no exact question fits, one may be asked about in general words.
SELDOM = 4


def _sources(type: LogicType, told: Told, moment: Moment, state: frozenset[str]) -> Iterator[tuple[str, str]]:
    """All that could be said, one source after the other, each looked at only when the ones before gave too little."""
    yield from tied(type, state)
    asked = _asked(told, moment) if type == "question-answer" else []
    yield from asked
    # Where a reason follows what it is a reason for, anything else would be talking past it.
    if asked or "+cause" in state:
        return
    turn = zlib.crc32(told.text.encode())
    # A question that could be asked of anything is asked seldom; the other types say something in its place.
    if type == "question-answer" and moment.user and turn % SELDOM:
        return
    yield from topic_rows(type, told.text, moment.said)
    yield from hooks(type, told, moment.answered, moment.said)
    yield from featured(type, state, turn)
    yield from _by_goal(type, moment, state)
    yield from asides(type, told, moment.answered, moment.said)
    yield from general(type, state, turn)


def _asked(told: Told, moment: Moment) -> list[tuple[str, str]]:
    """The questions that the clause answers, those formed around an answer before those known by the verb alone."""
    reasons = told.follows and told.lead == "cause"
    heard = f"{told.about.title}\n{moment.said}\n{moment.answered}"
    if reasons:
        return list(questions(told, moment.answered))
    exact = exact_questions(told, moment.answered, heard)
    return exact or list(questions(told, moment.answered)) or deeds(told, moment.answered, heard)


def _is_asked_alike(says: str, said: str) -> bool:
    """Whether a question of the same form has been asked of another thing."""
    form = " ".join(says.split()[:2])
    return form in _ONCE and form in said


def _count(rows: Sequence[Row], said: str) -> int:
    return sum(says in said for _, says, _ in rows)


def _by_goal(type: LogicType, moment: Moment, state: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The user's reason to ask, brought up again now and then."""
    goal = goal_in(moment.user[0]) if moment.user else None
    if goal is None or len(moment.user) % 2 == 0 or "grave" in state:
        return
    rows = {"question-answer": goal.asks, "statement-inquiry": goal.tells, "opinion-agreement": goal.agrees}
    yield from rows.get(type, ())


def _move(type: LogicType, says: str, openings: str, told: Told, moment: Moment) -> Move:
    """The turn, its reply opening in two ways where that is possible."""
    variants = openings.split("|")
    unused = [variant for variant in variants if not variant or variant not in moment.answered] or [""]
    back = _back(type, told, moment)
    texts = [(opening, told.text) for opening in unused]
    if unused == [""] or len(texts) == 1:
        texts.append(("", told.fuller if not texts[0][0] else told.text))
    replies = dict.fromkeys(f"{_opened(opening, text)} {back}".strip() for opening, text in texts)
    return Move(type, _answered(says, type, moment), tuple(replies)[:2], told.quotes)


def _opened(opening: str, text: str) -> str:
    """An opening and the statement; one that ends in `~` runs on into it."""
    return f"{opening[:-1]} {lowered(text)}" if opening.endswith("~") else f"{opening} {text}".strip()


def _back(type: LogicType, told: Told, moment: Moment) -> str:
    """The assistant's own question, where the type of the turn wants one."""
    if type not in ASKING_BACK:
        return ""
    features, goal = features_of(told.text), goal_in(moment.user[0]) if moment.user else None
    fitting = [row for row in (BACK if type == "statement-inquiry" else CLARIFYING) if not row[0] or row[0] in features]
    asked = [question for feature, question, _ in fitting if feature]
    if goal and type == "statement-inquiry":
        asked += [question for question, _ in goal.back]
    asked += [question for feature, question, _ in fitting if not feature]
    return next((question for question in asked if question not in moment.answered), "")


def _answered(says: str, type: LogicType, moment: Moment) -> str:
    """What the user says, after a word on the last reply: an answer where it ended in a question."""
    if moment.last.endswith("?"):
        answer = next((answer for question, answer in _answers(moment) if moment.last.endswith(question)), "")
        return says if not answer or answer in moment.said else f"{answer} {says}"
    if type not in {"question-answer", "question-question"} or len(moment.user) % 3 != 2:
        return says
    features = features_of(moment.last)
    fitting = [word for feature, word in HEARD if (not feature or feature in features) and word not in moment.said]
    return f"{fitting[0]} {says}" if fitting else says


def _answers(moment: Moment) -> Iterator[tuple[str, str]]:
    for _, question, answer in (*BACK, *CLARIFYING):
        yield question, answer
    goal = goal_in(moment.user[0]) if moment.user else None
    yield from goal.back if goal else ()
