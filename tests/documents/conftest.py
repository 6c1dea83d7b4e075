"""Reading in the tests: everything that comes, with what was said on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from r2s.documents import Document, DocumentFailure, ReadNote, ReadOptions, read_documents


class Reading:
    """What came of reading some paths."""

    def __init__(self, paths: tuple[Path | str, ...], settings: dict[str, Any]) -> None:
        self.notes: list[ReadNote] = []
        items = list(read_documents(paths, options=ReadOptions(**settings), tell=self.notes.append))
        self.documents = [item for item in items if isinstance(item, Document)]
        self.failures = [item for item in items if isinstance(item, DocumentFailure)]

    @property
    def document(self) -> Document:
        assert not self.failures, self.failures
        (document,) = self.documents
        return document

    @property
    def failure(self) -> DocumentFailure:
        assert not self.documents, self.documents
        (failure,) = self.failures
        return failure

    @property
    def said(self) -> str:
        return "; ".join(note.message for note in self.notes)


@pytest.fixture
def reading() -> Callable[..., Reading]:
    """Read paths under some settings."""
    return lambda *paths, **settings: Reading(paths, settings)
