"""EPUB books: the chapters in reading order."""

import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from r2s.documents.blocks import Block, assemble
from r2s.documents.encodings import decode
from r2s.documents.formats.html import blocks_of, parse
from r2s.documents.kinds import open_archive
from r2s.documents.names import readable_name
from r2s.documents.opening import SourceFile
from r2s.documents.raw import RawDocument
from r2s.errors import DocumentError

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts may be scrambled without the book being locked.
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = ("application/xhtml+xml", "text/html")


def read_epub(file: SourceFile) -> RawDocument:
    """A book as one document; its cover and contents pages come along where the book counts them as text."""
    with open_archive(file) as archive:
        try:
            if _is_locked(archive):
                raise file.fail("the book is locked (DRM); R2S cannot read it")
            title, pages = _package(archive)
            blocks = [block for page in pages for block in _page(archive, page, file)]
        except DocumentError:
            raise
        except Exception as error:  # A damaged file makes the parsers below raise almost anything.
            raise file.fail(f"a damaged EPUB file ({type(error).__name__}: {error}); download it again") from None
    document = assemble(blocks, id=file.place, title=title or readable_name(file.path.stem), source=file.name)
    if not document.text:
        raise file.fail("the book holds no text; one of pictures must be read by OCR first")
    return document


def _is_locked(archive: zipfile.ZipFile) -> bool:
    if _ENCRYPTION not in archive.namelist():
        return False
    methods = _xml(archive, _ENCRYPTION).iterfind(".//{*}EncryptionMethod")
    return any(method.get("Algorithm") not in _FONTS for method in methods)


def _package(archive: zipfile.ZipFile) -> tuple[str | None, list[str]]:
    """The book's title and its pages in reading order."""
    root = _xml(archive, _CONTAINER).find(".//{*}rootfile")
    path = root.get("full-path", "") if root is not None else ""
    package = _xml(archive, path)
    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    spine = [items[ref.get("idref")] for ref in package.iterfind(".//{*}spine/{*}itemref") if ref.get("idref") in items]
    folder = posixpath.dirname(path)
    pages = [
        posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in spine
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    ]
    # A page that the spine names again and again would make a book without end.
    return package.findtext(".//{*}metadata/{*}title"), list(dict.fromkeys(pages))


def _page(archive: zipfile.ZipFile, name: str, file: SourceFile) -> Iterator[Block]:
    text, _ = decode(archive.read(name), f"{file.place}/{name}", None)
    body = parse(text).find("body")
    if body is not None:
        yield from blocks_of(body)


def _xml(archive: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)
