"""`--model batch:DIR` and `r2s batch` on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import r2s
from r2s.errors import ConfigError
from tests.conftest import LIGHTHOUSE


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "lighthouse.txt"
    path.write_text(LIGHTHOUSE, encoding="utf-8")
    return path


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "r2s", *map(str, arguments)], capture_output=True, text=True)


def test_a_run_that_waits_ends_with_0_and_status_and_import_know_of_it(docs: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "requests", tmp_path / "run"

    asked = ("run", docs, "-o", out, "--model", f"batch:{folder}", "--display", "none")
    ran = command(*asked, "--json")
    again = command(*asked)
    status = json.loads(command("status", out, "--json").stdout)
    key = json.loads((folder / "requests-001.jsonl").read_text(encoding="utf-8"))["custom_id"]
    lines = [
        {"key": "f" * 32, "content": "{}"},
        {"custom_id": key, "response": None, "error": {"code": "batch_expired"}},
    ]
    (tmp_path / "replies.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    imported = command("journal", "import", out, tmp_path / "replies.jsonl")

    assert ran.returncode == 0
    assert again.stdout == ""
    assert again.stderr == ran.stderr
    assert ran.stderr.startswith("r2s: 1 requests of 1 dialogues wait in ")
    assert json.loads(ran.stdout)["status"] == status["status"] == "waiting"
    assert json.loads(ran.stdout)["waiting"] == status["waiting"]
    assert imported.returncode == 0
    assert "1 calls failed; the next run asks for them again:\n  1  batch_expired\n" in imported.stdout
    assert f"1 replies are to nothing that was asked here: {'f' * 32}" in imported.stderr


@pytest.mark.parametrize("name", ["submit", "fetch"])
def test_every_command_has_help_with_an_example(name: str) -> None:
    assert f"r2s batch {name} requests" in command("batch", name, "--help").stdout


def test_what_has_no_journal_cannot_wait(docs: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs a journal"):
        r2s.run(docs, model=f"batch:{tmp_path / 'requests'}")


def test_doctor_asks_no_server_for_a_batch_model(tmp_path: Path) -> None:
    done = command("doctor", "--model", f"batch:{tmp_path / 'requests'}", "--json")

    assert done.returncode == 0
    assert "server" not in {check["name"] for check in json.loads(done.stdout)}
