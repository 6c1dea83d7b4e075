"""A terminal for tests: a command under a pseudo-terminal, what it wrote, and what stays on the screen of it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass

_MOVES = re.compile(r"\x1b\[(\d*)([A-Za-z])|\x1b\[\?25([lh])")


@dataclass(frozen=True)
class Session:
    """What a command wrote, and its exit code."""

    written: str
    code: int

    @property
    def screen(self) -> list[str]:
        """The lines that are left when all that was written has been obeyed; enough of a terminal for Rich."""
        return screen_of(self.written)

    @property
    def has_cursor(self) -> bool:
        """Whether the cursor can be seen at the end."""
        return self.written.rfind("\x1b[?25l") <= self.written.rfind("\x1b[?25h")


def play(
    *arguments: object,
    columns: int = 100,
    rows: int = 30,
    when: Callable[[str], signal.Signals | None] = lambda written: None,
    **environment: str,
) -> Session:
    """Run `r2s` on a terminal; `when` sees what was written so far, and gives the signal that a key would send."""
    terminal, screen = pty.openpty()
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    command = [sys.executable, "-m", "r2s", *map(str, arguments)]
    written = b""
    with subprocess.Popen(command, stdin=screen, stdout=screen, stderr=screen, env=_environment(environment)) as child:
        os.close(screen)
        while block := _read(terminal):
            written += block
            if (key := when(written.decode(errors="replace"))) is not None:
                child.send_signal(key)
    os.close(terminal)
    return Session(written.decode(errors="replace"), child.returncode)


def _environment(more: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "R2S_", "LESS"))}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "PAGER", "MANPAGER"):
        kept.pop(name, None)
    return {**kept, "TERM": "xterm-256color", **more}


def _read(terminal: int) -> bytes:
    if not select.select([terminal], [], [], 120)[0]:
        raise TimeoutError("nothing was written for two minutes")
    try:
        return os.read(terminal, 65536)
    except OSError:
        # Linux says so when the other side is closed.
        return b""


def screen_of(written: str) -> list[str]:
    """The lines that a terminal shows at the end, without styles; nothing scrolls away."""
    lines, row, column, place = [""], 0, 0, 0
    while place < len(written):
        if move := _MOVES.match(written, place):
            count, kind = int(move[1] or 1), move[2]
            if kind == "A":
                row = max(0, row - count)
            elif kind == "K":
                lines[row] = ""
            place = move.end()
            continue
        sign = written[place]
        if sign == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        elif sign == "\r":
            column = 0
        elif sign == "\x1b":
            place = written.index("m", place)
        else:
            lines[row] = lines[row][:column].ljust(column) + sign + lines[row][column + 1 :]
            column += 1
        place += 1
    return [line.rstrip() for line in lines]
