"""A report in Markdown, its figures beside it."""

import re
from collections.abc import Iterable, Sequence

from r2s.experiments.reports.blocks import Block, Commands, Grid, Heading, Paragraph, Picture, Points
from r2s.samples.markdown import table

# Whatever a name of a document or a setting holds, it is text and no markup.
_MARKS = re.compile(r"([\\`*<>\[\]]|(?<!\w)_|_(?!\w))")


def markdown(blocks: Iterable[Block]) -> str:
    """The report as one text."""
    return "\n\n".join(map(_written, blocks)) + "\n"


def _written(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {_escaped(text)}"
        case Paragraph(text, is_notice):
            return f"> {_escaped(text)}" if is_notice else _escaped(text)
        case Points(items):
            return "\n".join(f"- {_escaped(item)}" for item in items)
        case Commands(lines):
            return "\n".join(f"    {line}" for line in lines)
        case Grid(head, rows):
            return table(_cells(head), map(_cells, rows))
        case Picture(name, title, caption):
            image = f"![{_escaped(title)}](figures/{name}.svg)"
            return f"{image}\n\n*{_escaped(caption)}* ([data](figures/{name}.csv))"


def _cells(cells: Sequence[str]) -> list[str]:
    return [_escaped(cell) for cell in cells]


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
