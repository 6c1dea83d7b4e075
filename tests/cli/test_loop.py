"""`r2s loop` as a user runs it: whole with tiny models, stopped and taken up again, and what is said of mistakes."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from benchmarks.entries import entries
from tests.cli.test_commands import r2s

pytestmark = pytest.mark.xdist_group("training")
needs_training = pytest.mark.skipif(
    find_spec("trl") is None or find_spec("xgrammar") is None, reason="the extras `train` and `hf` are not installed"
)
SMALL = (
    *("--set", "train.epochs=1", "--set", "dialogue.epochs=1", "--set", "run.turns=2", "--set", "run.min_turns=1"),
    *("--set", "generate.gllm.max_tokens=200", "--set", "generate.policies.acceptance.attempts=1"),
    *("--set", "talk.turns=1", "--set", "held_out=0.3"),
    *("--set", "train.tiny={vocabulary: 600, hidden: 32, intermediate: 64, layers: 2, heads: 2, key_value_heads: 2}"),
)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loop") / "docs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in entries(10, 0)), encoding="utf-8")
    return path


def record(out: Path) -> dict[str, Any]:
    return json.loads((out / "loop.json").read_text(encoding="utf-8"))["steps"]


def test_the_command_explains_itself_with_examples():
    shown = r2s("loop", "--help")

    assert shown.returncode == 0
    assert "Example:" in shown.stdout


@pytest.mark.slow
def test_the_teachers_part_needs_no_torch_pays_no_call_twice_and_a_second_time_is_kept(docs: Path, tmp_path: Path):
    out = tmp_path / "loop"
    command = ("loop", docs, "-o", out, "--until", "teacher", *SMALL)

    done, again = r2s(*command), r2s(*command)

    assert (done.returncode, again.returncode) == (0, 0), done.stderr
    assert "r2s: 4/4 teacher/held-out: begun" in done.stderr
    assert "r2s: 4/4 teacher/held-out: kept" in again.stderr
    assert "ended after the stage teacher" in again.stderr
    assert (out / "journal.sqlite").exists()
    assert not (out / "teacher" / "cod" / "journal.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--until", "trian"), "no stage trian", id="a stage"),
        pytest.param(("--config", "nothing"), "or one of loop, loop-paper", id="a file"),
        pytest.param(("--from", "teacher", "--until", "teacher"), "is not finished", id="a part"),
    ],
)
def test_a_mistake_is_a_usage_error(docs: Path, tmp_path: Path, arguments: tuple[str, ...], said: str):
    done = r2s("loop", docs, "-o", tmp_path / "loop", *arguments)

    assert done.returncode == 2
    assert said in done.stderr


@needs_training
def test_the_whole_loop_closes_on_a_cpu_and_goes_on_where_it_was_stopped(docs: Path, tmp_path: Path):
    out = tmp_path / "loop"
    command = [sys.executable, "-m", "r2s", "loop", str(docs), "-o", str(out), *SMALL]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    while not (out / "train" / "gllm" / "training.json").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=200)
    assert process.returncode == 130, said
    assert record(out)["train/gllm"]["status"] == "running"

    done = subprocess.run([*command, "--json"], capture_output=True, text=True, env=environment, timeout=600)

    # Models as small as these lose documents, which are told.
    assert done.returncode in (0, 3), done.stderr
    assert "train/gllm: goes on" in done.stderr
    figures = json.loads(done.stdout)
    assert [*figures["generators"]] == ["teacher", "gllm", "direct"]
    assert figures["generators"]["gllm"]["well_formed"] is not None
    gllm, direct = (figures["trainings"][f"train/{name}"]["tokens_read"] for name in ("gllm", "direct"))
    assert direct == pytest.approx(gllm, rel=0.01)
    assert "Direct-trained generator" in (out / "report.md").read_text(encoding="utf-8")
    assert {step["status"] for step in record(out).values()} <= {"finished", "skipped"}
