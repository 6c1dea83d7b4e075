"""From a document to a model and back: what `r2s train` has made is played by vLLM and by transformers alike."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from r2s.runs.reading import open_run
from tests.live.conftest import ENVIRONMENT

pytestmark = pytest.mark.live

TEXT = "The Skerry lighthouse was built by Alan Marr in 1844. The tower is 48 metres high. Its lamp burned whale oil."
SHORT = ("--turns", "3", "--set", "min_turns=1")
# Learns one dialogue by heart: what a real model does in hours, seen in a minute.
BY_HEART = (
    *("--set", "layout=brief", "--set", "batch=1", "--set", "learning_rate=3e-3", "--epochs", "60"),
    *("--set", "tiny={vocabulary: 600, hidden: 128, intermediate: 256, layers: 2, heads: 4, context: 2048}"),
    *("--set", "length=2048"),
)


def r2s(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "r2s", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **ENVIRONMENT, "OMP_NUM_THREADS": "1"}, timeout=900
    )
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a document, the teacher's dialogue about it, and a model that has learnt it by heart."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "doc.txt").write_text(f"Skerry lighthouse\n\n{TEXT}\n", encoding="utf-8")
    r2s("run", folder / "doc.txt", "-o", folder / "teacher", "--method", "cod_single", *SHORT)
    r2s("train", folder / "teacher", "--base", "tiny", "-o", folder / "model", *BY_HEART)
    return folder


@pytest.mark.parametrize("engine", ["hf", "vllm"])
def test_a_trained_model_plays_what_it_has_learnt_into_a_tree(folder: Path, engine: str) -> None:
    model = ("--model", f"{engine}:{folder / 'model'}", "--set", "gllm.temperature=0")
    r2s("run", folder / "doc.txt", "-o", folder / engine, "--method", "gllm", *model, *SHORT)

    (tree,), (learnt,) = (list(open_run(folder / run).read_trees()) for run in (engine, "teacher"))
    assert [node.text for node in tree.nodes] == [node.text for node in learnt.nodes]
    assert [node.evidence for node in tree.nodes] == [node.evidence for node in learnt.nodes]
    assert any(node.evidence for node in tree.nodes)
