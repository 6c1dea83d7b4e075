"""The parts of a conversation tree: who speaks, what was planned, said, found, reviewed and decided."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, Literal, Protocol, get_args

from pydantic import BaseModel, Field

from r2s.usage import Usage

LogicType = Literal[
    "question-answer",
    "question-question",
    "statement-inquiry",
    "statement-explanation",
    "opinion-rebuttal",
    "opinion-agreement",
]
LOGIC_TYPES: tuple[LogicType, ...] = get_args(LogicType)

Progress = Literal["starts", "continues", "ends"]
Criterion = Literal["usefulness", "relevance", "accuracy", "depth", "creativity", "spoken"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)


class UserCast(BaseModel, frozen=True):
    """Who asks: a persona, the goal that makes them ask, what they know already, and how they talk."""

    persona: str
    goal: str
    knowledge: str
    manner: str

    @property
    def known(self) -> str:
        """What the cast lets the user know before the first word is said."""
        return f"{self.goal}\n{self.knowledge}"


class AssistantCast(BaseModel, frozen=True):
    """Who answers, and in what manner."""

    manner: str


class Cast(BaseModel, frozen=True):
    user: UserCast
    assistant: AssistantCast


NOBODY = Cast(user=UserCast(persona="", goal="", knowledge="", manner=""), assistant=AssistantCast(manner=""))
"""The cast of a dialogue whose speakers were not cast."""


class Plan(BaseModel, frozen=True):
    """One link of the chain of dialogue logic (R2S §4.1): type, progress, process and purpose of a turn.

    `key_phrases` and `target` (passage ids) are for the search; the user never sees them.
    """

    type: LogicType
    progress: Progress
    process: str
    purpose: str
    key_phrases: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


class Evidence(BaseModel, frozen=True):
    """A span of the document that a reply stands on: `document.text[start:end] == quote`."""

    passage: str
    start: int
    end: int
    quote: str
    match: Literal["exact", "fuzzy"]


class Review(BaseModel, frozen=True):
    """What one reviewer says of one draft; scores are 1 to 5. `error` stands instead of them when a reviewer failed."""

    reviewer: str
    model: str
    scores: dict[Criterion, int] = Field(default_factory=dict)
    rank: int | None = None
    vote: Literal["positive", "negative"] | None = None
    weaknesses: tuple[str, ...] = ()
    suggestion: str = ""
    error: str | None = None


class Chair(BaseModel, frozen=True):
    """The chairman's decision: the draft kept, whether the next question goes broad or deep, and why.

    `scores` are the consensus scores by node id; `dissent` is the standard deviation of the panel on the kept draft;
    `operation` is the one of Evol-Instruct that the chairman was given for the next question, if any, and `advice` what
    that question should be about.
    """

    kept: str
    mode: Literal["breadth", "depth"]
    scores: dict[str, float]
    dissent: float
    reason: str
    operation: str | None = None
    advice: str = ""


class Stop(BaseModel, frozen=True):
    """Why a dialogue ended, and after which turn."""

    rule: str
    turn: int
    reason: str


class Fork(BaseModel, frozen=True):
    """A continuation that was asked for later: it goes on from `node`, and its own messages begin with `first`.

    `id` is a hash of all that decides it, `changed` the settings that differ from the run's, by dotted name. `models`
    names what played each role, and `cast` who took part where the dialogue had no cast for that.
    """

    id: str
    node: str
    first: tuple[str, ...]
    seed: int
    changed: dict[str, Any]
    models: dict[str, str]
    cast: Cast | None = None


class Node(BaseModel, frozen=True):
    """One message of a conversation tree.

    A user's node carries the turn's plan and the passages that Search-Find brought for it (`found`, ids), an
    assistant's its evidence, reviews and, where it was kept, the verdict. `thought` is what a model wrote down before
    the reply, where a method has it think in free text. `flaws` are the marks of poor dialogue (quality checks) that
    survived every attempt. `closes` says that the user takes their leave, and `reason` why a message was pruned. What a
    person said or planned is an `intervention`.
    """

    id: str
    parent: str | None
    order: int
    turn: int
    role: Literal["user", "assistant"]
    agent: str
    kind: Literal["message", "draft", "rewrite", "intervention"] = "message"
    status: Literal["kept", "rejected", "pruned", "failed"] = "kept"
    text: str
    thought: str = ""
    plan: Plan | None = None
    found: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reviews: tuple[Review, ...] = ()
    chair: Chair | None = None
    flaws: tuple[str, ...] = ()
    closes: bool = False
    reason: str = ""
    usage: Usage = Usage()
    seed: int

    def paying(self, usage: Usage) -> "Node":
        """The message, with what else was spent on it."""
        return self.model_copy(update={"usage": self.usage + usage})


class _Scored(Protocol):
    @property
    def scores(self) -> Mapping[Any, int]: ...


class Reviewed(Protocol):
    """A message with what its reviewers gave it."""

    @property
    def reviews(self) -> Sequence[_Scored]: ...


def mean_score(reply: Reviewed) -> float | None:
    """The mean of all of a reply's scores (1 to 5), null where nobody reviewed it."""
    scores = [score for review in reply.reviews for score in review.scores.values()]
    return round(fmean(scores), 4) if scores else None
