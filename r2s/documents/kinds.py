"""What a file really is, whatever its name says: told by its first bytes, then by its name."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from r2s.documents.opening import MEGABYTE, SourceFile
from r2s.documents.suffixes import BY_SUFFIX, Kind
from r2s.errors import DocumentError

_HEAD = 1 << 16
_PACKED = "unpack it and give R2S the files in it"
_UNREAD = (
    (b"\xd0\xcf\x11\xe0", "an old Office file, or an encrypted one; save it as .docx, without a password"),
    (b"\x89PNG", "a picture (PNG), not a text"),
    (b"\xff\xd8\xff", "a picture (JPEG), not a text"),
    (b"GIF8", "a picture (GIF), not a text"),
    (b"7z\xbc\xaf", f"a 7z archive; {_PACKED}"),
    (b"Rar!", f"a RAR archive; {_PACKED}"),
    (b"BZh", f"packed with bzip2; {_PACKED}"),
    (b"\xfd7zXZ", f"packed with xz; {_PACKED}"),
    (b"\x28\xb5\x2f\xfd", f"packed with zstd; {_PACKED}"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV"),
    (b"{\\rtf", "a Rich Text file; save it as .docx or .txt"),
    (b"%!PS", "a PostScript file; convert it to PDF"),
)
_PDF = b"%PDF-"
# Kinds that no text can be, so that a file named as one must be one.
_BINARY: tuple[Kind, ...] = ("pdf", "docx", "epub", "parquet")
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_ZIP_KINDS = (
    ("xl/workbook.xml", "an Excel workbook; save the sheet as CSV"),
    ("ppt/presentation.xml", "a PowerPoint file; save it as PDF or .docx"),
    ("content.xml", "an OpenDocument file; save it as .docx"),
)
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_MARKUP = re.compile(r"\.(?:xml|x?html?|rels|opf|ncx)$", re.IGNORECASE)
_OPENS_LIST = re.compile(rb"\[\s*(?:\{|$)")


def find_kind(file: SourceFile) -> Kind:
    """How to read a file; raises DocumentError for what R2S cannot read, and says what it is."""
    with file.open() as content:
        head = content.read(_HEAD)
    if not head.strip():
        raise file.fail("the file is empty; give it a text or leave it out")
    kind = _by_content(file, head)
    named = BY_SUFFIX.get(file.suffix)
    if kind and named and kind != named:
        file.note(f"read as {kind}, which it is, whatever its name says")
    return kind or named or "text"


def _by_content(file: SourceFile, head: bytes) -> Kind | None:
    for magic, what in _UNREAD:
        if head.startswith(magic):
            raise file.fail(_old_office(file) or what if magic == _UNREAD[0][0] else what)
    if _is_pdf(file, head):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"ARROW1") or file.suffix == ".arrow":
        return "arrow"
    return _text_kind(file, head.removeprefix(b"\xef\xbb\xbf"))


def _is_pdf(file: SourceFile, head: bytes) -> bool:
    """Some programs write a few lines before the mark; in what is named as a text, such lines are a text about PDF."""
    named = BY_SUFFIX.get(file.suffix)
    return head.startswith(_PDF) or (_PDF in head[:1024] and (named is None or named in _BINARY))


def _old_office(file: SourceFile) -> str | None:
    is_encrypted = _ENCRYPTED_OFFICE in file.read()
    return "encrypted with a password; save it without one" if is_encrypted else None


def _text_kind(file: SourceFile, head: bytes) -> Kind | None:
    named = BY_SUFFIX.get(file.suffix)
    if named in _BINARY:
        raise file.fail(f"named {file.suffix}, but it is none; check that it was saved or downloaded whole")
    if _HTML.match(head):
        return "html"
    if named in ("json", "jsonl"):
        return _json_kind(head, named)
    return None


def _json_kind(head: bytes, named: Kind) -> Kind:
    """Both names are used for both: a first line that is whole tells lines of JSON, a list opened tells JSON."""
    lines = [line.strip() for line in head.split(b"\n") if line.strip()]
    if named == "json":
        return "jsonl" if len(lines) > 1 and lines[0][:1] == b"{" and _is_json(lines[0]) else "json"
    is_list = _OPENS_LIST.match(lines[0]) is not None and not (len(lines) > 1 and _is_json(lines[0]))
    return "json" if is_list or lines[0] == b"{" else "jsonl"


def _is_json(line: bytes) -> bool:
    import orjson

    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _zip_kind(file: SourceFile) -> Kind:
    try:
        with file.open() as content, zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
            is_encrypted = any(entry.flag_bits & 1 for entry in archive.infolist())
    except DocumentError:
        raise
    except Exception as error:  # A damaged archive makes the library raise almost anything.
        raise file.fail(f"a damaged archive ({error}); save or download it again") from None
    if is_encrypted:
        raise file.fail(f"an encrypted archive; {_PACKED}")
    if "word/document.xml" in names:
        return "docx"
    if "META-INF/container.xml" in names:
        return "epub"
    raise file.fail(next((what for name, what in _ZIP_KINDS if name in names), f"a zip archive; {_PACKED}"))


@contextmanager
def open_archive(file: SourceFile) -> Iterator[zipfile.ZipFile]:
    """A zip file whose content is no larger than may be read; raises DocumentError for one that is."""
    with file.open() as content, zipfile.ZipFile(content) as archive:
        size = sum(entry.file_size for entry in archive.infolist()) / MEGABYTE
        limit = file.options.max_megabytes
        if size > limit:
            raise file.fail(f"it unpacks to {size:,.0f} MB, over the limit of {limit:,.0f} (documents.max_megabytes)")
        file.check_markup(sum(entry.file_size for entry in archive.infolist() if _MARKUP.search(entry.filename)))
        yield archive
