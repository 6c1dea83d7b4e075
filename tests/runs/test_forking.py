"""Forks: a dialogue goes on from any message, only what is new is paid for, and nothing else in the run changes."""

import asyncio
import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import r2s
from r2s.config import RunConfig, load_config
from r2s.errors import ConfigError, RunError, TurnError
from r2s.runs.directory import RunDirectory
from r2s.runs.estimate import estimate
from r2s.runs.fork_request import ForkRequest, read_plan
from r2s.runs.forking import Forked, Forking
from r2s.runs.reading import read_run
from r2s.runs.runner import Run
from r2s.runs.verifying import verify_run
from r2s.samples.flatten import flatten
from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree
from tests.conftest import LIGHTHOUSE, Scripted

# Three short documents, three turns each, with the mildest rules: every test plays its own.
SETTINGS = {"turns": 3, "policies.stop": {"kind": "max_turns"}, "policies.revision": {"kind": "never"}}


def settings(**flags: Any) -> RunConfig:
    return load_config(flags={**SETTINGS, **flags})


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.jsonl"
    rows = [{"id": f"d{number}", "title": f"Lighthouse {number}", "text": LIGHTHOUSE} for number in range(3)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def run(docs: Path, tmp_path: Path) -> Path:
    play(docs, tmp_path / "run", settings())
    return tmp_path / "run"


def play(docs: Path, out: Path, config: RunConfig, model: Scripted | None = None) -> Any:
    return asyncio.run(Run([docs], config, out, models=lambda role: model or Scripted({})).play())


def fork(run: Path, node: str, model: Scripted | None = None, doc: str | None = "d1", **flags: Any) -> Forked:
    return forking(run, node, model, doc, **flags)()


def forking(
    run: Path, node: str, model: Scripted | None = None, doc: str | None = "d1", **flags: Any
) -> Callable[[], Forked]:
    asked = {name: flags.pop(name) for name in ("say", "plan") if name in flags}
    before = load_config(run / "config.yaml")
    config = load_config(run / "config.yaml", flags=flags)
    request = ForkRequest(run, node, config, before, doc, **asked)
    return lambda: asyncio.run(Forking(request, models=lambda role: model or Scripted({})).play())


def tree_of(run: Path, doc: str = "d1") -> ConversationTree:
    return next(tree for tree in RunDirectory(run).read_trees() if tree.document.id == doc)


def kept(tree: ConversationTree, turn: int, role: str) -> Node:
    """The message of the first dialogue in this turn."""
    return next(node for node in tree.dialogues()[0] if node.turn == turn and node.role == role)


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_reply_goes_on_with_another_panel_as_a_new_branch_of_its_tree(run):
    before = tree_of(run)
    reply = kept(before, 1, "assistant")

    forked = fork(run, reply.id, reviewers=1)

    after = tree_of(run)
    assert after == forked.tree
    assert after.nodes[: len(before.nodes)] == before.nodes
    old, new = after.dialogues()
    assert old == before.dialogues()[0]
    assert [node.id for node in new[:2]] == [node.id for node in old[:2]]
    assert len(new) == 6
    assert [len(node.reviews) for node in new if node.role == "assistant"] == [3, 1, 1]
    assert after.stops == {new[-1].id: after.stop}


def test_what_the_state_was_is_what_is_asked_again(docs, tmp_path):
    """Nothing of the planner's prompt may differ, or calls that were made would be paid for again."""
    first = Scripted({"chairman": lambda request: {"reason": "r", "advice": f"ask on {len(request.transcript)}"}})
    play(docs, tmp_path / "run", settings(), first)
    reply = kept(tree_of(tmp_path / "run"), 2, "assistant")
    again = Scripted({})

    fork(tmp_path / "run", reply.id, again, reviewers=1)

    (asked,) = again.of("planner")
    (meant,) = [
        request
        for request in first.of("planner")
        if request.dialogue == asked.dialogue and len(request.transcript) == 4
    ]
    assert (asked.messages(), asked.seed) == (meant.messages(), meant.seed)
    assert asked.fields["advice"] == "ask on 2"


def test_a_question_is_answered_again_by_more_candidates(run):
    asked = kept(tree_of(run), 2, "user")

    tree = fork(run, asked.id, candidates=3).tree

    replies = tree.children(asked.id)
    assert [node.order for node in replies] == [0, 1, 2, 3, 4]
    assert [node.status for node in replies].count("kept") == 2
    assert len({node.id for node in replies}) == 5
    assert len(tree.dialogues()) == 2


def test_a_draft_that_was_not_kept_goes_on_under_the_runs_own_settings(run):
    draft = next(node for node in tree_of(run).nodes if node.status == "rejected" and node.turn == 1)

    tree = fork(run, draft.id).tree

    assert tree.node(draft.id).status == "kept"
    assert [path[1].id for path in tree.dialogues()] == [kept(tree, 1, "assistant").id, draft.id]


def test_a_dialogue_goes_on_behind_its_end_with_more_turns(run):
    leaf = tree_of(run).dialogues()[0][-1]

    tree = fork(run, leaf.id, turns=5).tree

    assert [len(path) for path in tree.dialogues()] == [10]
    assert (tree.stop.turn, tree.stops, tree.totals.turns) == (5, {}, 5)


def test_a_person_speaks_instead_of_the_user(run):
    model = Scripted({})
    asked = kept(tree_of(run), 2, "user")

    tree = fork(run, asked.id, model, say="Was it ever dark, that Skerry lighthouse?").tree

    said = next(node for node in tree.nodes if node.kind == "intervention")
    assert (said.agent, said.parent, said.text) == (
        "person",
        asked.parent,
        "Was it ever dark, that Skerry lighthouse?",
    )
    assert said.plan == asked.plan
    assert said.order == 1
    assert said.found
    assert model.of("candidate")[0].said == said.text
    assert model.of("user")[0].transcript[-2].text == said.text


def test_a_person_speaks_next_after_a_reply_and_first_of_all(run):
    reply = kept(tree_of(run), 1, "assistant")

    fork(run, reply.id, say="And then?")
    tree = fork(run, kept(tree_of(run), 1, "user").id, say="Good day, who built this lighthouse at Skerry?").tree

    said = [node for node in tree.nodes if node.kind == "intervention"]
    assert [(node.parent, node.turn) for node in said] == [(reply.id, 2), (None, 1)]
    assert [len(path) for path in tree.dialogues()] == [6, 6, 6]


def test_a_plan_is_put_in_the_place_of_the_planners(run):
    model = Scripted({})
    asked = kept(tree_of(run), 2, "user")
    plan = read_plan('{"type": "opinion-rebuttal", "purpose": "doubt it", "target": ["p2"]}')

    tree = fork(run, asked.id, model, plan=plan).tree

    spoken = next(node for node in tree.nodes if node.kind == "intervention")
    assert (spoken.agent, spoken.parent, spoken.turn, spoken.plan) == ("user", asked.parent, 2, plan)
    assert model.of("user")[0].fields["purpose"] == "doubt it"
    assert spoken.found[0] == "p2"
    assert len(model.of("planner")) == 1


def test_another_seed_draws_another_branch(run):
    reply = kept(tree_of(run), 1, "assistant")

    forked = fork(run, reply.id, seed=5)

    assert forked.fork.seed != tree_of(run).seed
    assert len({node.seed for node in forked.tree.nodes if node.parent == reply.id}) == 2


@pytest.mark.parametrize("lang", ["fr", "ja", ""])
def test_a_tree_in_a_language_without_rules_of_its_own_goes_on_by_those_of_english(run, lang: str):
    trees = RunDirectory(run).trees
    trees.write_bytes(trees.read_bytes().replace(b'"lang":"en"', f'"lang":"{lang}"'.encode()))
    RunDirectory(run).tree_sums.unlink()

    forked = fork(run, kept(tree_of(run), 2, "assistant").id, seed=7)

    assert forked.is_new
    assert tree_of(run).document.lang == lang


def test_nothing_else_in_the_run_changes_a_byte(run):
    trees, samples = lines(run / "trees.jsonl"), lines(run / "samples.jsonl")

    fork(run, kept(tree_of(run), 1, "assistant").id, reviewers=1)

    assert [line for line in lines(run / "trees.jsonl") if b'"id":"d1"' not in line] == [trees[0], trees[2]]
    after = lines(run / "samples.jsonl")
    assert [after[0], after[-1]] == [samples[0], samples[2]]
    assert [json.loads(line) for line in after[1:-1]] == list(flatten(tree_of(run)))


def test_a_run_that_is_resumed_keeps_its_forks_and_what_is_told_of_them(docs, run):
    fork(run, kept(tree_of(run), 1, "assistant").id, reviewers=1)
    trees, samples = (run / "trees.jsonl").read_bytes(), (run / "samples.jsonl").read_bytes()
    model = Scripted({})

    play(docs, run, settings(), model)

    assert model.requests == []
    assert ((run / "trees.jsonl").read_bytes(), (run / "samples.jsonl").read_bytes()) == (trees, samples)
    assert len(json.loads((run / "manifest.json").read_text(encoding="utf-8"))["forks"]) == 1


def test_a_fork_is_told_in_the_events_the_manifest_and_the_tree_and_counted(run):
    before = tree_of(run)
    reply = kept(before, 1, "assistant")

    forked = fork(run, reply.id, reviewers=1)

    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (told,) = manifest["forks"]
    events = [json.loads(line) for line in lines(run / "events.jsonl")]
    assert (told["node"], told["changed"], told["document"]) == (reply.id, {"reviewers": 1}, "d1")
    assert [event["changed"] for event in events if event["event"] == "forked"] == [{"reviewers": 1}]
    assert forked.tree.forks[0].changed == {"reviewers": 1}
    assert manifest["totals"] == read_run(run).figures
    assert manifest["totals"]["samples"] == 4
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["usage"] == manifest["totals"]["usage"]
    # Two turns of planner, user, two candidates, one reviewer and the chairman.
    assert forked.calls == forked.tree.totals.calls - before.totals.calls == 2 * 6
    assert forked.tree.totals.prompt_tokens == 10 * forked.tree.totals.calls


def test_the_same_fork_again_is_recognised_and_another_is_not(run):
    reply = kept(tree_of(run), 1, "assistant").id
    fork(run, reply, reviewers=1)
    before = (run / "trees.jsonl").read_bytes()
    model = Scripted({})

    again = fork(run, reply, model, reviewers=1)
    other = fork(run, reply, reviewers=2)

    assert (again.is_new, model.requests) == (False, [])
    assert other.is_new
    assert len(other.tree.forks) == 2
    assert len((run / "trees.jsonl").read_bytes()) > len(before)


def test_a_fork_that_says_the_same_again_is_not_trained_twice(run):
    tree = fork(run, kept(tree_of(run), 1, "assistant").id, reviewers=2).tree

    said = [tuple(node.text for node in path) for path in tree.dialogues()]
    assert said[0] == said[1]
    assert len(list(flatten(tree))) == 1


def test_a_fork_can_be_forked_and_branch(run):
    fork(run, kept(tree_of(run), 1, "assistant").id, reviewers=1)
    second = tree_of(run).dialogues()[1][3]
    branching: dict[str, Any] = {"policies.branching": {"kind": "top", "nodes": None}}

    tree = fork(run, second.id, **branching, turns=4).tree

    assert len(tree.dialogues()) == 2 + 4
    assert set(tree.stops) == {path[-1].id for path in tree.dialogues()[1:]}


def test_a_fork_keeps_to_the_budget_of_its_tree(run):
    reply = kept(tree_of(run), 1, "assistant").id
    branching: dict[str, Any] = {"policies.branching": {"kind": "top", "nodes": 20}}

    tree = fork(run, reply, **branching, turns=4).tree

    pruned = [node for node in tree.nodes if node.status == "pruned"]
    assert pruned
    assert len(tree.nodes) <= 20 + 3


def _fails(request: Any) -> Any:
    return {"text": "According to the passage, yes."}


@pytest.mark.parametrize(
    ("node", "flags", "message"),
    [
        ("beef", {"reviewers": 1}, "has no message 'beef'"),
        ("reply", {}, "own settings"),
        ("leaf", {"reviewers": 1}, "give more --turns"),
        ("reply", {"say": "  "}, "say something"),
        ("begins", {"reviewers": 1, "doc": None}, "give more of the id, or --doc"),
        ("reply", {"plan": read_plan('{"type": "question-answer", "target": ["p99"]}')}, "no passage 'p99'"),
        ("reply", {"reviewers": 1, "policies.stop": {"kind": "coverage", "share": 0.01}}, "is over at"),
    ],
)
def test_what_cannot_be_forked_is_refused_with_the_reason(run, node: str, flags, message):
    tree = tree_of(run)
    reply = kept(tree, 1, "assistant").id
    shared = {node.id[0] for node in tree.nodes} & {node.id[0] for node in tree_of(run, "d2").nodes}
    ids = {"reply": reply, "begins": min(shared), "leaf": tree.dialogues()[0][-1].id}
    before = {path.name: path.read_bytes() for path in run.glob("*.json*")}

    with pytest.raises(ConfigError, match=message):
        forking(run, ids.get(node, node), **flags)()

    assert {path.name: path.read_bytes() for path in run.glob("*.json*")} == before


def test_a_failed_turn_cannot_be_gone_on_from(docs, tmp_path):
    def fails_later(request: Any) -> Any:
        return _fails(request) if request.transcript else Scripted({}).script["candidate"](request)

    play(docs, tmp_path / "run", settings(), Scripted({"candidate": fails_later}))
    failed = next(node for node in tree_of(tmp_path / "run").nodes if node.status == "failed")

    with pytest.raises(ConfigError, match=r"has failed.*fork the reply before it"):
        fork(tmp_path / "run", failed.id, reviewers=1)


def test_whoever_watches_sees_the_branch_grow_while_no_file_knows_of_it(run):
    before, node = (run / "trees.jsonl").read_bytes(), kept(tree_of(run), 1, "assistant")
    known = {one.id for one in tree_of(run).nodes}
    config = load_config(run / "config.yaml")
    request = ForkRequest(run, node.id, load_config(run / "config.yaml", flags={"reviewers": 1}), config, "d1")
    seen: list[list[str]] = []

    def watch(tree: ConversationTree, branch: Sequence[Node]) -> None:
        assert (tree.document.id, (run / "trees.jsonl").read_bytes()) == ("d1", before)
        seen.append([one.id for one in branch])

    forked = asyncio.run(Forking(request, models=lambda role: Scripted({}), watch=watch).play())

    assert seen[-1] == [one.id for one in forked.tree.nodes if one.id not in known]
    assert all(set(one) <= set(other) for one, other in pairwise(seen))
    assert [*forked.fork.first] in seen


def test_a_fork_that_fails_changes_no_tree(run):
    before = (run / "trees.jsonl").read_bytes()

    with pytest.raises(TurnError, match="no turn could be played"):
        fork(run, kept(tree_of(run), 1, "assistant").id, Scripted({"candidate": _fails}), reviewers=1)

    assert (run / "trees.jsonl").read_bytes() == before


def test_a_fork_that_fails_leaves_a_sealed_run_sealed(run):
    with pytest.raises(TurnError):
        fork(run, kept(tree_of(run), 1, "assistant").id, Scripted({"candidate": _fails}), reviewers=1)
    after = verify_run(run)

    settings = (run / "config.yaml").read_text(encoding="utf-8")
    (run / "config.yaml").write_text(settings.replace("seed: 0", "seed: 1"), encoding="utf-8")

    assert (after.is_sealed, after.passed) == (True, True)
    assert not verify_run(run).passed


def test_a_fork_that_fails_seals_no_run_that_was_not_sealed(run):
    (run / "SHA256SUMS").unlink()

    with pytest.raises(TurnError):
        fork(run, kept(tree_of(run), 1, "assistant").id, Scripted({"candidate": _fails}), reviewers=1)

    assert not verify_run(run).is_sealed


@pytest.mark.parametrize("closed", ["r2s.runs.forking"], indirect=True)
def test_connections_are_given_back_where_counts_cannot_be_written(run, closed):
    with pytest.raises(RunError, match="the disk is full"):
        fork(run, kept(tree_of(run), 1, "assistant").id, reviewers=1)

    assert len(closed) == 1


def test_a_run_in_use_is_not_forked(run):
    reply = kept(tree_of(run), 1, "assistant").id

    with RunDirectory(run).locked(), pytest.raises(ConfigError, match="in use by a run"):
        fork(run, reply, reviewers=1)


@pytest.mark.parametrize("text", ["no json", "[]", '{"type": "song"}', '{"type": "question-answer", "mood": "gay"}'])
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(ConfigError, match="plan"):
        read_plan(text)


def test_python_forks_a_run_too(run):
    reply = kept(tree_of(run), 1, "assistant").id

    tree = r2s.fork(run, reply, doc="d1", reviewers=1, model=Scripted({}))

    assert tree == tree_of(run)
    assert len(tree.dialogues()) == 2


def test_a_tree_of_five_hundred_messages_is_grown_forked_and_exported(tmp_path):
    rooms = ("kitchen", "store", "lamp room", "boat house", "workshop", "cellar", "watch room", "engine hall")
    text = " ".join(
        f"The {room} of Skerry lighthouse was painted in the year {1900 + 7 * at}." for at, room in enumerate(rooms)
    )
    (tmp_path / "d1.txt").write_text(f"Skerry lighthouse\n\n{LIGHTHOUSE} {text}\n", encoding="utf-8")
    branching = {"policies.branching": {"kind": "top", "count": 2, "nodes": None}}
    play(tmp_path / "d1.txt", tmp_path / "run", settings(turns=7, **branching))
    before = tree_of(tmp_path / "run", "d1.txt")
    node = before.dialogues()[40][3]

    tree = fork(tmp_path / "run", node.id, doc=None, reviewers=1, turns=8).tree

    rows = list(flatten(tree))
    trained = [row["meta"]["path"][index] for row in rows for index in row["meta"]["train"]]
    # A question and two replies, twice as many in every turn; from the third turn on, the fork does the same.
    assert before.totals.nodes == sum(3 * 2**turn for turn in range(7)) == 381
    assert tree.totals.nodes == 381 + sum(3 * 2**turn for turn in range(6)) > 500
    assert tree.nodes[:381] == before.nodes
    assert len(rows) == len(tree.dialogues()) == 128 + 64
    assert len(trained) == len(set(trained))


def test_a_run_that_branches_stays_under_its_plan(docs, tmp_path):
    config = settings(turns=4, **{"policies.branching": {"kind": "top", "nodes": 40}})
    planned = estimate([docs], config)
    model = Scripted({})

    play(docs, tmp_path / "run", config, model)

    assert planned.high.calls > 3 * 4 * 8
    assert planned.low.calls < len(model.requests) <= planned.at_most.calls


def test_a_fork_tells_no_folder_of_this_machine(run):
    reply = kept(tree_of(run), 1, "assistant")
    personas = [{"name": "teacher", "briefs": {"en": "You teach."}, "model": "hf:/home/me/models/tiny"}]

    models: dict[str, Any] = {"models.user": "vllm:/home/me/models/big"}

    forked = fork(run, reply.id, personas=personas, reviewers=1, **models)

    assert "/home/me" not in forked.tree.to_json()
    assert forked.fork.changed["models.reviewer:teacher"] == forked.fork.models["reviewer:teacher"] == "hf:tiny"
