"""The outline of a tree: what lists and tables tell of it, read from its line without the texts."""

from typing import Literal

from pydantic import BaseModel, Field

from r2s.trees.node import Stop
from r2s.trees.tree import SCHEMA, Totals, read_line


class DocumentOutline(BaseModel, frozen=True):
    id: str
    title: str | None
    lang: str


class ReviewOutline(BaseModel, frozen=True):
    scores: dict[str, int]


class ChairOutline(BaseModel, frozen=True):
    dissent: float


class NodeOutline(BaseModel, frozen=True):
    """A message without what it says."""

    id: str
    parent: str | None
    role: str
    status: str
    reviews: tuple[ReviewOutline, ...]
    chair: ChairOutline | None
    flaws: tuple[str, ...]


class TreeOutline(BaseModel, frozen=True):
    """The fields of a `ConversationTree` that need no text; nothing here checks that its parts fit together."""

    schema_: Literal["r2s.tree/1"] = Field(default=SCHEMA, alias="schema")
    id: str
    method: str
    replicate: int
    stop: Stop
    document: DocumentOutline
    nodes: tuple[NodeOutline, ...]
    coverage: float
    totals: Totals


def read_outline(line: bytes, where: str) -> TreeOutline:
    """The outline of the tree in one line of JSON, in a third of the time that the tree takes; or `TreeError`."""
    return read_line(TreeOutline, line, where)
