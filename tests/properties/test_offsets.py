"""Offsets: whatever the text, passages, sections and quotes say exactly where they stand."""

from hypothesis import assume, given
from hypothesis import strategies as st

from r2s.documents.document import Document
from r2s.documents.normal import normalise, one_line
from r2s.documents.passages import split_passages
from r2s.documents.quotes import find_quote
from r2s.documents.sections import split_document
from tests.properties.strategies import texts

languages = st.sampled_from(["en", "zh"])


@given(st.text())
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert one_line(one_line(text)) == one_line(text)
    assert "\n" not in one_line(text)


@given(texts, languages)
def test_passages_stand_in_order_and_lose_no_word(text: str, language: str) -> None:
    text = normalise(text)
    passages = split_passages(text, language)

    edges = [edge for passage in passages for edge in (passage.start, passage.end)]
    assert edges == sorted(edges)
    assert all(text[passage.start : passage.end].strip() == text[passage.start : passage.end] for passage in passages)
    between = "".join(text[end:start] for end, start in zip([0, *edges[1::2]], [*edges[::2], len(text)], strict=True))
    assert not any(character.isalpha() for character in between)


def document_of(text: str, language: str) -> Document:
    return Document(id="d", title="T", lang=language, source="test", text=text, passages=split_passages(text, language))


@given(st.lists(texts, min_size=1, max_size=8).map("".join), languages, st.integers(20, 300))
def test_sections_are_slices_of_the_whole_and_no_longer_than_they_may_be(
    text: str, language: str, longest: int
) -> None:
    whole = document_of(normalise(text), language)

    sections = split_document(whole, [], longest)

    if sections != [whole]:
        parts = [section.part for section in sections if section.part]
        assert len(parts) == len(sections)
        for section, part in zip(sections, parts, strict=True):
            assert whole.text[part.start : part.end] == section.text
            assert len(section.text) <= longest
            assert all(0 <= passage.start < passage.end <= len(section.text) for passage in section.passages)
        ends = [0, *(part.end for part in parts)]
        starts = [*(part.start for part in parts), len(whole.text)]
        assert all(not whole.text[end:start].strip() for end, start in zip(ends, starts, strict=True))


@given(texts, st.data())
def test_a_piece_of_a_text_is_found_where_it_says_the_same(text: str, data: st.DataObject) -> None:
    text = normalise(text)
    passages = split_passages(text, "en")
    assume(passages)
    passage = data.draw(st.sampled_from(passages))
    quote = text[passage.start : passage.end]

    found = find_quote(quote, text)

    if found is not None and found.match == "exact":
        assert text[found.start : found.end].strip() in quote
    assert found is None or 0 <= found.start <= found.end <= len(text)


@given(texts, texts, st.integers(0, 50), st.integers(0, 200))
def test_a_quote_is_found_within_its_bounds_or_not_at_all(quote: str, text: str, start: int, end: int) -> None:
    found = find_quote(quote, normalise(text), start, end)

    assert found is None or (start <= found.start < found.end <= end)
