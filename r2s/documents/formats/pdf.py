"""PDF files: the text of the pages without running heads, lines joined to paragraphs, headings from the bookmarks."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from r2s.documents.blocks import Block, assemble
from r2s.documents.lines import join_lines
from r2s.documents.names import readable_name
from r2s.documents.normal import one_line
from r2s.documents.opening import SourceFile
from r2s.documents.raw import RawDocument
from r2s.documents.saying import too_long
from r2s.errors import DocumentError

if TYPE_CHECKING:
    from pypdf import PdfReader

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)
_HYPHENATED = re.compile(r"(?<=[a-z])-$")
_ENDS = re.compile(r"[.!?:;。！？：；][”’」』）)\"']*$")
_BULLET = re.compile(r"(?:[•●▪‣◦*–-]|\(?\d{1,2}[.)])\s+")
# A line much shorter than the widest ends its paragraph.
_SHORT = 0.75
# Heads and feet stand on the outermost lines of at least this share of the pages.
_OUTERMOST, _REPEATED, _FEWEST_PAGES = 2, 0.5, 3
_NO_TEXT = "the PDF holds no text (scanned pages?); read it by OCR first, for example with ocrmypdf"
_UNENDING = "the PDF unpacks to more than a text does, over a limit of pypdf; print it to a new PDF, or give its text"
_ENCRYPTED = "encrypted with a password; save it without one (qpdf --decrypt)"


def read_pdf(file: SourceFile) -> RawDocument:
    """A PDF as one document."""
    import pypdf
    from pypdf.errors import LimitReachedError

    try:
        with file.open() as content:
            reader = pypdf.PdfReader(content, strict=False)
            _unlock(reader, file)
            pages = list(_pages(reader, file))
            marks = dict(_bookmarks(reader.outline)) if reader.outline else {}
            title = _metadata_title(reader)
    except DocumentError:
        raise
    except LimitReachedError as error:
        raise file.fail(f"{_UNENDING} ({error})") from None
    except Exception as error:  # A damaged file makes the parser raise almost anything.
        raise file.fail(f"a damaged PDF ({type(error).__name__}: {error}); save or download it again") from None
    blocks = list(_blocks(_without_heads(pages), marks))
    if not blocks:
        raise file.fail(_NO_TEXT)
    return assemble(blocks, id=file.place, title=title or readable_name(file.path.stem), source=file.name)


def _unlock(reader: "PdfReader", file: SourceFile) -> None:
    """Open what only bars printing or copying; raises DocumentError where a password is needed."""
    from pypdf.errors import DependencyError

    if not reader.is_encrypted:
        return
    try:
        is_open = bool(reader.decrypt(""))
    except DependencyError:
        raise file.fail(f"{_ENCRYPTED}; without one, install cryptography to read it") from None
    if not is_open:
        raise file.fail(_ENCRYPTED)


def _pages(reader: "PdfReader", file: SourceFile) -> Iterator[list[str]]:
    limit, length = file.options.max_characters, 0
    for page in reader.pages:
        lines = [line.strip() for line in page.extract_text().split("\n")]
        length += sum(map(len, lines))
        if length > limit:
            raise file.fail(too_long("the PDF", limit))
        yield lines


def _bookmarks(outline: Any, level: int = 1) -> Iterator[tuple[str, int]]:
    for item in outline:
        if isinstance(item, list):
            yield from _bookmarks(item, level + 1)
        elif title := one_line(str(item.title or "")):
            yield title, min(level, 6)


def _metadata_title(reader: "PdfReader") -> str | None:
    """The title that the file gives itself, unless a program gave it one of its own."""
    title = one_line(str((reader.metadata and reader.metadata.title) or ""))
    is_made = re.search(r"^microsoft word|^untitled|\.(?:docx?|tex|dvi|indd|pdf|pptx?)$|^\(?anonymous\)?$", title, re.I)
    return None if is_made else title or None


def _without_heads(pages: Sequence[list[str]]) -> list[list[str]]:
    """The pages without page numbers and without the lines that come back on page after page."""
    filled = [[line for line in page if line] for page in pages]
    seen = Counter(mark for page in filled for mark in {_mark(line) for line in _outermost(page)})
    often = {mark for mark, count in seen.items() if count >= max(_FEWEST_PAGES, _REPEATED * len(pages))}
    return [_trimmed(page, often) for page in pages]


def _outermost(page: list[str]) -> list[str]:
    return page[:_OUTERMOST] + page[-_OUTERMOST:]


def _mark(line: str) -> str:
    return _DIGITS.sub("0", line)


def _trimmed(page: list[str], often: set[str]) -> list[str]:
    page = list(page)
    for end in (0, -1):
        while page and (not page[end] or _mark(page[end]) in often or _PAGE_NUMBER.fullmatch(page[end])):
            page.pop(end)
    return page


def _blocks(pages: Sequence[list[str]], marks: dict[str, int]) -> Iterator[Block]:
    """Paragraphs: a line goes on in the next unless it ends short, or a heading, a bullet or a gap comes between."""
    widest = _usual_width([line for page in pages for line in page])
    held: list[str] = []
    for line in (line for page in pages for line in page):
        level = marks.get(one_line(line), 0)
        if held and (level or not line or _BULLET.match(line) or _ends(held[-1], widest)):
            yield Block(_joined(held))
            held = []
        if level:
            yield Block(line, level)
        elif line:
            held.append(line)
    if held:
        yield Block(_joined(held))


def _usual_width(lines: Sequence[str]) -> int:
    lengths = sorted(len(line) for line in lines if line)
    return lengths[len(lengths) * 3 // 4] if lengths else 0


def _ends(line: str, widest: int) -> bool:
    if _HYPHENATED.search(line):
        return False
    return len(line) < _SHORT * widest and (_ENDS.search(line) is not None or len(line) < widest / 2)


def _joined(lines: Sequence[str]) -> str:
    """One line, a word that was broken at a line's end made whole."""
    joined = lines[0]
    for line in lines[1:]:
        is_broken = _HYPHENATED.search(joined) and line[:1].islower()
        joined = joined[:-1] + line if is_broken else join_lines([joined, line])
    return joined
