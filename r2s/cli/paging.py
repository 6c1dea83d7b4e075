"""Long output through the reader's pager, as git does it: only on a terminal, and only where it does not fit."""

import os
import sys
from collections.abc import Callable

from rich.console import Console

# Leave at once where all fits after all, keep colours, keep what was shown on the screen.
LESS = "FRX"


def page(draw: Callable[[Console], None], *, pager: bool) -> None:
    """Let `draw` print on standard output; where that is wanted, what is longer than the terminal goes to $PAGER."""
    from r2s.views.console import open_console

    console = open_console()
    if not (pager and sys.stdout.isatty() and sys.stdin.isatty()):
        return draw(console)
    with console.capture() as captured:
        draw(console)
    text = captured.get()
    if text.count("\n") < console.height:
        sys.stdout.write(text)
        return
    from rich.pager import SystemPager

    os.environ.setdefault("LESS", LESS)
    SystemPager().show(text)
