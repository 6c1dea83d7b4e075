"""The beginning of a document: whole passages, the same offsets."""

import pytest

from r2s.documents.beginning import beginning
from tests.conftest import lighthouse


def test_a_document_that_fits_is_given_back_as_it_is():
    document = lighthouse()

    assert beginning(document, len(document.text)) is document


@pytest.mark.parametrize("longest", [1, 60, 111, 112, 200])
def test_it_ends_with_the_last_passage_that_fits(longest: int):
    document = lighthouse()

    cut = beginning(document, longest)

    assert document.text.startswith(cut.text)
    assert cut.passages == document.passages[: len(cut.passages)]
    assert cut.text.endswith(cut.passage_text(cut.passages[-1]))
    assert len(cut.text) <= longest or len(cut.passages) == 1
    assert len(cut.passages) == 1 or document.passages[len(cut.passages)].end > longest


def test_what_was_computed_for_the_whole_is_not_taken_over():
    document = lighthouse()
    whole = document.specific_words

    assert beginning(document, 60).specific_words < whole
    assert beginning(document, 60).sha256 != document.sha256
