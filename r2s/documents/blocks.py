"""Blocks: what a marked-up document is made of, and the plain text that they make."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from r2s.documents.normal import one_line
from r2s.documents.raw import Heading, RawDocument


class Block(NamedTuple):
    """A heading (level 1 to 6), a paragraph (0), or a line of a list or table (`is_line`), which stay together."""

    text: str
    level: int = 0
    is_line: bool = False


def assemble(blocks: Iterable[Block], *, id: str, title: str | None, source: str) -> RawDocument:
    """The blocks as one document; a heading that opens it is its title, where it has no other."""
    kept = [block for block in blocks if block.text.strip()]
    title = one_line(title or "") or None
    if kept and kept[0].level and len(kept) > 1 and (title is None or one_line(kept[0].text) == title):
        title = one_line(kept.pop(0).text)
    headings = tuple(Heading(block.level, one_line(block.text)) for block in kept if block.level)
    return RawDocument(id=id, title=title, text=_joined(kept), source=source, headings=headings)


def _joined(blocks: Sequence[Block]) -> str:
    pieces: list[str] = []
    was_line = False
    for block in blocks:
        if pieces:
            pieces.append("\n" if was_line and block.is_line else "\n\n")
        pieces.append(one_line(block.text) if block.level or block.is_line else block.text)
        was_line = block.is_line
    return "".join(pieces)
