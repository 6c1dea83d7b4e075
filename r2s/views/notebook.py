"""Trees in a notebook: the page of a tree in a frame of its own, with an outline for readers that run no script.

The frame has no origin and may do nothing but run the page's script: what strangers wrote cannot reach the notebook.
"""

import html
from collections.abc import Iterable
from typing import Any

from r2s.trees.tree import ConversationTree
from r2s.views.index_page import tree_row
from r2s.views.outline import heading, html_outline, plain_outline
from r2s.views.tree_page import tree_page

# A notebook keeps the page in its file, and its reader loads it in every frame.
LARGEST_PAGE = 3 << 20
_COLUMNS = {
    "document": "Document",
    "method": "Method",
    "turns": "Turns",
    "messages": "Messages",
    "coverage": "Coverage",
    "score": "Score",
    "stop": "Ended by",
}
_HOW = (
    "This tree is too large to be shown in a notebook. Write its page to a file and open that:"
    "<pre>from pathlib import Path\nfrom r2s.views.tree_page import tree_page\n\n"
    'Path("tree.html").write_text(tree_page(tree), encoding="utf-8")</pre>'
)


def tree_bundle(tree: ConversationTree) -> dict[str, str]:
    """What a notebook shows of a tree, by media type."""
    return {"text/html": tree_html(tree), "text/plain": plain_outline(tree)}


def tree_html(tree: ConversationTree) -> str:
    """The page in a frame, and its outline folded; a page of over 3 MiB is left to a file."""
    page = tree_page(tree)
    if len(page.encode()) > LARGEST_PAGE:
        return f"<p>{html.escape(heading(tree))}</p><p>{_HOW}</p>{html_outline(tree)}"
    return f"{_frame(tree, page)}<details><summary>{html.escape(heading(tree))}</summary>{html_outline(tree)}</details>"


def _frame(tree: ConversationTree, page: str) -> str:
    title = html.escape(f"Conversation tree: {tree.document.title or tree.document.id}")
    look = "width:100%;height:680px;border:1px solid #c9ccd1;border-radius:6px"
    return f'<iframe title="{title}" sandbox="allow-scripts" style="{look}" srcdoc="{html.escape(page)}"></iframe>'


class Trees(list[ConversationTree]):
    """Trees as a list that a notebook shows as a table."""

    def __repr__(self) -> str:
        return "\n".join(["  ".join(row) for row in _padded([[*_COLUMNS.values()], *_rows(self)])])

    def _repr_html_(self) -> str:
        head = "".join(f'<th align="left">{name}</th>' for name in ("", *_COLUMNS.values()))
        body = "".join(_table_row(number, row) for number, row in enumerate(_rows(self)))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _table_row(number: int, row: Iterable[str]) -> str:
    cells = "".join(f'<td align="left" dir="auto">{html.escape(told)}</td>' for told in row)
    return f"<tr><th>{number}</th>{cells}</tr>"


def _rows(trees: Iterable[ConversationTree]) -> list[list[str]]:
    return [[_told(name, tree_row(tree, "")[name]) for name in _COLUMNS] for tree in trees]


def _told(name: str, value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.0%}" if name == "coverage" else f"{value:.1f}" if name == "score" else str(value)


def _padded(rows: list[list[str]]) -> list[list[str]]:
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [[told + " " * (width - cell_len(told)) for told, width in zip(row, widths, strict=True)] for row in rows]
