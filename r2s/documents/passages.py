"""Cutting a text into passages: its sentences, with exact code-point offsets."""

import re
from collections.abc import Iterable, Iterator

from r2s.documents.document import Passage

# A sentence longer than this is cut again where its clauses meet, into parts of a third of it at least.
LONGEST = {"en": 400, "zh": 150}
_CLAUSES = {
    # Four small letters before the stop: no title or unit that is cut short, and so the end of a quoted sentence.
    "en": re.compile(r";\s+|(?<=[a-z]{4})[.!?][\"”’']*\s+(?=[\"“‘A-Z])"),
    "zh": re.compile(r"[；;]|[。！？][”’」』）)》]*(?![”’」』）)》，、；。！？])"),
}
# sentencex takes a stop before a digit for a decimal point, in Chinese as well.
_STOP_BEFORE_DIGIT = re.compile(r"[。！？][”’」』）)》]*(?=\d)")
# sentencex takes time with the square of a line's length, so a book in one line is given in stretches.
_STRETCH = 1000
_OPENERS, _CLOSERS = "“‘「『（(《", "”’」』）)》"
_STRAIGHT = "\"'"
_NUMBERING = re.compile(r"\W*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s*")
_FOOTNOTE = re.compile(r"\s*(?:\[[^\]]{1,20}\]\s*)+")
_CHINESE_INITIAL = re.compile(r"(?<![A-Za-z0-9])(?:\d{1,2}|[A-Za-z]{1,3})\.\s*$")
_BULLET = re.compile(r"\s*(?:[-*+•●◦▪–]\s+)?")

Span = tuple[int, int]


def split_passages(text: str, language: str) -> tuple[Passage, ...]:
    """The sentences of `text` in order; headings and list items, which end with a line, are passages of their own."""
    spans = [span for line in _lines(text, language) for span in _sentences(text, line, language)]
    return tuple(Passage(id=f"p{number}", start=start, end=end) for number, (start, end) in enumerate(spans, 1))


def _lines(text: str, language: str) -> Iterator[Span]:
    for match in re.finditer(r"[^\n]+", text):
        start, end = match.span()
        while end - start > 2 * _STRETCH:
            cut = _stretch_end(text, start, language)
            yield start, cut
            start = cut
        yield start, end


def _stretch_end(text: str, start: int, language: str) -> int:
    """Where a sentence ends between one and two stretches further on; else where a word ends."""
    middle, last = start + _STRETCH, start + 2 * _STRETCH
    stop = _CLAUSES.get(language, _CLAUSES["en"]).search(text, middle, last)
    return stop.end() if stop else max(text.rfind(" ", middle, last), middle - 1) + 1


def _sentences(text: str, line: Span, language: str) -> Iterator[Span]:
    for span in _mended(text, _boundaries(text[line[0] : line[1]], line[0], language), language):
        for cut in _digit_cuts(text, span) if language == "zh" else [span]:
            for clause in _clauses(text, cut, language):
                if trimmed := _trim(text, clause):
                    yield trimmed


def _boundaries(line: str, offset: int, language: str) -> Iterator[Span]:
    import sentencex

    position = 0
    # The compiled module tells type checkers nothing of what it holds.
    for sentence in sentencex.segment(language, line):  # pyright: ignore[reportAttributeAccessIssue]
        start = line.index(sentence, position)
        position = start + len(sentence)
        yield offset + start, offset + position


def _mended(text: str, spans: Iterable[Span], language: str) -> Iterator[Span]:
    """The spans with quotation marks given back to the sentence they belong to, and wrong cuts undone."""
    held: Span | None = None
    for span in spans:
        if held:
            seam = _seam(text, held, span)
            held, span = (held[0], seam), (seam, span[1])
            if _belong_together(text, held, span, language):
                span = (held[0], span[1])
            else:
                yield held
        held = span
    if held:
        yield held


def _seam(text: str, before: Span, after: Span) -> int:
    """Where two sentences really meet: behind the closing marks of the first, before the opening ones of the second."""
    seam = after[0]
    while seam < after[1] and _closes(text, seam):
        seam += 1
    if seam > after[0]:
        return seam
    seam = before[0] + len(text[before[0] : seam].rstrip())
    while seam - 1 > before[0] and _opens(text, seam - 1):
        seam -= 1
    return seam


def _closes(text: str, position: int) -> bool:
    is_straight = text[position] in _STRAIGHT and not text[position + 1 : position + 2].strip()
    return is_straight or text[position] in _CLOSERS


def _opens(text: str, position: int) -> bool:
    is_straight = text[position] in _STRAIGHT and text[position - 1].isspace()
    return is_straight or text[position] in _OPENERS


def _belong_together(text: str, before: Span, after: Span, language: str) -> bool:
    if before[0] == before[1] or after[0] == after[1]:
        return True
    if _NUMBERING.fullmatch(text, *before) or _FOOTNOTE.fullmatch(text, *after):
        return True
    return language == "zh" and bool(_CHINESE_INITIAL.search(text[max(before[0], before[1] - 6) : before[1]]))


def _digit_cuts(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    for match in _STOP_BEFORE_DIGIT.finditer(text, start, end):
        if match.end() < end and not _is_open(text[start : match.end()]):
            yield start, match.end()
            start = match.end()
    yield start, end


def _is_open(piece: str) -> bool:
    return sum(map(piece.count, _OPENERS)) > sum(map(piece.count, _CLOSERS))


def _clauses(text: str, span: Span, language: str) -> Iterator[Span]:
    start, end = span
    longest = LONGEST.get(language, LONGEST["en"])
    if end - start > longest:
        for match in _CLAUSES.get(language, _CLAUSES["en"]).finditer(text, start, end):
            if min(match.end() - start, end - match.end()) >= longest // 3:
                yield start, match.end()
                start = match.end()
    yield start, end


def _trim(text: str, span: Span) -> Span | None:
    start, end = span
    bullet = _BULLET.match(text, start, end)
    start = bullet.end() if bullet else start
    end = start + len(text[start:end].rstrip())
    has_matter = any(character.isalnum() for character in text[start:end])
    return (start, end) if has_matter else None
