"""The conversation tree: paths, checks, coverage, and its JSON."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from r2s.errors import TreeError
from r2s.trees.coverage import covered_share, covered_spans, uncovered_passages
from r2s.trees.tree import ConversationTree, check_tree, node_id, read_tree
from r2s.usage import Usage
from tests.trees.forest import make_tree


def test_a_tree_survives_its_json() -> None:
    tree = make_tree()

    again = read_tree(tree.to_json(), "here")

    assert again == tree
    assert again.to_json() == tree.to_json()


def test_the_json_names_its_schema_and_what_the_contract_asks_for() -> None:
    row = json.loads(make_tree().to_json())

    assert row["schema"] == "r2s.tree/1"
    assert {
        "id",
        "run",
        "method",
        "seed",
        "replicate",
        "cast",
        "stop",
        "document",
        "nodes",
        "coverage",
        "totals",
    } <= set(row)
    assert {"id", "parent", "order", "turn", "role", "agent", "kind", "status", "text", "plan", "evidence"} <= set(
        row["nodes"][0]
    )


def test_a_path_leads_from_the_root_to_a_message() -> None:
    tree = make_tree()

    assert [node.text for node in tree.path_to("a2")] == ["one?", "first reply", "two?", "second reply"]


def test_children_come_in_the_order_in_which_they_were_made() -> None:
    tree = make_tree()

    assert [node.id for node in tree.children("u1")] == ["d1", "a1"]


def test_a_dialogue_is_a_path_of_kept_messages() -> None:
    tree = make_tree()

    assert [[node.id for node in path] for path in tree.dialogues()] == [
        ["u1", "a1", "u2", "a2"],
        ["u1", "a1", "u3", "a3"],
    ]


def test_a_message_that_is_not_there_is_named() -> None:
    with pytest.raises(TreeError, match="no node 'zz'"):
        make_tree().node("zz")


def _double(row: dict[str, Any]) -> None:
    row["nodes"][1]["id"] = "u1"


def _orphan(row: dict[str, Any]) -> None:
    row["nodes"][1]["parent"] = "nobody"


def _same_speaker(row: dict[str, Any]) -> None:
    row["nodes"][1]["role"] = "user"


def _false_quote(row: dict[str, Any]) -> None:
    row["nodes"][2]["evidence"][0]["quote"] = "something else"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (_double, "occurs twice"),
        (_orphan, "before its parent"),
        (_same_speaker, "both by the user"),
        (_false_quote, "does not stand at"),
    ],
)
def test_a_tree_that_does_not_hold_together_is_refused(spoil: Callable[[dict[str, Any]], None], problem: str) -> None:
    row = json.loads(make_tree().to_json())

    spoil(row)

    with pytest.raises(TreeError, match=problem):
        check_tree(ConversationTree.model_validate(row))


def test_a_line_that_is_no_tree_is_named_by_its_place() -> None:
    with pytest.raises(TreeError, match=r"trees.jsonl:7"):
        read_tree('{"schema": "r2s.tree/1"}', "trees.jsonl:7")


def test_overlapping_evidence_counts_once() -> None:
    nodes = [node for node in make_tree().nodes if node.status == "kept"]

    assert covered_spans(nodes) == [(0, 12), (20, 30)]
    assert covered_share(nodes, 44) == 0.5


def test_a_passage_is_open_until_half_of_it_is_conveyed() -> None:
    tree = make_tree()

    open_passages = uncovered_passages(tree.document.passages, [tree.node("a1")])

    assert [passage.id for passage in open_passages] == ["p2"]


def test_unknown_cost_stays_unknown_and_is_never_zero() -> None:
    known, unknown = Usage(prompt_tokens=1, cost_usd=0.5), Usage(prompt_tokens=2, cost_usd=None)

    assert (known + known).cost_usd == 1.0
    assert (known + unknown).cost_usd is None
    assert (known + unknown).prompt_tokens == 3


def test_the_id_of_a_message_follows_from_where_it_hangs() -> None:
    ids = {node_id("a", "user", 0), node_id("b", "user", 0), node_id("a", "user", 1), node_id("doc/7", "user", 0)}

    assert node_id("a", "user", 0) in ids
    assert len(ids) == 4
