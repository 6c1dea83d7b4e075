"""The console that everything for people is printed on: no sign of a document or a reply can steer the terminal."""

import os
import re
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

# What a terminal obeys instead of showing: control characters but line ends and tabs, and what turns the direction of
# all that follows. Each becomes one visible sign, so that offsets stay as they are.
_VISIBLE = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"},
    0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD),
}
_UNSEEN = re.compile("[\x7f-\x9f]")


def harmless(text: str) -> str:
    """The text with a visible sign for each that would steer a terminal; as long as it was."""
    return text.translate(_VISIBLE)


def harmless_json(text: str) -> str:
    """The same JSON, with escapes for the control characters that JSON itself lets through."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _HarmlessConsole(Console):
    """Texts are made harmless before they are laid out, and whatever comes without being a text just before it goes."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        if isinstance(renderable, Text):
            shown = renderable.copy()
            shown.plain = harmless(shown.plain)
            renderable = shown
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=harmless(segment.text))


def open_console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console for standard output or standard error; NO_COLOR means no style of any kind."""
    system = None if os.environ.get("NO_COLOR") else "auto"
    return _HarmlessConsole(stderr=stderr, width=width, color_system=system, highlight=False, emoji=False)
