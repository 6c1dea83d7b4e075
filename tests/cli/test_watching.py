"""`r2s status --watch`: a run followed from another process until it is over."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from r2s.cli.watching import watch
from r2s.runs.directory import RunDirectory
from tests.conftest import LIGHTHOUSE


def test_a_run_is_followed_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs, out = tmp_path / "docs.jsonl", tmp_path / "run"
    rows = [{"id": f"d{number}", "title": f"Lighthouse {number}", "text": LIGHTHOUSE} for number in range(20)]
    docs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "r2s", "run", str(docs), "-o", str(out), "--display", "none"]

    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _wait_for(out / "events.jsonl")
        code = watch(out, 0.05, as_json=True)
        process.wait(60)

    looks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert looks[0]["status"] == "running"
    assert looks[0]["total"] == 20
    assert [look["done"] for look in looks] == sorted(look["done"] for look in looks)
    assert (looks[-1]["status"], looks[-1]["done"]) == ("finished", 20)


def _wait_for(path: Path) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if path.exists() and path.stat().st_size:
            return
        pause.wait(0.02)
    raise TimeoutError(path)


@pytest.mark.parametrize(("status", "code"), [("budget", 4), ("endpoint", 6), ("stopped", 130), ("running", 1)])
def test_the_exit_code_says_how_it_ended(
    tmp_path: Path, status: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = {"run": "r", "status": status}
    RunDirectory(tmp_path).manifest.write_text(json.dumps(manifest), encoding="utf-8")

    assert watch(tmp_path, 1, as_json=False) == code
    assert ("nobody plays this run" in capsys.readouterr().err) == (status == "running")
