"""What a method starts from: documents, pairs and dialogues, or whichever of them a file holds."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from r2s.documents.document import Document
from r2s.documents.failure import DocumentFailure
from r2s.documents.notes import Tell, say_nothing
from r2s.documents.options import ReadOptions
from r2s.documents.pairs import Dialogue, Pair, raw_of, read_pairs
from r2s.documents.readers import make_document, read_documents
from r2s.errors import DocumentError

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
    if takes != "pairs":
        yield from read_documents(paths, limit=limit, options=options, tell=tell, pairs_too=takes == "either")
        return
    for item in read_pairs(paths, limit=limit, options=options, tell=tell):
        yield item if isinstance(item, DocumentFailure) else _to_recycle(item, options)


def _to_recycle(item: Pair | Dialogue, options: ReadOptions) -> Document | DocumentFailure:
    if not any(message.role == "assistant" for message in item.messages):
        return DocumentFailure(item.id, "there is no answer to rewrite; r2s run --method review takes it as a seed")
    try:
        return make_document(raw_of(item), item.id, options)
    except DocumentError as error:
        return DocumentFailure.of(error)
