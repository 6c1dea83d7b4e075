"""Files that were made to eat memory: refused, the limit and its setting named, and never held."""

import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pyarrow
import pyarrow.parquet
import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from tests.documents.files import ENGLISH, write_epub

MEGABYTE = 1_000_000
# What reading may take on top of the process itself; each of these files is or becomes at least as large.
MOST = 260 * MEGABYTE


def _stream(path: Path, *pieces: tuple[bytes, int]) -> Path:
    with (gzip.open if path.suffix == ".gz" else open)(path, "wb") as file:
        for piece, times in pieces:
            for _ in range(times):
                file.write(piece)
    return path


def _archive(path: Path, name: str, content: Callable[[bytes], bytes]) -> Path:
    """A Word file in which one member is another."""
    whole, packed = docx.Document(), io.BytesIO()
    whole.add_paragraph(ENGLISH)
    whole.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for member in source.namelist():
            read = source.read(member)
            out.writestr(member, content(read) if member == name else read)
    return path


def markup_docx(folder: Path) -> Path:
    more = b"<w:p/>" * (60 * MEGABYTE // 6)
    return _archive(
        folder / "a.docx", "word/document.xml", lambda xml: xml.replace(b"<w:sectPr", more + b"<w:sectPr", 1)
    )


def laughing_docx(folder: Path) -> Path:
    entities = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    kind = f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>'.encode()
    return _archive(
        folder / "a.docx",
        "word/document.xml",
        lambda xml: xml.replace(b"?>", b"?>" + kind, 1).replace(ENGLISH.encode(), ENGLISH.encode() + b"&l9;"),
    )


def large_epub(folder: Path) -> Path:
    return write_epub(folder / "a.epub", [("Ada", "x" * (25 * MEGABYTE))])


def large_html(folder: Path) -> Path:
    return _stream(folder / "a.html.gz", (b"<html><body>", 1), (b"<b></b>" * 1000, 5000))


def swollen_pdf(folder: Path) -> Path:
    writer, stream = PdfWriter(), DecodedStreamObject()
    stream.set_data(b"BT (a) Tj ET" + b" " * (80 * MEGABYTE))
    page = writer.add_blank_page(612, 792)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject()})
    writer.write(folder / "a.pdf")
    return folder / "a.pdf"


def long_line(folder: Path) -> Path:
    return _stream(folder / "a.jsonl", (b'{"text": "', 1), (b"a" * MEGABYTE, 100), (b'"}', 1))


def long_text(folder: Path) -> Path:
    """A gigabyte in one line, which takes no room on the disk."""
    path = folder / "a.txt"
    with path.open("wb") as file:
        file.write(ENGLISH.encode() * 1000)
        file.truncate(1000 * MEGABYTE)
    return path


def string_json(folder: Path) -> Path:
    return _stream(folder / "a.json", (b'[{"text": "', 1), (b"a" * MEGABYTE, 60), (b'"}]', 1))


def numbers_json(folder: Path) -> Path:
    return _stream(folder / "a.json", (b'[{"text": "a", "more": [0', 1), (b",0" * 500_000, 40), (b"]}]", 1))


def deep_json(folder: Path) -> Path:
    return _stream(folder / "a.json", (b'[{"text": ', 1), (b"[" * 200_000, 1), (b"]" * 200_000, 1), (b"}]", 1))


def line_csv(folder: Path) -> Path:
    return _stream(folder / "a.csv", (b"text,b\n", 1), (b"a" * MEGABYTE, 60))


def header_csv(folder: Path) -> Path:
    return _stream(folder / "a.csv", (b"a" * MEGABYTE, 60))


def cells_csv(folder: Path) -> Path:
    return _stream(folder / "a.csv", (b"text,b\n", 1), (b'"\n",' * 1000, 12_000))


def dictionary_parquet(folder: Path) -> Path:
    texts = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([0] * 1000, pyarrow.int32()), pyarrow.array(["a" * (20 * MEGABYTE)])
    )
    path = folder / "a.parquet"
    pyarrow.parquet.write_table(
        pyarrow.table({"text": texts}), path, compression="zstd", dictionary_pagesize_limit=1 << 30
    )
    return path


