"""The command line as a user runs it: a process, its output, its exit code."""

import html
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from r2s.cli.app import app
from r2s.config import TURNS, TURNS_OF
from tests.conftest import LIGHTHOUSE

CHINESE = (
    "斯凯里灯塔由工程师马尔设计，于1844年建成。塔身高48米，内部有151级台阶。"
    "因为软石两次被海浪冲走，马尔改用花岗岩。灯塔最初燃烧鲸油，1881年改用煤油。"
)


def r2s(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would; no terminal, no key."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "R2S_"))}
    return subprocess.run(
        [sys.executable, "-m", "r2s", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**inherited, "COLUMNS": "120", **environment},
        timeout=120,
    )


def test_help_loads_nothing_that_only_a_run_needs() -> None:
    """Settings, graphs and the terminal's drawings take a second; whoever reads a help text waits for none of them."""
    look = "import sys; sys.argv = ['r2s', '--help']; from r2s.cli.app import main\ntry: main()\nexcept SystemExit: "
    heavy = "print({'pydantic', 'langgraph', 'aiohttp', 'openai', 'networkx', 'numpy'} & set(sys.modules))"

    helped = subprocess.run([sys.executable, "-c", look + heavy], capture_output=True, text=True, timeout=120)

    assert helped.stdout.splitlines()[-1] == "set()"


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    (folder / "lighthouse.txt").write_text(f"Skerry lighthouse\n\n{LIGHTHOUSE}\n", encoding="utf-8")
    (folder / "灯塔.md").write_text(f"# 斯凯里灯塔\n\n{CHINESE}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def finished(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "run"
    done = r2s("run", docs, "-o", out)
    assert done.returncode == 0, done.stderr
    return out


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_help_needs_no_key_and_names_every_command() -> None:
    shown = r2s("--help")

    assert shown.returncode == 0
    for command in ("run", "plan", "status", "show", "fork", "stats", "export", "graph", "doctor"):
        assert command in shown.stdout


def test_every_command_and_every_group_of_commands_has_an_example() -> None:
    def without(command: Any, name: str) -> Iterator[str]:
        if "Example:" not in (command.epilog or ""):
            yield name
        for inner, of in getattr(command, "commands", {}).items():
            yield from without(of, f"{name} {inner}")

    assert list(without(typer.main.get_command(app), "r2s")) == ["r2s"]
    assert "Example:" in r2s("journal", "--help").stdout


def test_a_run_makes_trees_and_samples_and_says_where(finished: Path, docs: Path) -> None:
    again = r2s("run", docs, "-o", finished)

    trees, samples = lines(finished / "trees.jsonl"), lines(finished / "samples.jsonl")
    assert sorted(tree["document"]["id"] for tree in trees) == ["lighthouse.txt", "灯塔.md"]
    assert {sample["meta"]["tree"] for sample in samples} == {tree["id"] for tree in trees}
    assert str(finished / "samples.jsonl") in again.stdout
    for sample in samples:
        assert [message["role"] for message in sample["messages"]][:2] == ["user", "assistant"]


def test_json_output_is_json_and_nothing_else(docs: Path, tmp_path: Path) -> None:
    done = r2s("run", docs, "-o", tmp_path / "run", "--json")

    assert json.loads(done.stdout)["documents"]["trees"] == 2


def test_status_shows_coverage_types_and_words(finished: Path) -> None:
    shown = r2s("status", finished)

    assert shown.returncode == 0
    for word in ("coverage", "logic types", "words a message", "ended by", "flaws"):
        assert word in shown.stdout
    assert json.loads(r2s("status", finished, "--json").stdout)["totals"]["documents"]["trees"] == 2


def test_status_leaves_out_what_does_not_apply(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds.jsonl"
    seeds.write_text('{"instruction": "Name a cape.", "output": "Cape Horn."}\n', encoding="utf-8")
    r2s("run", seeds, "-o", tmp_path / "run", "--method", "review")

    shown = r2s("status", tmp_path / "run").stdout

    assert "3.0 a dialogue" in shown
    assert not [row for row in ("coverage", "logic types", "questions", "recited") if row in shown]


def test_help_tells_the_turns_that_methods_have() -> None:
    shown = " ".join(r2s("run", "--help").stdout.replace("│", " ").split())

    assert f"{TURNS} if not given, {TURNS_OF['review']} with review" in shown


def test_show_draws_the_tree_of_a_document(finished: Path) -> None:
    shown = r2s("show", finished, "--doc", "灯塔.md")

    assert shown.returncode == 0
    assert "斯凯里灯塔" in shown.stdout
    assert "evidence" in shown.stdout
    assert "chairman" in shown.stdout


@pytest.mark.parametrize(("target", "beginning"), [("dot", "digraph "), ("graphml", "<graphml ")])
def test_show_gives_the_tree_as_a_graph(finished: Path, target: str, beginning: str) -> None:
    shown = r2s("show", finished, "--doc", "灯塔.md", "--to", target)

    assert shown.stdout.startswith(beginning)
    assert "斯凯里灯塔" in html.unescape(shown.stdout)


def test_show_reads_as_a_dialogue_on_request(finished: Path) -> None:
    shown = r2s("show", finished, "--doc", "lighthouse.txt", "--dialogue")

    assert "User:" in shown.stdout
    assert "evidence" not in shown.stdout


def test_export_writes_messages(finished: Path, tmp_path: Path) -> None:
    done = r2s("export", finished, "--to", "messages", "-o", tmp_path / "samples.jsonl")

    assert done.returncode == 0
    assert lines(tmp_path / "samples.jsonl") == lines(finished / "samples.jsonl")


def test_plan_counts_calls_without_playing(docs: Path) -> None:
    planned = json.loads(r2s("plan", docs, "--reviewers", "2", "--json").stdout)

    assert planned["documents"] == 2
    assert 0 < planned["low"]["calls"] <= planned["high"]["calls"] <= planned["at_most"]["calls"]


def test_a_dry_run_writes_nothing(docs: Path, tmp_path: Path) -> None:
    done = r2s("run", docs, "-o", tmp_path / "run", "--dry-run")

    assert done.returncode == 0
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("method", "edge"), [("cod_review", "reviewer --> chairman"), ("review", "reviewer --> verdict")]
)
def test_graph_prints_mermaid(method: str, edge: str) -> None:
    shown = r2s("graph", method)

    assert shown.stdout.startswith("flowchart TD\n")
    assert edge in shown.stdout


def test_plan_knows_the_price_of_a_model_on_the_list_and_of_no_other(docs: Path) -> None:
    known = json.loads(r2s("plan", docs, "--model", "openai:gpt-4o-mini", "--json").stdout)
    unknown = json.loads(r2s("plan", docs, "--model", "openai:my-own", "--json").stdout)

    assert 0 < known["low"]["cost_usd"] < known["at_most"]["cost_usd"]
    assert unknown["at_most"]["cost_usd"] is None


def test_doctor_finds_a_sound_installation() -> None:
    assert r2s("doctor").returncode == 0


def test_doctor_ends_with_six_where_the_server_does_not_answer() -> None:
    shown = r2s("doctor", "--model", "openai:none", "--base-url", "http://127.0.0.1:9/v1")

    assert shown.returncode == 6
    assert "FAILED server" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "oracle"], "no model is called 'oracle'"),
        (["--set", "polices.logic.spread=1"], "did you mean policies"),
        (["--set", "reviewers"], "name=value"),
        (["--set", "reviewers=many"], "reviewers"),
        (["--config", "nowhere.yaml"], "no configuration nowhere.yaml"),
        (["--model", "king=extractive"], "there is no role king"),
        (["--model", "openai:gpt"], "OPENAI_API_KEY"),
        (["--method", "magic"], "method"),
    ],
)
def test_a_setting_that_cannot_be_used_is_explained(
    docs: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    refused = r2s("run", docs, "-o", tmp_path / "run", *arguments)

    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_bad_documents_are_reported_and_the_good_ones_played(docs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    (folder / "binary.txt").write_bytes(b"\x00\x01\x02" * 100)
    (folder / "half.txt").write_bytes(b"\xff\xfeA\x00 \x00h")
    (folder / "word.txt").write_text("Lighthouse", encoding="utf-8")
    (folder / "huge.txt").write_text("A sentence of some words. " * 50_000, encoding="utf-8")
    (folder / "rows.jsonl").write_text(
        json.dumps({"id": "ok", "text": LIGHTHOUSE})
        + "\n{no json\n"
        + json.dumps({"id": "x"})
        + "\n"
        + json.dumps({"id": "ok", "text": LIGHTHOUSE + " Again."})
        + "\n",
        encoding="utf-8",
    )

    done = r2s("run", folder, tmp_path / "missing.txt", "-o", tmp_path / "run")

    errors = {error["document"]: error["message"] for error in lines(tmp_path / "run" / "errors.jsonl")}
    assert done.returncode == 3
    assert {tree["document"]["id"] for tree in lines(tmp_path / "run" / "trees.jsonl")} == {"good.txt", "ok"}
    assert len(errors) == 9
    for part in ("empty", "binary", "utf-16", "too little", "max_characters", "JSON", "read before", "no such file"):
        assert any(part in message for message in errors.values()), part


def test_a_path_that_leads_nowhere_is_a_usage_error(tmp_path: Path) -> None:
    refused = r2s("run", tmp_path / "nowhere", "-o", tmp_path / "run")

    assert refused.returncode == 2
    assert "no file to read" in refused.stderr


def test_another_configuration_in_the_same_directory_is_refused(finished: Path, docs: Path) -> None:
    refused = r2s("run", docs, "-o", finished, "--seed", "9")

    assert refused.returncode == 5
    assert "seed was 0, now 9" in refused.stderr


def test_a_spent_budget_ends_with_four_and_keeps_what_is_finished(docs: Path, tmp_path: Path) -> None:
    cut = r2s("run", docs, "-o", tmp_path / "run", "--max-calls", "10")

    assert cut.returncode == 4
    assert "budget of 10 calls" in cut.stderr
    assert json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))["status"] == "budget"


