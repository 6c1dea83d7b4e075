"""The folder of a desk: questions, the answers beside them, and what people have decided; written whole or not at all.

KEY.question.json    a question that is open; it is removed once its answer is in the journal
KEY.answer.json      what somebody has answered, until the run has taken it
control.json         whether the run is paused, and who has taken over what
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from r2s.errors import ConfigError, RunError
from r2s.models.desk.control import Control
from r2s.models.desk.question import Given, Question

_KEY = re.compile(r"[0-9a-f]{32}")
_QUESTION, _ANSWER = ".question.json", ".answer.json"

Read = TypeVar("Read", bound=BaseModel)
Stamp = tuple[int, int]


class DeskFolder:
    """The files of a desk; nothing is made before there is something to write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._control = path / "control.json"

    def questions(self) -> list[Question]:
        """What is open, oldest first."""
        read = (_read(path, Question) for path in self.path.glob(f"*{_QUESTION}"))
        return sorted((question for question in read if question), key=lambda question: (question.asked, question.key))

    def question(self, key: str) -> Question | None:
        """An open question by its key, or by the only one that begins so."""
        if _KEY.fullmatch(key):
            return _read(self._file(key, _QUESTION), Question)
        found = [question for question in self.questions() if key and question.key.startswith(key)]
        return found[0] if len(found) == 1 else None

    def ask(self, question: Question) -> None:
        """Put a question; an answer that was given while nobody played stays beside it."""
        self._write(self._file(question.key, _QUESTION), question)

    def refuse(self, question: Question) -> None:
        """Put a question again, with what was wrong with its answer."""
        self.ask(question)
        self._file(question.key, _ANSWER).unlink(missing_ok=True)

    def give(self, key: str, given: Given) -> bool:
        """Lay an answer beside its question; False where somebody else has answered in the meantime."""
        if not self._file(key, _QUESTION).exists():
            return False
        with self._written(given) as temporary:
            try:
                # A link is made only where nothing stands: of two answers at once the first is taken.
                os.link(temporary, self._file(key, _ANSWER))
            except FileExistsError:
                return False
        return True

    def given(self, key: str) -> Given | None:
        """The answer that waits to be taken."""
        return _read(self._file(key, _ANSWER), Given)

    def has_answer(self, key: str) -> bool:
        """Whether an answer waits to be taken."""
        return self._file(key, _ANSWER).exists()

    def settle(self, key: str) -> None:
        """Forget a question and its answer; whoever waits looks for the answer first."""
        for kind in (_QUESTION, _ANSWER):
            self._file(key, kind).unlink(missing_ok=True)

    def clear(self, *, answers: bool) -> None:
        """Forget what is open; with `answers`, everything."""
        for path in self.path.glob("*" if answers else f"*{_QUESTION}"):
            path.unlink(missing_ok=True)
        if answers:
            with suppress(OSError):
                self.path.rmdir()

    def stamp(self) -> Stamp | None:
        """What changes whenever the decisions do; None where there are none."""
        try:
            found = self._control.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def control(self) -> Control:
        """What people have decided; a file that is none counts as no decision."""
        return _read(self._control, Control) or Control()

    def change(self, change: Callable[[Control], Control]) -> Control:
        """Decide something, one at a time."""
        import fcntl

        self._make()
        with (self.path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            changed = change(self.control())
            self._write(self._control, changed)
        return changed

    def _file(self, key: str, kind: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ConfigError(f"{key!r} is no question's key, which has 32 hexadecimal digits")
        return self.path / f"{key}{kind}"

    def _write(self, path: Path, value: BaseModel) -> None:
        with self._written(value) as temporary:
            os.replace(temporary, path)

    @contextmanager
    def _written(self, value: BaseModel) -> Iterator[Path]:
        """A file of its own for each writer, put in its place by a rename or a link."""
        self._make()
        descriptor, name = tempfile.mkstemp(dir=self.path, prefix=".", suffix=".tmp")
        try:
            with open(descriptor, "wb") as file:
                file.write(value.model_dump_json(by_alias=True).encode("utf-8", "surrogatepass"))
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"cannot write to {self.path}: {error.strerror}") from None


def _read(path: Path, kind: type[Read]) -> Read | None:
    """What a file holds; None where it is gone, or is not as it was written."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
