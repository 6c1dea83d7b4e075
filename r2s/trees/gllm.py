"""A dialogue as GLLM reads and writes it: the task, the document between tags, and the whole dialogue as compact JSON.

The order of the keys is the order in which GLLM thinks: what A says, the thought, what B says, the link of the chain.
"""

import functools
import json
from importlib import resources

from pydantic import BaseModel

from r2s.trees.node import LogicType, Progress

VERSION = "1"


class Thought(BaseModel, frozen=True):
    """What B thinks before it speaks. `find` is what the document says, null where it says nothing."""

    type: LogicType
    search: str
    find: str | None


class Link(BaseModel, frozen=True):
    """The link of the chain, less its type, which the thought names."""

    progress: Progress
    process: str
    purpose: str


class GllmTurn(BaseModel, frozen=True):
    """One exchange; a dialogue without chain (`direct`) has neither thoughts nor links."""

    id: int
    A: str
    thought: Thought | None = None
    B: str
    chain: Link | None = None

    def to_json(self) -> str:
        """One line of JSON; what is not there is left out, `find` excepted."""
        return _compact(self)


class Characters(BaseModel, frozen=True):
    A: str
    B: str


class GllmDialogue(BaseModel, frozen=True):
    """The whole dialogue, as a trained GLLM answers."""

    characters: Characters
    turns: tuple[GllmTurn, ...]

    def to_json(self) -> str:
        """One line of JSON; what is not there is left out, `find` excepted."""
        return _compact(self)


def task(language: str, unit: str = "dialogue") -> str:
    """The fixed words of the task (`dialogue`, or the next `turn`) in `en` or `zh`."""
    return _tasks(language)[unit]


def request(language: str, document: str, **settings: int | str) -> str:
    """What GLLM is asked: settings in JSON, then the document. Documents hold braces, so tags stand around it."""
    said = json.dumps({"lang": language, **settings}, ensure_ascii=False, separators=(",", ":"))
    return f"{said}\n<document>\n{document}\n</document>"


@functools.cache
def _tasks(language: str) -> dict[str, str]:
    text = resources.files("r2s.trees").joinpath(f"gllm.{language}.md").read_text(encoding="utf-8")
    dialogue, turn = (part.strip() for part in text.split("\n---\n"))
    return {"dialogue": dialogue, "turn": turn}


def _compact(model: BaseModel) -> str:
    return json.dumps(model.model_dump(exclude_unset=True), ensure_ascii=False, separators=(",", ":"))
