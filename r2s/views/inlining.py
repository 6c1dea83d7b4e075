"""Pages of one file: a template, styles, scripts and data joined so that the page opens from disk without a network.

What a page shows was written by strangers: it goes in as JSON that no parser of HTML can take for a tag, and the
page's policy lets nothing run, load or be sent but the script that R2S put there.
"""

import base64
import functools
import gzip
import hashlib
import html
import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.metadata import version

# Above this size data goes in packed; a browser unpacks it faster than it reads it from a disk.
PACKED_FROM = 1 << 20
GENERATOR = '<meta name="generator" content="r2s">'

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class Look:
    """What a page is made of beside its data: a template, styles and scripts, in their order.

    A page that `is_served` may ask the server that it came from, and nobody else.
    """

    template: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    is_served: bool = False

    @cached_property
    def style(self) -> str:
        return _joined(self.styles)

    @cached_property
    def script(self) -> str:
        """The files of a page share one scope, which is no other script's."""
        return f'"use strict";\n(() => {{\n{_joined(self.scripts)}\n}})();\n'

    @cached_property
    def policy(self) -> str:
        """What a browser lets the page do."""
        served = "connect-src 'self'; " if self.is_served else ""
        return (
            f"default-src 'none'; script-src '{_hash(self.script)}'; style-src '{_hash(self.style)}'; img-src data:; "
            f"{served}base-uri 'none'; form-action 'none'"
        )


def fill_page(look: Look, *, title: str, lang: str, data: str) -> str:
    """The page of a look and of data in HTML (`data_element`)."""
    return "".join(page_parts(look, title=title, lang=lang, data=data))


def page_parts(look: Look, *, title: str, lang: str, data: str = "") -> tuple[str, str]:
    """The page up to the end of its data, and what comes after: a long page is written as its data come."""
    filling = {
        "title": html.escape(title),
        "lang": html.escape(lang),
        "generator": GENERATOR,
        "policy": look.policy,
        "style": look.style,
        "script": look.script,
    }
    template = source(look.template).replace("{{head}}", source("head.html"))
    before, after = (_SLOT.sub(lambda slot: filling[slot[1]], part) for part in template.split("{{data}}"))
    return before + data, after


def data_element(value: object) -> str:
    """Data as an element that the page's script reads: JSON, packed with gzip where it is long."""
    text = to_json(value)
    if len(text) < PACKED_FROM:
        return f'<script type="application/json" id="data">{text}</script>'
    packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
    return f'<script type="application/json" id="data" data-packed="gzip">{packed}</script>'


def to_json(value: object) -> str:
    """JSON in which no sign stands that HTML or JavaScript would take for the end of it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES).replace("\0", "\\u0000")


@functools.cache
def generator() -> str:
    """What made a page, with its version."""
    return f"r2s {version('r2s-dialogues')}"


@functools.cache
def source(name: str) -> str:
    """A file of `r2s/views/page`, or of `r2s/views/vendor` where it is named so."""
    folder, _, file = name.rpartition("/")
    return resources.files(f"r2s.views.{folder or 'page'}").joinpath(file).read_text(encoding="utf-8")


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(map(source, names))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
