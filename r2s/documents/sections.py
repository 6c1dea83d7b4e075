"""Sections: a long document cut where its parts, paragraphs or sentences end, with exact offsets into the whole."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from r2s.documents.document import Document, Part, Passage
from r2s.documents.normal import one_line
from r2s.documents.raw import Heading

_LINE = re.compile(r"[^\n]+")
# A section is at least this share of its even size, unless nothing ends there.
_SHORTEST = 0.6
_PARAGRAPH, _LINE_END, _SENTENCE = 10, 11, 12


class _Cut(NamedTuple):
    """A place where the text may be cut; the lower the rank, the better."""

    start: int
    rank: int


def split_document(document: Document, headings: Sequence[Heading], longest: int | None) -> list[Document]:
    """The document itself where it is short enough, else its sections in order; `text[start:end]` of it is theirs."""
    if longest is None or len(document.text) <= longest:
        return [document]
    titles = _find_headings(document.text, headings)
    spans = list(_spans(document, _cuts(document, titles), longest))
    return [_section(document, number, len(spans), span, titles) for number, span in enumerate(spans, 1)]


def _find_headings(text: str, headings: Sequence[Heading]) -> list[tuple[int, Heading]]:
    """Where the headings stand: the lines that read like them."""
    by_text = {heading.text: heading for heading in headings}
    lines = ((line.start(), by_text.get(one_line(line.group()))) for line in _LINE.finditer(text) if by_text)
    return [(start, heading) for start, heading in lines if heading]


def _cuts(document: Document, titles: Sequence[tuple[int, Heading]]) -> list[_Cut]:
    ranks = {passage.start: _SENTENCE for passage in document.passages}
    for line in _LINE.finditer(document.text):
        ranks[line.start()] = _PARAGRAPH if document.text[line.start() - 2 : line.start()] == "\n\n" else _LINE_END
    ranks |= {start: heading.level for start, heading in titles}
    return [_Cut(start, ranks[start]) for start in sorted(ranks)]


def _spans(document: Document, cuts: Sequence[_Cut], longest: int) -> Iterator[tuple[int, int]]:
    start, end = 0, len(document.text)
    while end - start > longest:
        even = (end - start) / -(-(end - start) // longest)
        cut = _best(cuts, start, even, longest) or _word_end(document.text, start, longest)
        yield start, cut
        start = cut
    yield start, end


def _word_end(text: str, start: int, longest: int) -> int:
    """Where the last whole word ends; in the middle of one that is longer than a section."""
    space = text.rfind(" ", start + 1, start + longest)
    return space + 1 if space > start else start + longest


def _best(cuts: Sequence[_Cut], start: int, even: float, longest: int) -> int | None:
    """The best place to cut near where sections would be even; null where nothing ends there."""
    first = bisect_left(cuts, (start + int(_SHORTEST * even) or start + 1,))
    last = bisect_left(cuts, (start + longest + 1,))
    near = cuts[max(first, bisect_left(cuts, (start + 1,))) : last]
    return min(near, key=lambda cut: (cut.rank, abs(cut.start - start - even)), default=_Cut(0, 0)).start or None


def _section(
    whole: Document, number: int, count: int, span: tuple[int, int], titles: Sequence[tuple[int, Heading]]
) -> Document:
    start = span[0] + len(whole.text[slice(*span)]) - len(whole.text[slice(*span)].lstrip())
    end = span[0] + len(whole.text[slice(*span)].rstrip())
    inside = [passage for passage in whole.passages if passage.start < end and passage.end > start]
    passages = tuple(
        Passage(id=f"p{place}", start=max(passage.start, start) - start, end=min(passage.end, end) - start)
        for place, passage in enumerate(inside, 1)
    )
    return whole.model_copy(
        update={
            "id": f"{whole.id}#{number}",
            "title": _title(whole, start, titles),
            "text": whole.text[start:end],
            "passages": passages,
            "part": Part(whole=whole.id, number=number, count=count, start=start, end=end),
        }
    )


def _title(whole: Document, start: int, titles: Sequence[tuple[int, Heading]]) -> str | None:
    """The title of the whole, with that of the part in which the section begins."""
    before = [heading.text for position, heading in titles if position <= start]
    names = dict.fromkeys(name for name in (whole.title, *before[-1:]) if name)
    return ("：" if whole.language == "zh" else ": ").join(names) or None
