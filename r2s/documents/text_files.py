"""Text and Markdown files: one document a file."""

import re
from pathlib import Path

from r2s.documents.files import check_bytes, decode, open_file
from r2s.documents.lines import unwrap
from r2s.documents.markdown import read_markdown
from r2s.documents.normal import normalise, one_line
from r2s.documents.options import ReadOptions
from r2s.documents.raw import RawDocument
from r2s.errors import DocumentError

TITLE_LENGTH = 80
_STOPS = tuple(".!?;,:…。！？；，：、")
# Names that editors and programs give, and that say nothing of the subject.
_GENERIC = re.compile(
    "article|chapter|content|copy|data|doc|document|en|example|file|index|input|main|new|notes?|output|page|part|passage"
    "|readme|samples?|section|temp|tests?|text|tmp|txt|untitled|zh|文档|文本|文章|新建文本文档|未命名|文件"
)
_HASH = re.compile(r"(?=.*\d)[0-9a-f]{8,}", re.IGNORECASE)
# No character takes more bytes than this in UTF-8, so a file beyond it is too long whatever it holds.
_BYTES_A_CHARACTER = 4


def read_text_file(path: Path, place: str, options: ReadOptions) -> RawDocument:
    text = normalise(decode(_content(path, place, options), place))
    if not text:
        raise DocumentError(place, "the file is empty; give it a text or leave it out")
    title, body = read_markdown(text) if path.suffix.lower() == ".md" else _split_title(text)
    if not body.strip():
        title, body = None, text
    return RawDocument(id=place, title=title or readable_name(path.stem), text=body, source=path.name)


def _content(path: Path, place: str, options: ReadOptions) -> bytes:
    limit = options.max_characters
    with open_file(path, place) as file:
        size = path.stat().st_size
        if size > limit * _BYTES_A_CHARACTER:
            raise DocumentError(place, too_long(f"{size / 1_000_000:,.1f} MB", limit))
        content = file.read(limit * _BYTES_A_CHARACTER + 1)
    if len(content) > limit * _BYTES_A_CHARACTER:
        raise DocumentError(place, too_long("the file", limit))
    check_bytes(content, place)
    return content


def too_long(size: str, limit: int) -> str:
    advice = "split the document, or raise documents.max_characters"
    return f"{size} is over the limit of {limit:,} characters (documents.max_characters); {advice}"


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


def readable_name(stem: str) -> str | None:
    """A file's name as a title, where it names something: `Marie_Curie`, but not `doc-001`."""
    words = re.sub(r"[_\-\s]+", " ", one_line(stem)).split()
    naming = [word for word in words if _names_something(word)]
    return " ".join(words) if naming else None


def _names_something(word: str) -> bool:
    letters = "".join(character for character in word if character.isalpha()).lower()
    return len(letters) > 1 and not _GENERIC.fullmatch(letters) and not _HASH.fullmatch(word)
