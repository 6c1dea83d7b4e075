"""Raw texts in, documents out: reading, normalising, cutting into passages, searching and quoting.

`read_documents` is the door; the rest of R2S sees documents and never a file.
"""

from r2s.documents.document import Document, Passage
from r2s.documents.failure import DocumentFailure
from r2s.documents.options import ReadOptions
from r2s.documents.readers import read_documents

__all__ = ["Document", "DocumentFailure", "Passage", "ReadOptions", "read_documents"]
