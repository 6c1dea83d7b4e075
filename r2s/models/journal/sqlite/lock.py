"""Who uses a journal: many at a time to read and write, one alone to make, mend or tidy it."""

from pathlib import Path
from typing import IO

from r2s.errors import JournalError


class JournalLock:
    """A lock on a file beside the journal; the system frees it when a process is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f".{path.name}.lock")
        self._file: IO[str] | None = None

    def take_alone(self) -> bool:
        """Have the journal alone; False where another process, or another part of this one, uses it."""
        import fcntl

        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def share(self) -> None:
        """Have the journal with others; waits while someone has it alone."""
        import fcntl

        self._take(fcntl.LOCK_SH)

    def release(self) -> None:
        """Let others have it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _take(self, how: int) -> bool:
        import fcntl

        try:
            if self._file is None:
                self._file = self.path.open("w")
            fcntl.flock(self._file, how)
        except BlockingIOError:
            return False
        except OSError as error:
            self.release()
            raise JournalError(
                f"{self.path}: {error.strerror}; a journal needs a folder on a local disk that can be written to"
            ) from None
        return True
