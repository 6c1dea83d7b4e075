"""A small sweep by the baseline, played once for all tests that look at it."""

import asyncio
import json
from pathlib import Path

import pytest

from r2s.config import load_config
from r2s.experiments.cells import Factor, Play, cells_of, plays_of
from r2s.experiments.sweep import Sweep
from tests.evaluation.runs import documents

REVIEWERS = Factor("reviewers", (0, 2))


def plays(**flags) -> list[Play]:
    chosen = {"turns": 3, "min_turns": 1, **flags}
    return plays_of(cells_of([REVIEWERS]), [0, 1], lambda overrides: load_config(None, overrides, chosen))


def sweep(docs: Path, out: Path, *, flags: dict | None = None, **more) -> Sweep:
    return Sweep([docs], [REVIEWERS], plays(**flags or {}), out, **more)


@pytest.fixture(scope="session")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four documents, one of them Chinese, and a row that cannot be read."""
    path = documents(tmp_path_factory.mktemp("documents") / "docs.jsonl", 4)
    path.write_text(path.read_text(encoding="utf-8") + json.dumps({"id": "empty", "text": ""}) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def played(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a finished sweep: 0 and 2 reviewers, seeds 0 and 1."""
    out = tmp_path_factory.mktemp("sweeps") / "sweep"
    asyncio.run(sweep(docs, out).play())
    return out
