"""The outline of a tree without a script: as plain text, and as a table in HTML for readers that run none."""

import html
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from r2s.trees.lines import Line, lines_of
from r2s.trees.node import Node, mean_score
from r2s.trees.tree import ConversationTree

# What goes beyond is counted: an outline is for a glance, and a notebook keeps it in its file.
MOST_ROWS = 200
_LONGEST, _LONGEST_LINE = 400, 100
# Deeper branches are set in no further.
_DEEPEST = 12


class Row(NamedTuple):
    """A message, and how far it is set in: not at all on the first line, once more on each that branches off."""

    node: Node
    depth: int


def outline_rows(tree: ConversationTree) -> Iterator[Row]:
    """Every message under the one that it answers: first what branches off there, then what goes on along the line."""
    beside: dict[str | None, list[Line]] = {}
    for line in lines_of(tree):
        beside.setdefault(line.nodes[0].parent, []).append(line)
    left = [(line, 0) for line in reversed(beside.pop(None, []))]
    while left:
        line, at = left.pop()
        node = line.nodes[at]
        yield Row(node, min(line.depth, _DEEPEST))
        if at + 1 < len(line.nodes):
            left.append((line, at + 1))
        left += [(other, 0) for other in reversed(beside.get(node.id, []))]


def heading(tree: ConversationTree) -> str:
    """What tree it is, in figures."""
    document, totals = tree.document, tree.totals
    counts = f"{totals.turns} turns, {len(tree.nodes)} messages, {tree.coverage:.0%} covered"
    return f"{document.title or document.id}: {tree.method}, {counts}, ended by {tree.stop.rule}"


def plain_outline(tree: ConversationTree) -> str:
    """A line a message, cut where it is long."""
    return "\n".join([heading(tree), *map(_plain_row, _first(tree)), *_more(tree)])


def html_outline(tree: ConversationTree) -> str:
    """A table with a row a message; only elements that every reader of notebooks lets through."""
    rows = "".join(_html_row(tree, row) for row in _first(tree))
    head = "".join(f'<th align="left">{name}</th>' for name in ("Turn", "Who", "Score", "What was said"))
    more = "".join(f"<p>{html.escape(line)}</p>" for line in _more(tree))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _plain_row(row: Row) -> str:
    node, score = row.node, mean_score(row.node)
    verdict = "" if score is None else f" {score:.1f}"
    words = " ".join(node.text.split())
    return _cut(f"{'    ' * row.depth}{node.turn} {_name(node)}{verdict}: {words}", _LONGEST_LINE)


def _html_row(tree: ConversationTree, row: Row) -> str:
    node, score = row.node, mean_score(row.node)
    said = html.escape(_cut(node.text, _LONGEST))
    quotes = f" <sup>{len(node.evidence)} cited</sup>" if node.evidence and node.status == "kept" else ""
    name, is_kept = html.escape(_name(node)), node.status == "kept"
    cells = (
        f"<td>{node.turn}</td>",
        f'<td align="left">{"&emsp;" * row.depth}{f"<b>{name}</b>" if is_kept else f"<i>{name}</i>"}</td>',
        f"<td>{'' if score is None else f'{score:.1f}'}</td>",
        f'<td align="left" dir="auto" lang="{html.escape(tree.document.lang)}">'
        f"{said if is_kept else f'<i>{said}</i>'}{quotes}</td>",
    )
    return f"<tr>{''.join(cells)}</tr>"


def _first(tree: ConversationTree) -> Iterator[Row]:
    return islice(outline_rows(tree), MOST_ROWS)


def _more(tree: ConversationTree) -> Iterator[str]:
    if len(tree.nodes) > MOST_ROWS:
        yield f"and {len(tree.nodes) - MOST_ROWS} more messages"


def _name(node: Node) -> str:
    return node.role.capitalize() if node.status == "kept" else f"{node.agent}, {node.status}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
