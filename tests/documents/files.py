"""Small files of each format, written by the libraries that write them in earnest, or byte by byte."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

ENGLISH = "The lighthouse was finished in 1882. Its keeper, Ada Moss, lit the lamp every evening for thirty years."
CHINESE = "这座灯塔在1882年完工。守塔人每天傍晚点亮塔上的灯，一共点了三十年。"

_CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def write_pdf(
    path: Path, pages: Sequence[Sequence[str]], *, bookmarks: Sequence[str] = (), password: str | None = None
) -> Path:
    """A PDF of pages of lines; `bookmarks` all point to the first page."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 10 Tf 12 TL 50 740 Td {shown}ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    for title in bookmarks:
        writer.add_outline_item(title=title, page_number=0)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


def write_docx(path: Path, rows: Sequence[Sequence[str]] = (("Year", "Keeper"), ("1882", "Moss"))) -> Path:
    """A Word file with a title, a heading, a list and a table of these rows; a cell `<` is merged with the one before."""
    document = docx.Document()
    document.core_properties.title = ""
    document.add_heading("Moss Point", 0)
    document.add_paragraph(ENGLISH)
    document.add_heading("The tower", 1)
    document.add_paragraph("oil", style="List Bullet")
    document.add_paragraph("wool", style="List Bullet")
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for number, text in enumerate(cells):
            if text == "<":
                row.cells[number - 1].merge(row.cells[number])
            else:
                row.cells[number].text = text
    document.save(str(path))
    return path


def write_epub(path: Path, chapters: Sequence[tuple[str, str]], *, encryption: str | None = None) -> Path:
    """A book of chapters (heading, text) whose files are not in reading order."""
    names = [f"c{len(chapters) - number}.xhtml" for number in range(len(chapters))]
    items = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml"/>' for number, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>The Keepers</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        if encryption:
            archive.writestr(
                "META-INF/encryption.xml", f'<e><EncryptionMethod xmlns="x" Algorithm="{encryption}"/></e>'
            )
        for name, (heading, text) in zip(names, chapters, strict=True):
            page = f"<html><body><h1>{heading}</h1><p>{text}</p></body></html>"
            archive.writestr(f"OEBPS/{name}", page)
    return path