def test_an_unreachable_server_ends_with_six(docs: Path, tmp_path: Path) -> None:
    lost = r2s("run", docs, "-o", tmp_path / "run", "--model", "openai:none", "--base-url", "http://127.0.0.1:9/v1")

    assert lost.returncode == 6


def test_a_directory_without_a_run_is_named(tmp_path: Path) -> None:
    refused = r2s("status", tmp_path)

    assert refused.returncode == 2
    assert "no run directory" in refused.stderr


@pytest.fixture(scope="module")
def lighthouses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More documents than a run gets through before it can be stopped; beside them `whole`, the run of all."""
    docs = tmp_path_factory.mktemp("lighthouses") / "docs.jsonl"
    rows = [{"id": f"d{number}", "title": f"Lighthouse {number}", "text": LIGHTHOUSE} for number in range(120)]
    docs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert r2s("run", docs, "-o", docs.with_name("whole")).returncode == 0
    return docs


@pytest.mark.xdist_group("lighthouses")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_ends_cleanly_and_goes_on_to_the_same_bytes(
    lighthouses: Path, tmp_path: Path, number: int, code: int
) -> None:
    docs = lighthouses
    command = [sys.executable, "-m", "r2s", "run", str(docs), "-o", str(tmp_path / "run"), "--concurrency", "2"]

    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        _wait_for(tmp_path / "run" / "trees.jsonl")
        process.send_signal(number)
        process.communicate(timeout=60)

    stopped = len(lines(tmp_path / "run" / "trees.jsonl"))
    assert process.returncode == code
    assert 0 < stopped < 120
    assert r2s("run", docs, "-o", tmp_path / "run").returncode == 0
    assert (tmp_path / "run" / "trees.jsonl").read_bytes() == (docs.with_name("whole") / "trees.jsonl").read_bytes()


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_dialogue_is_forked_from_the_ids_that_show_tells(finished: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished, run)
    tree = next(tree for tree in lines(run / "trees.jsonl") if tree["document"]["id"] == "lighthouse.txt")
    reply = next(node["id"] for node in tree["nodes"] if node["role"] == "assistant" and node["status"] == "kept")
    where = ("fork", run, "--doc", "lighthouse.txt", "--node", reply[:8], "--reviewers", "1")

    shown = r2s("show", run, "--doc", "lighthouse.txt", "--ids")
    planned = r2s(*where, "--dry-run")
    forked, again = r2s(*where), r2s(*where)
    listed = r2s("show", run, "--doc", "lighthouse.txt", "--ids")

    assert reply in shown.stdout
    assert "calls if all goes smoothly" in planned.stdout
    assert (forked.returncode, again.returncode) == (0, 0), forked.stderr
    assert "new messages" in forked.stdout
    assert "nothing was played, nothing paid" in again.stdout
    branches = next(tree for tree in lines(run / "trees.jsonl") if tree["document"]["id"] == "lighthouse.txt")["stops"]
    assert next(iter(branches)) in listed.stdout


def test_what_cannot_be_forked_is_a_usage_error(finished: Path) -> None:
    nowhere = r2s("fork", finished, "--node", "beef")
    no_plan = r2s("fork", finished, "--node", "beef", "--plan", "{}")

    assert (nowhere.returncode, no_plan.returncode) == (2, 2)
    assert "has no message 'beef'" in nowhere.stderr
    assert "--plan" in no_plan.stderr
