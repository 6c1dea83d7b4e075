"""Text and Markdown files: one document a file."""

import re

from r2s.documents.encodings import UTF8, decode
from r2s.documents.lines import unwrap
from r2s.documents.markdown import Marked, read_markdown
from r2s.documents.names import readable_name
from r2s.documents.normal import normalise, one_line
from r2s.documents.opening import MEGABYTE, SourceFile
from r2s.documents.raw import Heading, RawDocument
from r2s.documents.saying import too_long

TITLE_LENGTH = 80
_STOPS = tuple(".!?;,:…。！？；，：、")
_CHAPTER = re.compile(
    r"(?:(?:chapter|part|book)[ .]+(?:\d{1,3}|[ivxlc]{1,7})\b|第[零一二三四五六七八九十百\d]{1,5}[章回卷部篇]).{0,60}",
    re.IGNORECASE,
)
# No character takes more bytes than this in any encoding, so a file beyond it is too long whatever it holds.
_BYTES_A_CHARACTER = 4


def read_text(file: SourceFile) -> RawDocument:
    """A plain text: its first line is the title where it looks like one, lines that an editor broke are joined."""
    text = _text(file)
    title, body = _split_title(text)
    headings = tuple(Heading(1, one_line(line)) for line in body.split("\n") if _CHAPTER.fullmatch(line.strip()))
    return _document(file, Marked(title, body, headings))


def read_marked(file: SourceFile) -> RawDocument:
    """A Markdown text without its marks."""
    text = _text(file)
    marked = read_markdown(text)
    return _document(file, marked if marked.text.strip() else Marked(None, text, ()))


def _document(file: SourceFile, marked: Marked) -> RawDocument:
    title = marked.title or readable_name(
        file.path.with_suffix("").stem if file.path.suffix == ".gz" else file.path.stem
    )
    return RawDocument(id=file.place, title=title, text=marked.text, source=file.name, headings=marked.headings)


def _text(file: SourceFile) -> str:
    content, encoding = decode(_content(file), file.place, file.options.encoding)
    if not encoding.startswith(UTF8):
        file.note(f"read as {encoding}")
    text = normalise(content)
    if not text:
        raise file.fail("the file is empty; give it a text or leave it out")
    return text


def _content(file: SourceFile) -> bytes:
    limit = file.options.max_characters
    size = file.path.stat().st_size
    if size > limit * _BYTES_A_CHARACTER:
        raise file.fail(too_long(f"{size / MEGABYTE:,.1f} MB", limit))
    with file.open() as opened:
        content = opened.read(limit * _BYTES_A_CHARACTER + 1)
    if len(content) > limit * _BYTES_A_CHARACTER:
        raise file.fail(too_long("the file", limit))
    return content


def _split_title(text: str) -> tuple[str | None, str]:
    first, _, rest = text.partition("\n")
    is_set_apart = rest.startswith("\n")
    if rest.strip() and _is_heading(first) and (is_set_apart or _heads(first, rest)):
        return one_line(first), unwrap(rest.strip("\n"))
    return None, unwrap(text)


def _is_heading(line: str) -> bool:
    return 0 < len(line) <= TITLE_LENGTH and not line.rstrip("”’」』）)\"' ").endswith(_STOPS)


def _heads(first: str, rest: str) -> bool:
    """Whether the line heads what follows without a blank line: the next is no heading, and far longer."""
    following = rest.partition("\n")[0]
    return not _is_heading(following) and len(following) >= 2 * len(first) and not following[:1].islower()
