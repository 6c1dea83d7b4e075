"""What a report is made of, whatever its form: headings, paragraphs, lists, tables and figures, all of plain text."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """`is_notice` marks what nobody should overlook."""

    text: str
    is_notice: bool = False


@dataclass(frozen=True)
class Points:
    """A list."""

    items: Sequence[str]


@dataclass(frozen=True)
class Commands:
    """Lines to be typed."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Grid:
    """A table; the first `names` columns hold names, the others numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    names: int = 1


@dataclass(frozen=True)
class Picture:
    """A figure that lies in the folder `figures`, by its name."""

    name: str
    title: str
    caption: str


Block = Heading | Paragraph | Points | Commands | Grid | Picture
