"""Raw texts in, documents out: reading, normalising, cutting into passages, searching and quoting.

`read_documents` is the door, `read_pairs` that for dialogues; the rest of R2S sees documents and never a file.
"""

from r2s.documents.document import Document, Part, Passage
from r2s.documents.failure import DocumentFailure
from r2s.documents.notes import ReadNote
from r2s.documents.options import ReadOptions
from r2s.documents.pairs import Dialogue, Message, Pair, read_pairs
from r2s.documents.readers import read_documents

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
    "read_documents",
    "read_pairs",
]
