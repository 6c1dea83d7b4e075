"""The state of one dialogue as it goes through a graph: data only, so that it can be saved and replayed."""

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

# Where it comes from `typing`, pydantic makes no schema of it before Python 3.12, and LangGraph Studio asks for one.
from typing_extensions import TypedDict

from r2s.agents.reviewer import Ballot
from r2s.agents.scene import Scene
from r2s.documents.document import Document, Passage
from r2s.errors import AnswerError
from r2s.models.prompt import Line
from r2s.policies.branching import Room
from r2s.policies.steering import Mode
from r2s.trees.node import Cast, Node, Plan, Stop
from r2s.usage import Usage

Entry = Literal["next", "plan", "say", "again"]
"""How play begins: with the next turn; with the user, who speaks by a given plan; with the reply to what a person said;
or with another reply to a question."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A sibling of the kept reply that is carried on, or, where it has its `stop` already, ends a dialogue of its own.

    `room` is its share of what the tree may still grow; the rest is where the chairman steers from here.
    """

    leaf: str
    stop: Stop | None
    room: Room
    turn: int
    mode: Mode | None
    advice: str
    dug: int


class DialogueState(TypedDict):
    """What a dialogue is made of.

    `nodes` is the dialogue so far by id, with its drafts: what is written later under an id replaces what was there.
    `leaf` is the last kept message and `asked` the user's message that this turn answers. `ballots` are kept by
    `ballot_key`. Play begins as `enter` says; the first message that it adds has `siblings` before it.
    `limit` is how many nodes and calls this dialogue may come to, with all that is still to branch off it.
    """

    document: Document
    cast: Cast
    seed: int
    nodes: Annotated[dict[str, Node], operator.or_]
    ballots: Annotated[dict[str, Ballot], operator.or_]
    overhead: Usage
    turn: int
    leaf: str | None
    asked: str
    plan: Plan
    found: tuple[Passage, ...]
    mode: Mode | None
    advice: str
    dug: int
    closed: bool
    stop: Stop | None
    enter: Entry
    siblings: int
    limit: Room | None
    branches: Annotated[tuple[Branch, ...], operator.add]


class DialogueEnd(TypedDict):
    """What a graph returns; LangGraph reads it after every step, so it holds no more than a tree needs."""

    cast: Cast
    nodes: dict[str, Node]
    leaf: str | None
    overhead: Usage
    stop: Stop | None
    branches: tuple[Branch, ...]


class CandidateState(DialogueState):
    """What a fanned-out candidate gets: the moment, and which of the candidates it is."""

    number: int


class ReviewerState(DialogueState):
    """What a fanned-out reviewer gets: the moment, and which seat of the panel it has."""

    seat: int


_NO_PLAN = Plan(type="question-answer", progress="starts", process="", purpose="")


def opening_state(document: Document, cast: Cast, seed: int) -> DialogueState:
    """The state before the first turn."""
    return DialogueState(
        document=document,
        cast=cast,
        seed=seed,
        nodes={},
        ballots={},
        overhead=Usage(),
        turn=0,
        leaf=None,
        asked="",
        plan=_NO_PLAN,
        found=(),
        mode=None,
        advice="",
        dug=0,
        closed=False,
        stop=None,
        enter="next",
        siblings=0,
        limit=None,
        branches=(),
    )


def ballot_key(asked: str, reviewer: str) -> str:
    """Where a reviewer's ballot on the answers to a message is kept: a string, so that the state can go into JSON."""
    return f"{asked}/{reviewer}"


def path_to(nodes: Mapping[str, Node], leaf: str | None) -> list[Node]:
    """The messages from the root to `leaf`; none before the first turn."""
    path: list[Node] = []
    while leaf is not None:
        path.append(nodes[leaf])
        leaf = nodes[leaf].parent
    return path[::-1]


def lines(path: Iterable[Node]) -> tuple[Line, ...]:
    """The messages as a transcript."""
    return tuple(Line(node.role, node.text) for node in path)


def scene_of(state: DialogueState) -> Scene:
    """The moment as the next speaker finds it: everything said up to the last kept message."""
    return Scene(
        document=state["document"],
        cast=state["cast"],
        transcript=lines(path_to(state["nodes"], state["leaf"])),
        turn=state["turn"],
        seed=state["seed"],
    )


def calls_of(nodes: Iterable[Node]) -> int:
    """How many replies of models went into these messages."""
    return sum(node.usage.replies for node in nodes)


def ended_by(state: DialogueState, error: AnswerError, turn: int, what: str) -> dict[str, Any]:
    """The end of a dialogue after `turn`, as somebody had nothing to say; what that cost belongs to no message."""
    stop = Stop(rule="failed_turn", turn=turn, reason=f"{what}: {error}")
    return {"overhead": state["overhead"] + error.usage, "stop": stop}
