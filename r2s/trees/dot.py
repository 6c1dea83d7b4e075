"""A tree in Graphviz's DOT: `dot -Tsvg` draws it. What was said by others stays text."""

import re
import textwrap
from collections.abc import Iterator

from r2s.trees.node import Node, mean_score
from r2s.trees.tree import ConversationTree

# Chinese signs are twice as wide as letters.
_WIDTH, _WIDE, _LINES = 34, 17, 4
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LOOKS = {
    "user": 'shape=box, fillcolor="#DCEBF7"',
    "kept": 'shape=box, style="filled,rounded", fillcolor="#DDF1E4"',
    "rejected": 'shape=box, style="filled,rounded,dashed", fillcolor="#F4F4F5", fontcolor="#5B616A"',
    "pruned": 'shape=box, style="filled,rounded,dotted", fillcolor="#F4F4F5", fontcolor="#5B616A"',
    "failed": 'shape=box, style="filled,rounded,dotted", fillcolor="#FBE3D6"',
}


def dot(tree: ConversationTree) -> str:
    """The tree from the top down: the beginning of each message in its box, all of it in the box's tooltip."""
    return "\n".join([*_lines(tree), ""])


def _lines(tree: ConversationTree) -> Iterator[str]:
    title = f"{tree.document.title or tree.document.id}\n{tree.method}, {tree.totals.turns} turns"
    yield f"digraph {_quoted(tree.id)} {{"
    yield f'  graph [label={_label(title)}, labelloc=t, ordering=out, fontname="sans-serif"];'
    yield '  node [fontname="sans-serif", fontsize=10, style=filled, color="#8A8F98"];'
    yield '  edge [color="#8A8F98", arrowsize=0.6];'
    width = _WIDE if tree.document.lang.startswith("zh") else _WIDTH
    for node in tree.nodes:
        told = f"label={_label(_told(node, width))}, tooltip={_label(node.text)}"
        yield f"  {_quoted(node.id)} [{told}, {_LOOKS['user' if _is_kept_user(node) else node.status]}];"
    for node in tree.nodes:
        if node.parent is not None:
            style = "penwidth=2" if node.status == "kept" else "style=dashed"
            yield f"  {_quoted(node.parent)} -> {_quoted(node.id)} [{style}];"
    yield "}"


def _is_kept_user(node: Node) -> bool:
    return node.role == "user" and node.status == "kept"


def _told(node: Node, width: int) -> str:
    score = mean_score(node)
    head = f"{node.turn} {node.agent}{'' if score is None else f' · {score:.1f}'}"
    return "\n".join([head, *textwrap.wrap(node.text, width, max_lines=_LINES, placeholder=" …")])


def _label(text: str) -> str:
    """A quoted string that is shown as it stands: Graphviz reads HTML entities in what it shows."""
    return _quoted(text.replace("&", "&amp;")).replace("\n", "\\n")


def _quoted(text: str) -> str:
    """A quoted string; control characters are left out."""
    return '"' + _CONTROL.sub("", text).replace("\\", "\\\\").replace('"', '\\"') + '"'
