"""Prompts tried out: every method is played, so that what agents pass and must answer comes from them."""

import asyncio
from pathlib import Path

import pytest

from r2s.agents.answer_forms import faults_of_form
from r2s.agents.prompt_folder import write_prompts
from r2s.agents.prompts import shipped_prompts
from r2s.agents.reviewer import ReviewAnswer
from r2s.config import load_config
from r2s.errors import ResumeError
from r2s.runs.rehearsal import check_prompts
from r2s.runs.runner import Run
from tests.conftest import LIGHTHOUSE, Scripted


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = shipped_prompts()[file]
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_the_shipped_prompts_pass_and_every_role_is_reached(tmp_path) -> None:
    write_prompts(tmp_path)

    assert asyncio.run(check_prompts(tmp_path)) == []


def test_a_form_that_is_not_the_answer_s_is_found_in_both_languages_with_its_line(tmp_path) -> None:
    change(tmp_path, "planner.en.md", '"target"', '"targets"')
    change(tmp_path, "reviewer.zh.md", '"accuracy": 3, ', "")

    found = asyncio.run(check_prompts(tmp_path))

    lines = {name: shipped_prompts()[name].split("\n---\n")[0].count("\n") + 1 for name in shipped_prompts()}
    assert [(problem.file, problem.line, problem.level) for problem in found] == [
        ("planner.en.md", lines["planner.en.md"], "error"),
        ("planner.en.md", lines["planner.en.md"], "error"),
        ("reviewer.zh.md", lines["reviewer.zh.md"], "error"),
    ]
    assert "leaves out target" in found[0].message
    assert "shows targets" in found[1].message
    assert "leaves out reviews.accuracy" in found[2].message


def test_a_file_that_cannot_be_tried_does_not_keep_the_others_from_it(tmp_path) -> None:
    change(tmp_path, "user.en.md", "\n---\n", "\n")
    change(tmp_path, "chairman.zh.md", '"advice"', '"advices"')

    found = asyncio.run(check_prompts(tmp_path))

    assert {problem.file for problem in found} == {"user.en.md", "chairman.zh.md"}


@pytest.mark.parametrize(
    ("shape", "faults"),
    [
        ({"reviews": [], "ranking": []}, []),
        ({"reviews": []}, ["the form leaves out ranking"]),
        ({"reviews": [{"drift": "A"}], "ranking": []}, ["reviews.drift, which the answer does not have"]),
    ],
)
def test_forms_are_held_against_the_answer_as_deep_as_they_go(shape, faults) -> None:
    found = faults_of_form(shape, ReviewAnswer)

    assert all(any(fault in one for one in found) for fault in faults)
    assert bool(found) == bool(faults)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.txt"
    path.write_text(LIGHTHOUSE, encoding="utf-8")
    return path


def test_a_run_under_changed_prompts_is_another_run_wherever_they_lie(docs, tmp_path) -> None:
    def play(folder: Path) -> Scripted:
        settings, model = load_config(flags={"turns": 2, "prompts": str(folder)}), Scripted({})
        asyncio.run(Run([docs], settings, tmp_path / "run", models=lambda role: model).play())
        return model

    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        change(folder, "user.en.md", "# Your role", "# OWN role")
    asked = play(here)

    assert all("# OWN role" in request.template.instructions for request in asked.of("user"))
    assert asked.of("planner")
    assert play(there).requests == []
    change(here, "user.en.md", "# Your role", "# ANOTHER role")
    with pytest.raises(ResumeError, match=r"prompts\.sha256 was"):
        play(here)
