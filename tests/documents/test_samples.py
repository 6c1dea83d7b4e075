"""The documents that ship with R2S are read well and give enough to talk about."""

from pathlib import Path

import r2s
from r2s.documents import Document, read_documents

SAMPLES = Path(r2s.__file__).parent.parent / "configs" / "samples"


def test_every_shipped_document_reads_well() -> None:
    documents = list(read_documents([SAMPLES]))

    assert all(isinstance(document, Document) for document in documents)
    assert len(documents) == 6


def test_every_shipped_document_has_a_title_and_sentences_enough() -> None:
    for document in read_documents([SAMPLES]):
        assert isinstance(document, Document)
        assert document.title
        assert 800 <= len(document.text) <= 3_000
        assert 9 <= len(document.passages) <= 14
