"""Every bad input that the project's issues name, through the command line: an exit code, and one line that says it.

An error of the caller's ends with 2; a document that cannot be read is told in `errors.jsonl`, the others are played,
and the run ends with 3.
"""

import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from r2s.cli import app
from tests.conftest import LIGHTHOUSE
from tests.documents.files import write_epub, write_pdf

GOOD = f"Skerry lighthouse\n\n{LIGHTHOUSE}\n"
NOBODY = "http://127.0.0.1:9/v1"


class Ended(NamedTuple):
    code: int
    said: str


@pytest.fixture
def r2s(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Run the command in this process."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path) -> Ended:
        # Typer keeps its commands, and would register them once more.
        monkeypatch.setattr(app, "_register", (lambda: None) if app.app.registered_commands else app._register)
        monkeypatch.setattr(sys, "argv", ["r2s", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            app.main()
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), " ".join((captured.err + captured.out).split()))

    return run


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


def _docs(folder: Path) -> Path:
    return _write(folder / "docs.txt", GOOD)


def _settings(text: str) -> Callable[[Path], tuple[str | Path, ...]]:
    return lambda folder: ("run", _docs(folder), "-o", folder / "run", "-c", _write(folder / "c.yaml", text))


def _run(*flags: str) -> Callable[[Path], tuple[str | Path, ...]]:
    return lambda folder: ("run", _docs(folder), "-o", folder / "run", *flags)


def _on(file: str, content: str | bytes, *arguments: str) -> Callable[[Path], tuple[str | Path, ...]]:
    """A command on a file of this content; `FILE` and `OUT` stand for paths."""

    def arrange(folder: Path) -> tuple[str | Path, ...]:
        path = _write(folder / file, content)
        _docs(folder)
        paths = {"FILE": path, "OUT": folder / "out", "DOCS": folder / "docs.txt", "FOLDER": folder}
        return tuple(paths.get(argument, argument) for argument in arguments)

    return arrange


COMMANDS: dict[str, tuple[Callable[[Path], tuple[str | Path, ...]], int, str]] = {
    "a missing path": (lambda folder: ("run", folder / "nowhere", "-o", folder / "run"), 2, "no file to read"),
    "an empty folder": (lambda folder: ("run", folder, "-o", folder / "run"), 2, "no file to read"),
    "no such data set": (lambda folder: ("run", "hf://a/b/c/d", "-o", folder / "run"), 2, "no file to read"),
    "an output that is a file": (_on("x", "", "run", "DOCS", "-o", "FILE"), 1, "choose another directory"),
    "no such setting": (_run("--set", "turn=3"), 2, "there is no setting turn; did you mean turns?"),
    "a setting out of range": (_run("--set", "turns=0"), 2, "turns: "),
    "a setting without a value": (_run("--set", "turns"), 2, "write it as name=value"),
    "a value that is no YAML": (_run("--set", "turns=[1"), 2, "no YAML"),
    "no such configuration": (_run("-c", "nowhere.yaml"), 2, "no configuration nowhere.yaml"),
    "a configuration that is no YAML": (_settings("a: [1"), 2, "this is no YAML"),
    "a configuration that is a list": (_settings("- a"), 2, "expected settings by name"),
    "a configuration that is no text": (_settings("\x00"), 2, "no YAML"),
    "a policy that does not exist": (_settings("policies: {consensus: {kind: oracle}}"), 2, "policies.consensus"),
    "no such method": (_run("--method", "magic"), 2, "method"),
    "no such model": (_run("--model", "oracle:delphi"), 2, "extractive"),
    "no such role": (_run("--model", "wizard=extractive"), 2, "there is no role wizard"),
    "no server named": (_run("--model", "openai:x"), 2, "OPENAI_API_KEY, or --base-url"),
    "a server that is no address": (_run("--model", "openai:x", "--base-url", "nonsense"), 2, "no address of a server"),
    "a server that is gone": (
        _run("--model", "openai:x", "--base-url", NOBODY, "--set", "limits.patience=1"),
        6,
        "127.0.0.1:9",
    ),
    "a budget that is too small": (_run("--max-calls", "1"), 4, "the budget of 1 calls is used up"),
    "a budget of money without a price": (
        _run("--max-cost", "1", "--model", "openai:x", "--base-url", NOBODY),
        4,
        "the price of the model is unknown",
    ),
    "a field that is not there": (
        _on("a.jsonl", _lines({"text": LIGHTHOUSE}), "run", "FILE", "-o", "OUT", "--text-field", "body"),
        3,
        "there is no field 'body'",
    ),
    "a journal that is another file": (
        _on("j.sqlite", "no journal", "run", "DOCS", "-o", "OUT", "--journal", "FILE"),
        1,
        "is no journal",
    ),
    "a journal in a folder that is not there": (
        _on("x", "", "run", "DOCS", "-o", "OUT", "--journal", "/nowhere/j.sqlite"),
        1,
        "/nowhere",
    ),
    "no such folder of prompts": (_run("--prompts", "nowhere"), 2, "nowhere"),
    "status of nothing": (lambda folder: ("status", folder), 2, "no run directory"),
    "show of nothing": (lambda folder: ("show", folder), 2, "no run directory"),
    "export of nothing": (lambda folder: ("export", folder, "--to", "messages", "-o", folder / "x"), 2, "no run"),
    "verify of nothing": (lambda folder: ("verify", folder), 2, "no run directory"),
    "view of nothing": (lambda folder: ("view", folder, "--static", folder / "x"), 2, "no run directory"),
    "fork of nothing": (lambda folder: ("fork", folder, "--node", "x"), 2, "no run directory"),
    "eval of nothing": (lambda folder: ("eval", folder), 2, "no run directory"),
    "stats of nothing": (lambda folder: ("stats", folder), 2, "no run directory"),
    "compare of nothing": (lambda folder: ("compare", folder, folder / "b"), 2, "no run directory"),
    "a journal of nothing": (lambda folder: ("journal", "verify", folder), 1, "there is no journal here"),
    "replies that are no JSON": (_on("r", "x\n", "journal", "import", "FOLDER", "FILE"), 1, "no JSON"),
    "replies without a key": (_on("r", "{}\n", "journal", "import", "FOLDER", "FILE"), 1, 'neither "custom_id"'),
    "replies that are no text": (_on("r", b"\xff\xfe", "journal", "import", "FOLDER", "FILE"), 1, "no text in UTF-8"),
    "a graph of nothing": (lambda folder: ("graph", "magic"), 2, "there is no method 'magic'"),
    "casts by no population": (
        _on("p.yaml", "en: 5", "cast", "DOCS", "--population", "FILE"),
        2,
        "p.yaml",
    ),
    "casts by no YAML": (_on("p.yaml", "a: [1", "cast", "DOCS", "--population", "FILE"), 2, "no YAML"),
    "pairs that are documents": (
        _on("a.jsonl", _lines({"text": LIGHTHOUSE}), "recycle", "FILE", "-o", "OUT"),
        3,
        "r2s run a.jsonl takes documents",
    ),
    "pairs without an instruction": (
        _on("a.jsonl", _lines({"instruction": "", "output": "x"}), "recycle", "FILE", "-o", "OUT"),
        3,
        "the row has no instruction",
    ),
    "a batch without a folder": (
        lambda folder: ("batch", "submit", folder / "no", "--base-url", NOBODY),
        2,
        "there is no folder",
    ),
    "a sweep over nothing": (_on("x", "", "sweep", "DOCS", "--grid", "nothing=1,2", "-o", "OUT"), 2, "nothing"),
    "a sweep of no numbers": (
        _on("x", "", "sweep", "DOCS", "--reviewers", "many", "-o", "OUT"),
        2,
        "--reviewers: give whole numbers",
    ),
}


@pytest.mark.parametrize(("arrange", "code", "said"), COMMANDS.values(), ids=COMMANDS)
def test_a_mistake_is_one_clear_line_and_an_exit_code(r2s, tmp_path, arrange, code: int, said: str) -> None:
    ended = r2s(*arrange(tmp_path))

    errors = tmp_path / "out" / "errors.jsonl"
    told = ended.said + (errors.read_text(encoding="utf-8") if errors.exists() else "").replace("\\", "")
    assert (ended.code, said in told) == (code, True), told


@pytest.fixture
def finished(r2s, tmp_path) -> Path:
    assert r2s("run", _docs(tmp_path), "-o", tmp_path / "run", "--turns", "1", "--reviewers", "0").code == 0
    return tmp_path / "run"


ON_A_RUN: dict[str, tuple[tuple[str, ...], int, str]] = {
    "another configuration": (("run", "DOCS", "-o", "RUN", "--seed", "9"), 5, "seed was 0, now 9"),
    "never to resume": (("run", "DOCS", "-o", "RUN", "--turns", "1", "--reviewers", "0", "--resume", "never"), 5, "-o"),
    "no such document": (("show", "RUN", "--doc", "nobody"), 1, "no tree of 'nobody'"),
    "no such call": (("show", "RUN", "--call", "0" * 32), 1, "no call"),
    "no such message": (("fork", "RUN", "--node", "beef"), 2, "no message 'beef'"),
    "no plan": (("fork", "RUN", "--node", "beef", "--plan", "{}"), 2, "--plan: this is no plan"),
    "no such form of export": (("export", "RUN", "--to", "magic", "-o", "OUT"), 2, "magic"),
    "a judge that is nobody": (("eval", "RUN", "--judge", "oracle:x"), 2, "oracle"),
    "other documents": (("run", "OTHER", "-o", "RUN", "--turns", "1", "--reviewers", "0"), 5, "docs.txt is gone"),
}


@pytest.mark.parametrize(("arguments", "code", "said"), ON_A_RUN.values(), ids=ON_A_RUN)
def test_what_a_run_cannot_do_is_one_clear_line(r2s, finished: Path, arguments, code: int, said: str) -> None:
    other = _write(finished.parent / "other.txt", GOOD)
    paths = {"RUN": finished, "DOCS": finished.parent / "docs.txt", "OTHER": other, "OUT": finished.parent / "out"}

    ended = r2s(*(paths.get(argument, argument) for argument in arguments))

    assert (ended.code, said in ended.said) == (code, True), ended.said


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
