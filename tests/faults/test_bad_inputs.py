"""Documents that cannot be read: each is told in `errors.jsonl`, the others are played, and the run ends with 3."""

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LIGHTHOUSE
from tests.documents.files import write_epub, write_pdf

GOOD = f"Skerry lighthouse\n\n{LIGHTHOUSE}\n"


def _write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def _zip(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


DOCUMENTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "an empty file": (lambda folder: _write(folder / "a.txt", ""), "the file is empty"),
    "a file of blanks": (lambda folder: _write(folder / "a.md", " \n\n"), "the file is empty"),
    "a binary file": (lambda folder: _write(folder / "a.txt", bytes(range(8)) * 500), "binary"),
    "a picture": (lambda folder: _write(folder / "a.txt", b"\x89PNG\r\n\x1a\n" + bytes(99)), "a picture (PNG)"),
    "a line that is no JSON": (lambda folder: _write(folder / "a.jsonl", "{no json\n"), "no JSON"),
    "a row without a text": (
        lambda folder: _write(folder / "a.jsonl", _lines({"text": LIGHTHOUSE}, {"name": "x"})),
        "the row has no text",
    ),
    "a text that is a number": (
        lambda folder: _write(folder / "a.jsonl", _lines({"text": LIGHTHOUSE}, {"text": 5})),
        "not a string",
    ),
    "rows without any text": (lambda folder: _write(folder / "a.jsonl", _lines({"n": 1})), "no field holds texts"),
    "a document of one word": (lambda folder: _write(folder / "a.txt", "Lighthouse"), "too little to talk about"),
    "a document that is too long": (
        lambda folder: _write(folder / "a.txt", LIGHTHOUSE * 4000),
        "over the limit of 1,000,000",
    ),
    "the same id twice": (
        lambda folder: _write(folder / "a.jsonl", _lines(*2 * [{"id": "x", "text": LIGHTHOUSE}])),
        "the id 'x' was read before",
    ),
    "a language that is not spoken": (
        lambda folder: _write(folder / "a.txt", "Маяк построили в 1844 году. Его башня высотой сорок восемь метров."),
        "not in a language",
    ),
    "a damaged PDF": (lambda folder: _write(folder / "a.pdf", b"%PDF-1.7\nnothing more"), "damaged PDF"),
    "a PDF with a password": (
        lambda folder: write_pdf(folder / "a.pdf", [[LIGHTHOUSE]], password="secret"),
        "encrypted with a password",
    ),
    "a PDF without text": (lambda folder: write_pdf(folder / "a.pdf", [[]]), "holds no text"),
    "a text named .pdf": (lambda folder: _write(folder / "a.pdf", GOOD), "named .pdf, but it is none"),
    "a text named .docx": (lambda folder: _write(folder / "a.docx", GOOD), "named .docx, but it is none"),
    "a text named .parquet": (lambda folder: _write(folder / "a.parquet", GOOD), "named .parquet, but it is none"),
    "half a zip": (lambda folder: _write(folder / "a.docx", b"PK\x03\x04half"), "damaged archive"),
    "a zip of anything": (lambda folder: _zip(folder / "a.docx", a="b"), "a zip archive"),
    "an Excel workbook": (lambda folder: _zip(folder / "a.docx", xl__workbook="") and _excel(folder), "Excel workbook"),
    "a locked book": (
        lambda folder: write_epub(folder / "a.epub", [("A", LIGHTHOUSE)], encryption="http://locked"),
        "locked (DRM)",
    ),
    "a damaged table": (lambda folder: _write(folder / "a.parquet", b"PAR1" + bytes(50)), "damaged .parquet"),
    "gzip that breaks off": (lambda folder: _write(folder / "a.txt", b"\x1f\x8b\x08\x00broken"), "gzip"),
    "pairs for documents": (
        lambda folder: _write(folder / "a.jsonl", _lines({"instruction": "Name a cape.", "output": "Cape Horn."})),
        "instruction pairs (Alpaca), not documents",
    ),
    "JSON that breaks off": (lambda folder: _write(folder / "a.json", '[{"text": "' + LIGHTHOUSE), "no JSON"),
}


def _excel(folder: Path) -> Path:
    (folder / "a.docx").unlink()
    with zipfile.ZipFile(folder / "a.docx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    return folder / "a.docx"


@pytest.mark.parametrize(("arrange", "said"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_that_cannot_be_read_is_told_and_the_others_are_played(r2s, tmp_path, arrange, said) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    _write(docs / "good.txt", GOOD)
    arrange(docs)

    ended = r2s("run", docs, "-o", tmp_path / "run", "--turns", "1", "--reviewers", "0")

    (error, *_) = map(json.loads, (tmp_path / "run" / "errors.jsonl").read_text(encoding="utf-8").splitlines())
    trees = map(json.loads, (tmp_path / "run" / "trees.jsonl").read_text(encoding="utf-8").splitlines())
    assert ended.code == 3
    assert said in error["message"]
    assert error["document"].startswith("a.")
    assert "good.txt" in {tree["document"]["id"] for tree in trees}


@pytest.fixture
def finished(r2s, tmp_path) -> Path:
    assert (
        r2s("run", _write(tmp_path / "docs.txt", GOOD), "-o", tmp_path / "run", "--turns", "1", "--reviewers", "0").code
        == 0
    )
    return tmp_path / "run"


def test_verify_says_whether_a_run_is_as_it_was_written(r2s, finished: Path) -> None:
    sound = r2s("verify", finished)
    trees = finished / "trees.jsonl"
    trees.write_bytes(trees.read_bytes().replace(b"lighthouse", b"lighthause", 1))
    damaged, as_json = r2s("verify", finished), r2s("verify", finished, "--json")

    assert (sound.code, damaged.code) == (0, 1)
    assert "1 trees, 1 samples, all as written" in sound.said
    assert "trees.jsonl is not what the run left there" in damaged.said
    assert json.loads(as_json.said)["passed"] is False


def test_a_file_that_may_not_be_read_is_named(r2s, tmp_path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    docs = tmp_path / "docs"
    docs.mkdir()
    _write(docs / "good.txt", GOOD)
    _write(docs / "secret.txt", GOOD).chmod(0)

    assert r2s("run", docs, "-o", tmp_path / "run", "--turns", "1").code == 3
