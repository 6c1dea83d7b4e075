"""Whose turn a call is, among the processes of one machine: locks that the system frees when a process is gone."""

import fcntl
import os
import struct
import sys
import threading
from collections.abc import Collection
from pathlib import Path

from r2s.errors import JournalError


class CallLocks:
    """A byte of a file beside the journal for each call, at a place that its key tells; nothing is written there."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f".{path.name}.calls")
        self._held: set[str] = set()
        self._turn = threading.Lock()
        self._file: int | None = None

    def take(self, keys: Collection[str]) -> set[str]:
        """Those of the calls that nobody is making, in this process or another; now we are."""
        with self._turn:
            taken = {key for key in keys if key not in self._held and self._lock(key, fcntl.F_WRLCK)}
            self._held |= taken
        return taken

    def release(self, keys: Collection[str]) -> None:
        """Let others have those that are ours."""
        with self._turn:
            for key in self._held.intersection(keys):
                self._lock(key, fcntl.F_UNLCK)
                self._held.discard(key)

    def close(self) -> None:
        """Let others have all."""
        with self._turn:
            if self._file is not None:
                os.close(self._file)
            self._file = None
            self._held.clear()

    def _lock(self, key: str, kind: int) -> bool:
        try:
            if self._file is None:
                self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            return _set_lock(self._file, kind, _place(key))
        except OSError as error:
            raise JournalError(
                f"{self.path}: {error.strerror}; a journal needs a folder on a local disk that can be written to"
            ) from None


def _place(key: str) -> int:
    """Two calls at one place, one chance in 10^18, would only wait for each other."""
    return int(key[:15], 16)


def _set_lock(file: int, kind: int, place: int) -> bool:
    """Lock or unlock one byte; False where it is taken.

    The locks of Linux belong to the open file. Elsewhere they belong to the process, in which two journals on one file
    do not see each other's.
    """
    try:
        if sys.platform == "linux":
            fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi", kind, os.SEEK_SET, place, 1, 0))
        else:
            operation = fcntl.LOCK_UN if kind == fcntl.F_UNLCK else fcntl.LOCK_EX | fcntl.LOCK_NB
            fcntl.lockf(file, operation, 1, place, os.SEEK_SET)
    except (BlockingIOError, PermissionError):
        return False
    return True
