"""A report as one HTML file: no network, no script, everything from outside escaped, figures inside."""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources
from pathlib import Path

from r2s.experiments.reports.blocks import Block, Commands, Grid, Heading, Paragraph, Picture, Points

_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+")


def page(title: str, blocks: Iterable[Block], figures: Path) -> str:
    """The whole page; `figures` is the folder of its SVG files."""
    style = resources.files("r2s.experiments.reports").joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    body = "\n".join(_written(block, figures) for block in blocks)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _written(block: Block, figures: Path) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{_text(text)}</h{level}>"
        case Paragraph(text, is_notice):
            return f'<p class="notice">{_text(text)}</p>' if is_notice else f"<p>{_text(text)}</p>"
        case Points(items):
            return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in items)}</ul>"
        case Commands(lines):
            return f"<pre><code>{escape(chr(10).join(lines))}</code></pre>"
        case Grid(head, rows, names):
            return _table(head, rows, names)
        case Picture(name, title, caption):
            return _figure(figures / f"{name}.svg", title, caption)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], names: int) -> str:
    heads = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in head)
    lines = "".join(f"<tr>{_row(row, names)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'


def _row(cells: Sequence[str], names: int) -> str:
    said = (f'<th scope="row">{_text(cell)}</th>' for cell in cells[:names])
    counted = (f"<td>{_text(cell)}</td>" for cell in cells[names:])
    return "".join((*said, *counted))


def _figure(path: Path, title: str, caption: str) -> str:
    data = base64.b64encode(path.read_bytes()).decode()
    image = f'<img alt="{escape(title)}" src="data:image/svg+xml;base64,{data}">'
    return f"<figure>{image}<figcaption>{_text(caption)}</figcaption></figure>"


def _text(text: str) -> str:
    """Escaped, and Chinese marked as such, so that it is set in Chinese fonts."""
    return _HAN.sub(lambda found: f'<span lang="zh">{found[0]}</span>', escape(text))
