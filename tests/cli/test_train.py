"""`r2s train` and `r2s serve` as a user runs them."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from r2s.models.local.circles import PROCESSOR
from tests.cli.test_commands import docs, finished, r2s

__all__ = ["docs", "finished"]

needs_torch = pytest.mark.skipif(find_spec("trl") is None, reason="the extra `train` is not installed")
pytestmark = pytest.mark.xdist_group("training")
SMALL = "tiny={vocabulary: 600, hidden: 32, intermediate: 64, layers: 1, heads: 1, key_value_heads: 1, context: 4096}"
TINY = ("--base", "tiny", "--set", SMALL)
# Says what it was started with, and answers to nothing.
FAKE_SERVER = "import json, sys; print(json.dumps(sys.argv[1:]))"


@pytest.fixture
def vllm(tmp_path: Path) -> str:
    """A folder with a module that has the name of vLLM's server."""
    folder = tmp_path / "fake" / "vllm" / "entrypoints" / "openai"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent, folder.parent.parent):
        (package / "__init__.py").touch()
    (folder / "api_server.py").write_text(FAKE_SERVER, encoding="utf-8")
    return os.pathsep.join([str(tmp_path / "fake"), *filter(None, [os.environ.get("PYTHONPATH")])])


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder that looks like a trained model's."""
    folder = tmp_path / "my model"
    folder.mkdir()
    for name in ("config.json", "chat_template.jinja"):
        (folder / name).write_text("{}", encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", ["train", "serve"])
def test_the_command_explains_itself_with_an_example(command: str) -> None:
    shown = r2s(command, "--help")

    assert shown.returncode == 0
    assert "Example:" in shown.stdout


def test_help_says_what_a_tiny_base_is_for() -> None:
    assert "learning the ropes" in " ".join(r2s("train", "--help").stdout.split())


@needs_torch
def test_a_run_becomes_a_model_with_one_command_and_again_does_nothing(finished: Path, tmp_path: Path) -> None:
    command = ("train", finished, *TINY, "-o", tmp_path / "model", "--target", "dialogue", "--epochs", "1")

    done, again = (r2s(*command, "--json", OMP_NUM_THREADS="1") for _ in range(2))

    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["status"] == "finished"
    assert record["inputs"].keys() == {str(finished)}
    assert json.loads(again.stdout) == record
    assert "2 rows of 2 trees" in done.stderr
    assert "rows in place of 8" in done.stderr
    assert (tmp_path / "model" / "config.json").is_file()


@needs_torch
def test_a_dry_run_says_what_would_be_learned_and_writes_nothing(finished: Path, tmp_path: Path) -> None:
    done = r2s("train", finished, *TINY, "-o", tmp_path / "model", "--dry-run", "--set", "length=4096")

    assert done.returncode == 0, done.stderr
    assert "train 2 rows" in done.stdout
    assert not (tmp_path / "model").exists()


@needs_torch
def test_a_signal_saves_a_checkpoint_and_the_same_command_goes_on(finished: Path, tmp_path: Path) -> None:
    arguments = ["train", finished, *TINY, "-o", tmp_path / "model", "--target", "dialogue", "--epochs", "400"]
    command = [sys.executable, "-m", "r2s", *map(str, arguments)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    record = tmp_path / "model" / "training.json"
    while not record.exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=100)

    assert process.returncode == 143, said
    assert "the same command goes on from there" in said
    assert list((tmp_path / "model" / "checkpoints").glob("checkpoint-*/trainer_state.json"))
    assert json.loads(record.read_text(encoding="utf-8"))["status"] == "running"


@needs_torch
@pytest.mark.parametrize("kilobytes", [8, 150])
def test_a_file_that_cannot_be_written_to_its_end_is_told_and_the_same_command_goes_on(
    finished: Path, tmp_path: Path, kilobytes: int
) -> None:
    command = ["train", finished, *TINY, "-o", tmp_path / "model", "--target", "dialogue", "--epochs", "1"]
    limit = (kilobytes * 1024, kilobytes * 1024)

    full = subprocess.run(
        [sys.executable, "-m", "r2s", *map(str, command)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
        capture_output=True,
        text=True,
    )
    again = r2s(*command)

    assert full.returncode == 1
    assert full.stderr.splitlines()[-1].startswith("r2s: cannot write ")
    assert "free some space there and give the same command again" in full.stderr
    assert again.returncode == 0, again.stderr


@needs_torch
def test_two_processes_of_a_launcher_learn_what_one_does_and_speak_once(finished: Path, tmp_path: Path) -> None:
    rows = ("--target", "gllm_turn", "--limit", "4", "--set", "batch=4", "--set", "batching=plain", "--epochs", "2")
    command = ["train", finished, *TINY, *rows, "--json"]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "r2s"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}

    alone = r2s(*command, "-o", tmp_path / "one", OMP_NUM_THREADS="1")
    arguments = [*launcher, *map(str, command), "-o", str(tmp_path / "two")]
    both = subprocess.run(arguments, capture_output=True, text=True, env=environment, timeout=240)

    assert both.returncode == 0, both.stderr
    losses, same = ([entry["loss"] for entry in json.loads(done.stdout)["losses"]] for done in (alone, both))
    assert same == pytest.approx(losses, abs=1e-3)
    assert both.stderr.count(" rows of ") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--set", "epoch=1"), "did you mean epochs", id="a setting"),
        pytest.param(("--config", "nothing"), "or one of dpo, lora, paper, qlora, tiny", id="a recipe"),
    ],
)
def test_a_mistake_is_told_before_torch_is_loaded(finished: Path, tmp_path: Path, arguments: tuple[str], said: str):
    done = r2s("train", finished, "--base", "tiny", "-o", tmp_path / "model", *arguments)

    assert done.returncode == 2
    assert said in done.stderr


