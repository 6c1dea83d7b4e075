"""What a mistake can be made with: runs that are whole or damaged, files of all kinds, folders of somebody else."""

import asyncio
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from r2s.config import load_config
from r2s.runs.runner import Run
from tests.conftest import LIGHTHOUSE
from tests.documents.files import write_pdf

NOBODY = "http://127.0.0.1:9/v1"
FILES: dict[str, str | bytes] = {
    "docs.txt": f"Skerry lighthouse\n\n{LIGHTHOUSE}\n",
    "file.txt": "x",
    "blank": "",
    "binary.bin": bytes(range(256)) * 20,
    "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(99),
    "latin.yaml": "seed: 1 # é".encode("latin-1"),
    "nuls.yaml": "\x00",
    "bad.yaml": "a: [1",
    "list.yaml": "- a",
    "unknown.yaml": "colour: red",
    "wrong.yaml": "turns: many",
    "population.yaml": "en: 5",
    "rows.jsonl": json.dumps({"text": LIGHTHOUSE}) + "\n",
    "pairs.jsonl": json.dumps({"instruction": "Name a cape.", "output": "Cape Horn."}) + "\n",
    "no_instruction.jsonl": json.dumps({"instruction": "", "output": "x"}) + "\n",
    "strange.jsonl": json.dumps({"question_id": 1, "reaction": "x"}) + "\n",
    "lines.jsonl": "no json\n",
    "giant.jsonl": json.dumps({"text": "x" * 3_000_000}) + "\n",
    "casts.jsonl": json.dumps({"document": "x"}) + "\n",
    "sheet.csv": "a,b\n1,2\n",
    "module.py": "this is no python",
    "mine/config.yaml": "mine: true\n",
    "mine/samples.jsonl": "mine\n",
    "my_trees/trees.jsonl": json.dumps({"trees": ["oak", "ash"]}) + "\n",
    "my_journal/journal.sqlite": "Dear diary, this is no database at all.\n" * 30,
    "my_report/report.md": "# Mine\n",
    "prompts/planner.en.md": "{{nonsense}}",
    "batch/requests-001.jsonl": "no json\n",
    "sweep/sweep.json": "{",
    "sweep/report.json": "{",
    "model/config.json": "{}",
}
NAMES = {"NOTHING": "nothing", "OTHERS": "others.sqlite", "NO_INSTRUCTION": "no_instruction.jsonl"}


def make_places(folder: Path) -> dict[str, str]:
    """Every place by its name in `mistakes.txt`."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "folder").mkdir()
    write_pdf(folder / "scan.pdf", [[]])
    with zipfile.ZipFile(folder / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(5 << 20))
    with closing(sqlite3.connect(folder / "others.sqlite")) as others:
        others.execute("CREATE TABLE letters (text)")
    config = load_config(flags={"turns": 1, "reviewers": 0})
    asyncio.run(Run([folder / "docs.txt"], config, folder / "run").play())
    for name in ("configless", "unreadable", *dict(_damages(folder / "run"))):
        shutil.copytree(folder / "run", folder / name)
    for name, damaged in _damages(folder / "run"):
        for file, content in damaged.items():
            path = folder / name / file
            path.write_bytes(content) if content is not None else path.unlink()
    (folder / "configless" / "config.yaml").write_text("turns: [", encoding="utf-8")
    (folder / "unreadable" / "trees.jsonl").unlink()
    (folder / "unreadable" / "trees.jsonl").mkdir()
    return {"NOBODY": NOBODY, **{name: str(folder / place) for name, place in _named(folder)}}


def _damages(run: Path) -> Iterator[tuple[str, dict[str, bytes | None]]]:
    """What befell a copy of the run, file by file; null is one that is gone."""
    tree, journal = (run / "trees.jsonl").read_bytes(), (run / "journal.sqlite").read_bytes()
    yield "torn", {"trees.jsonl": tree[: len(tree) // 2]}
    yield "flipped", {"trees.jsonl": tree.replace(b"lighthouse", b"lighthause", 1)}
    yield "wrong_schema", {"trees.jsonl": tree.replace(b'"nodes"', b'"knots"', 1), "trees.sums": None}
    yield "empty", {"trees.jsonl": b"", "trees.sums": b"", "samples.jsonl": b""}
    yield "journaled", {"journal.sqlite": bytes(100) + journal[100:]}
    yield "garbled", {"manifest.json": b"{no"}
    yield "manifestless", {"manifest.json": None}


def _named(folder: Path) -> Iterator[tuple[str, str]]:
    """Files by their names without endings; those of YAML that are wrong in a way by that."""
    yield from NAMES.items()
    for path in folder.iterdir():
        stem = path.stem.upper()
        yield (f"{stem}_YAML" if stem in ("BAD", "LIST", "UNKNOWN", "WRONG") else stem), path.name
