"""Documents whose every text is another, and the mock server in a process of its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.processes import ServerProcess
from tests.conftest import LIGHTHOUSE

DOCUMENTS = 12


@pytest.fixture
def mock(request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    with ServerProcess(*getattr(request, "param", ["--latency", "0.05", "--jitter", "0.5"])) as server:
        yield server


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.jsonl"
    rows = [{"id": f"d{number}", "text": f"This is light {number} of all. {LIGHTHOUSE}"} for number in range(DOCUMENTS)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
