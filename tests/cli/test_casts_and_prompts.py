"""`r2s cast` and `r2s prompts` as a user runs them."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import CHINESE, lines, r2s
from tests.conftest import LIGHTHOUSE


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "lighthouse.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    (folder / "灯塔.md").write_text(f"# 斯凯里灯塔\n\n{CHINESE}\n", encoding="utf-8")
    return folder


def test_casts_are_drawn_told_and_played(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "casts.jsonl"

    drawn = r2s("cast", docs, "--dialogues", "2", "--seed", "3", "-o", out, "--json")
    played = r2s("run", docs, "-o", tmp_path / "run", "--dialogues", "2", "--set", f"policies.casting.file={out}")

    told = json.loads(drawn.stdout)
    assert (told["casts"], told["off_quota"], told["repeated"]) == (4, 0, 0)
    assert played.returncode == 0, played.stderr
    casts = {(row["document"], row["replicate"]): row["cast"] for row in lines(out)}
    trees = lines(tmp_path / "run" / "trees.jsonl")
    assert {(tree["document"]["id"], tree["replicate"]): tree["cast"] for tree in trees} == casts


def test_a_mistake_in_a_population_is_a_matter_of_usage(docs: Path, tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text("en: {personas: []}", encoding="utf-8")

    done = r2s("cast", docs, "--population", path)

    assert done.returncode == 2
    assert "people.yaml: en.personas" in done.stderr


def test_the_help_of_cast_says_what_a_population_may_hold() -> None:
    shown = r2s("cast", "--help").stdout

    assert "Example:" in shown
    assert "tags: [works]" in shown
    assert "excludes: [[works, at-school]]" in shown


def test_prompts_are_exported_checked_and_used(docs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"

    exported = r2s("prompts", "export", folder)
    (folder / "user.en.md").write_text("no parts", encoding="utf-8")
    checked = r2s("prompts", "check", folder, "--json")
    refused = r2s("plan", docs, "--prompts", folder)
    (folder / "user.en.md").unlink()
    planned = r2s("plan", docs, "--prompts", folder)

    assert (exported.returncode, checked.returncode, refused.returncode, planned.returncode) == (0, 1, 2, 0)
    told = json.loads(checked.stdout)
    assert (told["passed"], {problem["file"] for problem in told["problems"]}) == (False, {"user.en.md"})
    assert "user.en.md:1" in refused.stderr
