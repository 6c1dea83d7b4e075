"""The example plug-in, built and installed as a user would: every kind of thing that a package can add."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from r2s.config import load_config
from r2s.errors import ConfigError
from tests.cli.test_commands import lines, r2s
from tests.conftest import LIGHTHOUSE

EXAMPLE = Path(__file__).parents[2] / "examples" / "plugin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder that the example is installed in, for PYTHONPATH."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", str(folder), str(EXAMPLE)], check=True, capture_output=True)
    return str(folder)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "lighthouse.txt"
    path.write_text(LIGHTHOUSE, encoding="utf-8")
    return path


def test_doctor_lists_what_is_offered(installed: str) -> None:
    done = r2s("doctor", "--json", PYTHONPATH=installed)

    (said,) = [check["detail"] for check in json.loads(done.stdout) if check["name"] == "plug-ins"]
    for offered in ("methods interview", "policies stop.after_words", "models parrot", "collectors questions"):
        assert f"{offered} (r2s-interview 0.1.0)" in said


def test_its_method_is_played_by_its_agent_on_its_back_end(installed: str, docs: Path, tmp_path: Path) -> None:
    command = ("run", docs, "-o", tmp_path / "run", "--method", "interview", "--turns", "6", "--set", "min_turns=2")

    done = r2s(*command, "--model", "interviewer=parrot:polly", PYTHONPATH=installed)

    assert done.returncode == 0, done.stderr
    (tree,) = lines(tmp_path / "run" / "trees.jsonl")
    assert tree["method"] == "interview"
    assert {node["agent"] for node in tree["nodes"]} == {"interviewer"}
    assert tree["models"]["interviewer"] == "parrot:polly"
    assert (tmp_path / "run" / "journal.sqlite").is_file()


def test_its_policy_is_named_in_settings_and_comes_back_from_them(
    installed: str, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = "policies.stop={kind: any, rules: [{kind: after_words, turns: 3}]}"
    command = ("run", docs, "-o", tmp_path / "run", "--set", policy)

    done = r2s(*command, PYTHONPATH=installed)

    assert done.returncode == 0, done.stderr
    (tree,) = lines(tmp_path / "run" / "trees.jsonl")
    assert tree["stop"] == {"rule": "after_words", "turn": 3, "reason": "3 turns are enough"}
    monkeypatch.syspath_prepend(installed)
    again = load_config(tmp_path / "run" / "config.yaml")
    assert type(again.policies.stop.rules[0]).__name__ == "AfterWords"  # pyright: ignore[reportAttributeAccessIssue]
    assert again.identity() == load_config(overrides=[policy]).identity()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("policies.stop={kind: after_words, turns: 0}", "turns: Input should be greater than or equal to 1"),
        ("policies.stop={kind: after_words, turn: 1}", "turn: Extra inputs are not permitted"),
        ("policies.stop={kind: after_wards}", "there is no kind after_wards; there are any, all, max_turns"),
        ("method=intervew", "there is no method 'intervew'"),
    ],
)
def test_a_mistake_is_told_as_for_what_comes_with_r2s(
    installed: str, setting: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(installed)

    with pytest.raises(ConfigError, match=re.escape(said)):
        load_config(overrides=[setting])


def test_a_plug_in_that_cannot_be_loaded_is_named_with_its_package(docs: Path, tmp_path: Path) -> None:
    meta = tmp_path / "broken-2.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 2.0\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text("[r2s.methods]\nlost = nowhere_at_all:LOST\n", encoding="utf-8")

    done = r2s("run", docs, "-o", tmp_path / "run", "--method", "lost", PYTHONPATH=str(tmp_path))

    assert done.returncode == 2
    assert "the plug-in methods lost (broken 2.0) cannot be loaded: ModuleNotFoundError" in done.stderr


def test_every_part_of_the_example_is_short() -> None:
    modules = list((EXAMPLE / "r2s_interview").glob("*.py"))

    assert len(modules) == 6
    assert all(len(module.read_text(encoding="utf-8").splitlines()) < 60 for module in modules)
