"""What a method starts from: documents, pairs and dialogues, or whichever of them a file holds."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from r2s.documents.document import Document
from r2s.documents.failure import DocumentFailure
from r2s.documents.notes import Tell, say_nothing
from r2s.documents.options import ReadOptions
from r2s.documents.readers import read_documents
from r2s.documents.spoken import read_spoken

Takes = Literal["documents", "pairs", "either"]
_DEFAULTS = ReadOptions()


def read_starts(
    paths: Sequence[Path | str],
    takes: Takes = "documents",
    *,
    limit: int | None = None,
    options: ReadOptions = _DEFAULTS,
    tell: Tell = say_nothing,
) -> Iterator[Document | DocumentFailure]:
    """Documents in the order of the paths; a pair or a dialogue is a document without text that brings `messages`."""
    if takes == "pairs":
        return read_spoken(paths, limit=limit, options=options, tell=tell)
    return read_documents(paths, limit=limit, options=options, tell=tell, pairs_too=takes == "either")
