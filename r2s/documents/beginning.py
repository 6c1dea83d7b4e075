"""The beginning of a document, for those who cannot read all of a long one."""

from r2s.documents.document import Document


def beginning(document: Document, longest: int) -> Document:
    """The document up to its last whole passage within `longest` characters, at least one; offsets stay as they are."""
    if len(document.text) <= longest:
        return document
    kept = tuple(part for part in document.passages if part.end <= longest) or document.passages[:1]
    changes = {"text": document.text[: kept[-1].end], "passages": kept}
    return Document.model_validate({**dict(document), **changes})