def test_what_is_no_run_is_named(tmp_path: Path) -> None:
    done = r2s("train", tmp_path, "--base", "tiny", "-o", tmp_path / "model")

    assert done.returncode == 2
    assert "is no run directory" in done.stderr or "training needs" in done.stderr


def test_missing_libraries_are_named_with_the_extra_that_brings_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from r2s.errors import ConfigError
    from r2s.training import packages

    monkeypatch.setattr("r2s.extras.find_spec", lambda name: None if name in ("trl", "vllm") else object())

    with pytest.raises(ConfigError, match=r"training needs trl; install it with: pip install 'r2s-dialogues\[train\]'"):
        packages.check_packages()
    with pytest.raises(ConfigError, match=r"serving needs vllm; install it with: pip install 'r2s-dialogues\[vllm\]'"):
        packages.check_serving()


def test_serving_starts_vllm_with_the_template_and_says_what_to_run(model: Path, vllm: str) -> None:
    done = r2s("serve", model, "--port", "8123", "--name", "gllm", "--", "--dtype", "bfloat16", PYTHONPATH=vllm)

    assert done.returncode == 0, done.stderr
    told, started = done.stdout.rsplit("\n", 2)[0], json.loads(done.stdout.splitlines()[-1])
    assert "r2s run DOCS -o RUN --method gllm --model openai:gllm --base-url http://127.0.0.1:8123/v1" in told
    assert started == [
        *("--model", str(model), "--served-model-name", "gllm"),
        *("--chat-template", str(model / "chat_template.jinja")),
        *("--host", "127.0.0.1", "--port", "8123"),
        *("--logits-processors", PROCESSOR, "--dtype", "bfloat16"),
    ]


def test_adapters_are_served_over_their_base(model: Path, vllm: str) -> None:
    (model / "config.json").unlink()
    adapters = {"base_model_name_or_path": "owner/base", "r": 8}
    (model / "adapter_config.json").write_text(json.dumps(adapters), encoding="utf-8")

    done = r2s("serve", model, "--name", "gllm", PYTHONPATH=vllm)

    started = json.loads(done.stdout.splitlines()[-1])
    assert started[:2] == ["--model", "owner/base"]
    assert f"gllm={model}" in started


def test_a_model_without_a_template_is_given_ours_if_it_knows_its_tokens(model: Path, vllm: str) -> None:
    (model / "chat_template.jinja").unlink()
    refused = r2s("serve", model, PYTHONPATH=vllm)
    (model / "tokenizer.json").write_text('{"content": "<|im_start|>"}', encoding="utf-8")

    done = r2s("serve", model, PYTHONPATH=vllm)

    assert refused.returncode == 2
    assert "has no chat template, so it cannot talk" in refused.stderr
    assert "<|im_start|>" in json.loads(done.stdout.splitlines()[-1])[5]


def test_a_folder_without_a_model_is_named(tmp_path: Path, vllm: str) -> None:
    done = r2s("serve", tmp_path, PYTHONPATH=vllm)

    assert done.returncode == 2
    assert "holds no model" in done.stderr
