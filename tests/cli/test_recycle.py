"""`r2s recycle` as a user runs it, and the same run against a server whose replies are text."""

import json
from pathlib import Path
from typing import Any

import pytest

from r2s.config import load_config
from r2s.models.request import Sampling
from r2s.runs.methods import METHODS, roles
from r2s.runs.runner import Run
from tests.cli.test_commands import lines, r2s
from tests.servers import serve as serve

ROWS = [
    {"id": "a", "instruction": "Please name a cape.", "input": "", "output": "Sure! Moss Point."},
    {
        "id": "b",
        "messages": [
            {"role": "user", "content": "请问，什么是潮汐？"},
            {"role": "assistant", "content": "好的，它是海水的涨落。"},
            {"role": "user", "content": "为什么一天两次？"},
            {"role": "assistant", "content": "因为地球在转。"},
        ],
    },
]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    return path


def test_recycling_makes_trees_and_samples_of_better_pairs(pairs, tmp_path):
    done = r2s("recycle", pairs, "-o", tmp_path / "run", "--json")

    samples = lines(tmp_path / "run" / "samples.jsonl")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["usage"]["calls"] == 5
    assert [message["content"] for message in samples[0]["messages"]] == ["Name a cape.", "Moss Point."]
    assert samples[1]["messages"][1]["content"] == "潮汐是海水的涨落。"
    assert {sample["meta"]["method"] for sample in samples} == {"reflection"}


def test_the_help_explains_itself_with_an_example() -> None:
    shown = r2s("recycle", "--help")

    assert "Example:" in shown.stdout
    assert "recycle" in r2s("--help").stdout


def test_a_row_without_an_answer_fails_alone(pairs, tmp_path):
    with pairs.open("a", encoding="utf-8") as file:
        file.write('{"id": "c", "instruction": "Name a cape."}\n')

    done = r2s("recycle", pairs, "-o", tmp_path / "run")

    assert done.returncode == 3
    (error,) = lines(tmp_path / "run" / "errors.jsonl")
    assert "nobody answers" in error["message"]


def test_plan_and_dry_run_count_the_turns_that_are_there(pairs, tmp_path):
    planned = json.loads(r2s("plan", pairs, "--method", "reflection", "--json").stdout)
    dry = json.loads(r2s("recycle", pairs, "-o", tmp_path / "run", "--dry-run", "--json").stdout)

    assert planned == dry
    assert planned["low"]["calls"] == planned["high"]["calls"] == planned["at_most"]["calls"] == 5


def test_show_tells_what_was_there_and_what_was_wrong_with_it(pairs, tmp_path):
    r2s("recycle", pairs, "-o", tmp_path / "run")

    shown = r2s("show", tmp_path / "run", "--doc", "b").stdout

    assert "given (rejected): 请问，什么是潮汐？" in shown
    assert "instruction_critic: 切题：开头是客套" in shown


def test_a_setting_that_leaves_nothing_to_do_is_a_usage_error(pairs, tmp_path):
    off = ["--set", "policies.reflection.instruction=false", "--set", "policies.reflection.response=false"]

    refused = r2s("recycle", pairs, "-o", tmp_path / "run", *off)

    assert refused.returncode == 2
    assert "both phases are off" in refused.stderr


def test_every_role_of_the_method_can_be_given_a_model_of_its_own() -> None:
    assert set(METHODS["reflection"].roles) <= set(roles())


async def test_a_journaled_run_is_repeated_without_a_call_and_to_the_same_bytes(serve, pairs, tmp_path):
    server = await serve()
    settings = config(server.url)

    await Run([pairs], settings, tmp_path / "one").play()
    asked = len(server.bodies)
    again = Run([pairs], settings, tmp_path / "two", journal=tmp_path / "one" / "journal.sqlite")
    await again.play()

    assert asked == len(server.bodies) == 5
    for name in ("trees.jsonl", "samples.jsonl"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert all("response_format" not in body for body, _ in server.bodies)
    assert {(body["temperature"], body["max_completion_tokens"]) for body, _ in server.bodies} == {(0.0, 2048)}


async def test_a_part_that_is_missing_is_asked_for_again_at_another_temperature_and_then_given_up(
    serve, pairs, tmp_path
):
    server = await serve(lambda body: "[New Instruction] Name two capes. [End]\n[Better Answer] Moss Point, I am told.")

    report = await Run([pairs], config(server.url, limit=1), tmp_path / "run").play()

    (sample,) = lines(tmp_path / "run" / "samples.jsonl")
    flaws = report.summary.figures()["quality"]["flaws"]
    (first, _), (second, _) = server.bodies[:2]
    assert [message["content"] for message in sample["messages"]] == ["Please name a cape.", "Sure! Moss Point."]
    assert flaws == {"answer-not-reflected": 1, "instruction-not-reflected": 1}
    assert second["temperature"] == Sampling().temperature > first["temperature"]
    assert "[New Answer] to [End] is missing" in second["messages"][-1]["content"]
    assert "all the parts" in second["messages"][-1]["content"]


def config(url: str, limit: int | None = None) -> Any:
    named = {"models.default": "openai:mock", "base_url": url, "method": "reflection", "documents.limit": limit}
    return load_config(flags=named)
