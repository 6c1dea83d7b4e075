"""A command in a terminal of its own, typed into as a person would."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Self

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
# Whatever is waited for comes sooner, also on a machine that has much else to do.
PATIENCE = 90.0


class Terminal:
    """`r2s` with a terminal for its input and output; `wait_for` reads on until some words are there."""

    def __init__(self, *arguments: str | Path) -> None:
        self._own, other = pty.openpty()
        fcntl.ioctl(self._own, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "R2S_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _IN_FOREGROUND, *map(str, arguments)],
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            env={**environment, "TERM": "xterm", "COLUMNS": "120"},
        )
        os.close(other)
        self._unread = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._own)

    def wait_for(self, words: str) -> str:
        """What is shown up to these words."""
        until = time.monotonic() + PATIENCE
        while words not in self._unread:
            assert time.monotonic() < until, self._unread
            assert self._read(), self._unread
        before, _, self._unread = self._unread.partition(words)
        return before + words

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._own, f"{line}\n".encode())

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.write(self._own, b"\x03")

    def end(self) -> int:
        """Read on until the command has ended; its exit code."""
        until = time.monotonic() + PATIENCE
        while self._read() and time.monotonic() < until:
            pass
        return self.process.wait(timeout=PATIENCE)

    def _read(self) -> bool:
        """Read what comes within a second; False once the terminal is closed."""
        if not select.select([self._own], [], [], 1.0)[0]:
            return True
        try:
            found = os.read(self._own, 1 << 16)
        except OSError:
            return False
        self._unread += _CONTROL.sub("", found.decode(errors="replace")).replace("\r", "")
        return bool(found)


# A session has no terminal until one is given to it, and Ctrl-C goes to whoever has one.
_IN_FOREGROUND = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from r2s.cli.app import main
sys.argv[0] = "r2s"
main()
"""
