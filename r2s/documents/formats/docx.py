"""Word files: paragraphs, headings, list items and table rows."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from r2s.documents.blocks import Block, assemble
from r2s.documents.kinds import open_archive
from r2s.documents.names import readable_name
from r2s.documents.opening import SourceFile
from r2s.documents.raw import RawDocument

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


def read_docx(file: SourceFile) -> RawDocument:
    """A Word file as a document; notes, comments and page headers are left out."""
    import docx

    with open_archive(file):
        pass
    try:
        with file.open() as content:
            opened = docx.Document(content)
        blocks = list(_blocks(opened.iter_inner_content()))
        title = opened.core_properties.title or _marked_title(blocks) or None
    except Exception as error:  # A damaged file makes the parsers below raise almost anything.
        raise file.fail(f"a damaged Word file ({type(error).__name__}: {error}); save it again") from None
    kept = [block for block in blocks if block.level >= 0]
    document = assemble(kept, id=file.place, title=title or readable_name(file.path.stem), source=file.name)
    if not document.text:
        raise file.fail("the Word file holds no text; give it one or leave it out")
    return document


def _marked_title(blocks: list[Block]) -> str | None:
    return next((block.text for block in blocks if block.level == _TITLE), None)


# Level of what the style Title marks; it is the document's title and no heading.
_TITLE = -1


def _blocks(content: "Iterator[Paragraph | Table]") -> Iterator[Block]:
    for item in content:
        if hasattr(item, "rows"):
            yield from _rows(item)  # pyright: ignore[reportArgumentType]
        elif text := item.text.strip():  # pyright: ignore[reportAttributeAccessIssue]
            style = (item.style.name or "") if item.style is not None else ""
            yield Block(text, _level(style), is_line=style.startswith("List"))


def _level(style: str) -> int:
    if style == "Title":
        return _TITLE
    heading = _HEADING.fullmatch(style)
    return min(int(heading[1]), 6) if heading else 0


def _rows(table: "Table") -> Iterator[Block]:
    for row in table.rows:
        # A merged cell is given once for every column it spans.
        cells = {cell._tc: " ".join(cell.text.split()) for cell in row.cells}
        yield Block(_joined(list(cells.values())), is_line=True)


def _joined(cells: list[str]) -> str:
    """A row in one line; an empty cell keeps its place before those that follow it."""
    while cells and not cells[-1]:
        cells.pop()
    return ", ".join(cells)
