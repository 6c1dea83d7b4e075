"""A tree drawn by matplotlib: the dialogue from the top down with its words, drafts and branches beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from r2s.extras import load
from r2s.fonts import drawable, families
from r2s.trees.lines import Line, lines_of
from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Place = tuple[int, int]

# Inches of a row and of a column, and of the words beside them.
_ROW, _COLUMN, _WORDS = 0.27, 0.3, 7.2
_MOST_INCHES = 120
# In columns of a terminal, where a Chinese sign takes two.
_LONGEST = 96
_INK, _GREY, _EDGE = "#222222", "#8A8F98", "#A9AEB6"
# Each kind of message in a colour and a shape, so that it is told apart without the colour as well.
_LOOKS = {
    "user": ("#0072B2", "s", 46),
    "assistant": ("#009E73", "o", 60),
    "rejected": ("#FFFFFF", "o", 34),
    "pruned": ("#E69F00", "D", 26),
    "failed": ("#D55E00", "X", 46),
}


def draw(tree: ConversationTree, ax: Axes | None = None) -> Axes:
    """Draw the tree, in a figure of its own where no `ax` is given; raises `ConfigError` where matplotlib is missing.

    A row is a step of the dialogue. The first dialogue stands at the left with its words behind it; drafts that were
    not kept, and other dialogues, stand right of it. A letter that no installed font has is drawn as a box.
    """
    load("matplotlib", "drawing a tree", "draw")
    places = place_lines(lines_of(tree))
    columns, rows = (1 + max(place[axis] for place in places.values()) for axis in (0, 1))
    ax = ax or _axes(columns, rows)
    _draw_graph(ax, tree, places)
    letters = families()
    for node in next(iter(tree.dialogues()), ()):
        ax.text(columns, places[node.id][1], drawable(_words(node), letters), **_lettering(letters, 8))
    ax.set_title(drawable(_title(tree), letters), loc="left", **_lettering(letters, 10))
    ax.set(xlim=(-0.7, columns + _WORDS / _COLUMN), ylim=(rows - 0.4, -0.6))
    ax.axis("off")
    return ax


def place_lines(lines: Iterable[Line]) -> dict[str, Place]:
    """The column and row of each message: a line keeps to one column, where no other line has any of its rows.

    Of the lines that branch off one, the short stand nearest, each with all that branches off it.
    """
    places: dict[str, Place] = {}
    taken: set[Place] = set()
    for line in _short_first(lines):
        before = places.get(line.nodes[0].parent or "", (-1, -1))
        rows = range(before[1] + 1, before[1] + 1 + len(line.nodes))
        column = before[0] + 1
        while any((column, row) in taken for row in rows):
            column += 1
        taken.update((column, row) for row in rows)
        places.update({node.id: (column, row) for node, row in zip(line.nodes, rows, strict=True)})
    return places


def _short_first(lines: Iterable[Line]) -> Iterator[Line]:
    beside: dict[str | None, list[Line]] = {}
    for line in sorted(lines, key=lambda line: len(line.nodes), reverse=True):
        beside.setdefault(line.parent.nodes[0].id if line.parent else None, []).append(line)
    left = beside.get(None, [])
    while left:
        line = left.pop()
        yield line
        left += beside.get(line.nodes[0].id, [])


def _axes(columns: int, rows: int) -> Axes:
    """Of a figure that a notebook shows by itself."""
    from matplotlib import pyplot

    size = (_COLUMN * columns + _WORDS, min(_MOST_INCHES, _ROW * rows + 0.5))
    return pyplot.figure(figsize=size, layout="constrained").subplots()


def _draw_graph(ax: Axes, tree: ConversationTree, places: dict[str, Place]) -> None:
    import networkx

    kept = {node.id for node in tree.nodes if node.status == "kept"}
    for is_kept, width, style in ((False, 1.0, ":"), (True, 1.8, "-")):
        edges = [edge for edge in tree.graph.edges if (edge[1] in kept) is is_kept]
        networkx.draw_networkx_edges(
            tree.graph, places, edges, width, _EDGE, style=style, ax=ax, arrows=False, hide_ticks=False
        )
    for look, ids in _looks(tree.nodes):
        colour, shape, size = _LOOKS[look]
        networkx.draw_networkx_nodes(
            tree.graph, places, ids, size, colour, shape, linewidths=1, edgecolors=_GREY, ax=ax, hide_ticks=False
        )


def _looks(nodes: Iterable[Node]) -> Iterator[tuple[str, list[str]]]:
    """The messages of each look that there are any of."""
    by_look: dict[str, list[str]] = {}
    for node in nodes:
        by_look.setdefault(node.role if node.status == "kept" else node.status, []).append(node.id)
    yield from by_look.items()


def _lettering(letters: list[str], size: int) -> dict[str, Any]:
    # A dollar sign in what was said is a dollar sign.
    return {"family": letters, "fontsize": size, "color": _INK, "va": "center", "parse_math": False}


def _title(tree: ConversationTree) -> str:
    return _cut(f"{tree.document.title or tree.document.id}: {tree.method}, {tree.totals.turns} turns", _LONGEST // 2)


def _words(node: Node) -> str:
    return _cut(f"{node.turn} {node.role.capitalize()}: {' '.join(node.text.split())}", _LONGEST)


def _cut(text: str, most: int) -> str:
    return text if cell_len(text) <= most else f"{set_cell_size(text, most - 1).rstrip()}…"
