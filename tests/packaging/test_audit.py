"""What `make audit` says of a report of pip-audit: above all, that a pin nobody could look up is not a sound one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "audit.py"
SOUND = {"name": "lxml", "version": "6.1.3", "vulns": []}
SKIPPED = {"name": "yarl", "skip_reason": "Dependency not found on PyPI and could not be audited"}
HIT = {"name": "pypdf", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.0"]}]}


@pytest.mark.parametrize(
    ("pins", "code", "said"),
    [
        ([SOUND], 0, "1 pins looked up, 0 of them"),
        ([SOUND, HIT], 1, "pypdf 1.0: PYSEC-1, mended in 2.0"),
        ([SOUND, SKIPPED], 3, "not done for 1 of 2 pins (yarl"),
        ([HIT, SKIPPED], 1, "cannot be reached from here"),
        ([], 3, "cannot be reached from here"),
        (None, 3, "cannot be reached from here"),
    ],
)
def test_only_what_was_looked_up_counts_as_sound(
    pins: list[dict[str, Any]] | None, code: int, said: str, tmp_path: Path
) -> None:
    report = tmp_path / "audit.json"
    if pins is not None:
        report.write_text(json.dumps({"dependencies": pins, "fixes": []}), encoding="utf-8")

    done = subprocess.run([sys.executable, SCRIPT, report], capture_output=True, text=True)

    assert done.returncode == code
    assert said in done.stdout