BOMBS = [
    (markup_docx, "20 MB of markup", "documents.max_characters"),
    (laughing_docx, "entity amplification", "a damaged Word file"),
    (large_epub, "20 MB of markup", "documents.max_characters"),
    (large_html, "20 MB of markup", "documents.max_characters"),
    (swollen_pdf, "over a limit of pypdf", "unpacks to more than a text does"),
    (long_line, "the line is over the limit of 1,000,000", "documents.max_characters"),
    (long_text, "is over the limit of 1,000,000", "documents.max_characters"),
    (string_json, "is over the limit of 1,000,000", "documents.max_characters"),
    (numbers_json, "an element is over the limit of 1,000,000", "documents.max_characters"),
    (deep_json, "more than 100 deep", "write them flat"),
    (line_csv, "a record is over the limit of 1,000,000", "documents.max_characters"),
    (header_csv, "a record is over the limit of 1,000,000", "documents.max_characters"),
    (cells_csv, "a record is over the limit of 1,000,000", "documents.max_characters"),
    (dictionary_parquet, "the row is over the limit of 1,000,000", "documents.max_characters"),
]
_READING = """
import json, resource, sys
from r2s.documents import Document, read_documents
for kind in ("docx", "pypdf", "lxml.html", "pyarrow.parquet", "ijson"):
    __import__(kind)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    found = next(read_documents([path]))
    took = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(json.dumps({"took": took, "said": "" if isinstance(found, Document) else found.message}))
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What is said of each of the files, and the most memory that was in use by then, all in one process."""
    paths = {bomb.__name__: bomb(tmp_path_factory.mktemp(bomb.__name__)) for bomb, *_ in BOMBS}
    done = subprocess.run(
        [sys.executable, "-c", _READING, *map(str, paths.values())], capture_output=True, text=True, check=True
    )
    return dict(zip(paths, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize(("bomb", "limit", "advice"), BOMBS, ids=[bomb.__name__ for bomb, *_ in BOMBS])
@pytest.mark.xdist_group("limits")
def test_a_file_that_would_eat_the_memory_is_refused_with_its_limit(
    bomb: Callable[[Path], Path], limit: str, advice: str, read: dict[str, dict[str, Any]]
) -> None:
    found = read[bomb.__name__]

    assert limit in found["said"]
    assert advice in found["said"]
    assert found["took"] < MOST


def test_a_page_that_its_spine_names_a_thousand_times_is_read_once(tmp_path: Path, reading) -> None:
    path = write_epub(tmp_path / "a.epub", [("Ada", ENGLISH)])
    fat = tmp_path / "fat.epub"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(fat, "w") as out:
        for name in source.namelist():
            read = source.read(name)
            out.writestr(name, read.replace(b'<itemref idref="i0"/>', b'<itemref idref="i0"/>' * 1000))

    assert reading(fat).document.text.count(ENGLISH) == 1


def test_a_page_of_marginal_parts_takes_no_longer_than_its_size(tmp_path: Path) -> None:
    """Each part was once measured against the whole page, which was measured anew for each."""
    from lxml import etree, html  # pyright: ignore[reportAttributeAccessIssue]

    from r2s.documents.formats.html import blocks_of

    class Counting(Iterator[str]):
        texts = 0

        def __init__(self, texts: Iterator[str]) -> None:
            self._texts = texts

        def __next__(self) -> str:
            Counting.texts += 1
            return next(self._texts)

    class Page(html.HtmlElement):
        def itertext(self, *tags: str, with_tail: bool = True) -> Iterator[str]:
            return Counting(super().itertext(*tags, with_tail=with_tail))

    parser = html.HTMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=Page))
    page = html.document_fromstring(f"<body><p>{ENGLISH}</p>" + "<i class=nav>a</i>" * 2000, parser=parser)

    assert [block.text for block in blocks_of(page)] == [ENGLISH]
    assert Counting.texts < 20_000
