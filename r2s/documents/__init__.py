"""Raw texts in, documents out: reading, normalising, cutting into passages, searching and quoting.

`read_documents` is the door, `read_pairs` that for dialogues, `read_starts` the one for what a method takes; the rest
of R2S sees documents and never a file.
"""

from r2s.documents.document import Document, Part, Passage
from r2s.documents.failure import DocumentFailure
from r2s.documents.notes import ReadNote
from r2s.documents.options import ReadOptions
from r2s.documents.pairs import Dialogue, Message, Pair, read_pairs
from r2s.documents.readers import read_documents
from r2s.documents.starts import Takes, read_starts

__all__ = [
    "Dialogue",
    "Document",
    "DocumentFailure",
    "Message",
    "Pair",
    "Part",
    "Passage",
    "ReadNote",
    "ReadOptions",
    "Takes",
    "read_documents",
    "read_pairs",
    "read_starts",
]
