"""A dialogue as GLLM reads and writes it: the task, the document between tags, and the whole dialogue as compact JSON.

The order of the keys is the order in which GLLM thinks. In the `full` layout that is what A says, the thought, what B
says, the link of the chain. The `brief` one is for small models: the document's passages are numbered, and a turn is
its type, what it stands on, number and words as the prompt has them, then what A and B say. Without thoughts, either
holds what was said and nothing else. One form both writes what is learnt and reads what is generated.
"""

import functools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel

from r2s.documents.document import Passage
from r2s.documents.frames import defuse
from r2s.trees.node import Evidence, LogicType, Plan, Progress

VERSION = "1"
# Between the quotes and the key phrases of a full turn.
_QUOTES, _PHRASES = " … ", "; "
_NUMBERED = re.compile(r"\[(p\d+)\] (.*)", re.DOTALL)
Layout = Literal["full", "brief"]
Unit = Literal["dialogue", "turn"]


class Compact(BaseModel, frozen=True):
    """What is written as one line of JSON, its keys in the order of its fields."""

    def to_json(self) -> str:
        return _json(self.model_dump())


class Thought(Compact, frozen=True):
    """What B thinks before it speaks. `find` is what the document says, null where it says nothing."""

    type: LogicType
    search: str
    find: str | None


class Link(Compact, frozen=True):
    """The link of the chain, less its type, which the thought names."""

    progress: Progress
    process: str
    purpose: str


class Copied(NamedTuple):
    """Words of a passage, as they stand there; the full layout names no passages."""

    passage: str
    quote: str


class FullTurn(Compact, frozen=True):
    id: int
    A: str
    thought: Thought
    B: str
    chain: Link


class FullSaid(Compact, frozen=True):
    id: int
    A: str
    B: str


class BriefTurn(Compact, frozen=True):
    type: LogicType
    find: tuple[str, ...]
    A: str
    B: str


class BriefSaid(Compact, frozen=True):
    A: str
    B: str


GllmTurn = FullTurn | FullSaid | BriefTurn | BriefSaid
Turn = TypeVar("Turn", bound=FullTurn | FullSaid | BriefTurn | BriefSaid)


class Characters(Compact, frozen=True):
    A: str
    B: str


class GllmDialogue(Compact, Generic[Turn], frozen=True):
    """The whole dialogue, as a trained GLLM answers."""

    characters: Characters
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Exchange:
    """What there is to write down of a turn, whatever the form."""

    number: int
    user: str
    assistant: str
    plan: Plan | None
    evidence: Sequence[Evidence]


class Readable(Protocol):
    """A document, or what a tree keeps of one."""

    @property
    def lang(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def passages(self) -> Sequence[Passage]: ...


def task(language: str, unit: Unit = "dialogue", layout: Layout = "full") -> str:
    """The fixed words of the task (`dialogue`, or the next `turn`) in `en` or `zh`."""
    return _tasks(language)["brief" if layout == "brief" else unit]


def request(document: Readable, layout: Layout = "full", **settings: int | str) -> str:
    """What GLLM is asked: settings in JSON, then the document. Documents hold braces, so tags stand around it."""
    said = _json({"lang": document.lang, **settings})
    return f"{said}\n<document>\n{defuse(_shown(document, layout))}\n</document>"


def whole_request(document: Readable, layout: Layout, min_turns: int) -> str:
    """What GLLM is asked for a whole dialogue; in the brief layout the document alone decides how long it gets."""
    return request(document, layout, **({"min_turns": min_turns} if layout == "full" else {}))


def turn_of(exchange: Exchange, layout: Layout) -> GllmTurn:
    """A turn as it is written down; without a plan, what was said and nothing else."""
    return full_turn(exchange) if layout == "full" else _brief_turn(exchange)


def full_turn(exchange: Exchange) -> FullTurn | FullSaid:
    """A turn in the full layout."""
    number, user, reply, plan = exchange.number, exchange.user, exchange.assistant, exchange.plan
    if plan is None:
        return FullSaid(id=number, A=user, B=reply)
    find = _QUOTES.join(span.quote for span in exchange.evidence) or None
    thought = Thought(type=plan.type, search=_PHRASES.join(plan.key_phrases) or user, find=find)
    chain = Link(progress=plan.progress, process=plan.process, purpose=plan.purpose)
    return FullTurn(id=number, A=user, thought=thought, B=reply, chain=chain)


def _brief_turn(exchange: Exchange) -> BriefTurn | BriefSaid:
    if exchange.plan is None:
        return BriefSaid(A=exchange.user, B=exchange.assistant)
    found = tuple(_numbered(span.passage, span.quote) for span in exchange.evidence)
    return BriefTurn(type=exchange.plan.type, find=found, A=exchange.user, B=exchange.assistant)


def plan_of(turn: GllmTurn, number: int, count: int) -> Plan | None:
    """The plan that a turn has written down, null where it has none; a brief one's place tells its progress."""
    if isinstance(turn, FullTurn):
        thought, phrases = turn.thought, turn.thought.search.split(_PHRASES)
        return Plan(type=thought.type, key_phrases=tuple(phrases), **turn.chain.model_dump())
    if isinstance(turn, BriefTurn):
        progress = "starts" if number == 1 else "ends" if number == count else "continues"
        return Plan(type=turn.type, progress=progress, process="", purpose="")
    return None


def copied_in(turn: GllmTurn) -> tuple[Copied, ...]:
    """What a turn says that it stands on."""
    if isinstance(turn, FullTurn):
        return tuple(Copied("", quote) for quote in (turn.thought.find or "").split(_QUOTES) if quote)
    return tuple(map(_copied, turn.find)) if isinstance(turn, BriefTurn) else ()


def _copied(found: str) -> Copied:
    numbered = _NUMBERED.fullmatch(found)
    return Copied(numbered[1], numbered[2]) if numbered else Copied("", found)


def _numbered(passage: str, text: str) -> str:
    """Words of a passage as prompt and answer both have them, so that they are copied in one go."""
    return f"[{passage}] {text}"


def _shown(document: Readable, layout: Layout) -> str:
    if layout == "full":
        return document.text
    return "\n".join(_numbered(part.id, document.text[part.start : part.end]) for part in document.passages)


@functools.cache
def _tasks(language: str) -> dict[str, str]:
    text = resources.files("r2s.trees").joinpath(f"gllm.{language}.md").read_text(encoding="utf-8")
    dialogue, turn, brief = (part.strip() for part in text.split("\n---\n"))
    return {"dialogue": dialogue, "turn": turn, "brief": brief}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
