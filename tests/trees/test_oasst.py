"""Open-Assistant's trees in and out: shape, ids, ranks, and what their loader would take."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from r2s.errors import TreeError
from r2s.samples.dialogue import dialogues_of
from r2s.samples.targets.oasst import Oasst
from r2s.trees.oasst import read_oasst
from tests.samples.open_assistant import example
from tests.trees.forest import make_tree

KEPT = ("message_id", "parent_id", "text", "role", "lang", "deleted", "rank")


def exported(**settings: Any) -> dict[str, Any]:
    tree = make_tree()
    (row,) = Oasst(**settings).rows(list(dialogues_of(tree)))
    return row


def messages(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    left = [row["prompt"]]
    while left:
        message = left.pop(0)
        yield message
        left = [*message["replies"], *left]


def loaded_by_open_assistant(row: dict[str, Any]) -> list[list[str]]:
    """The threads that its loader trains on: trees ready for export, no message deleted or synthetic, every leaf."""
    if row["tree_state"] != "ready_for_export" or not row["prompt"]["review_result"]:
        return []
    left, threads = [[row["prompt"]]], []
    while left:
        thread = left.pop(0)
        left = [[*thread, reply] for reply in thread[-1]["replies"]] + left
        is_sound = not any(message.get("deleted") or message.get("synthetic") for message in thread)
        if not thread[-1]["replies"] and len(thread) > 1 and is_sound:
            threads.append([message["text"] for message in thread])
    return threads


def test_a_tree_of_open_assistant_comes_back_as_it_was() -> None:
    given = json.loads(example())
    tree = read_oasst(example(), "here")

    (row,) = Oasst(synthetic=False).rows(list(dialogues_of(tree)))

    assert row["message_tree_id"] == given["message_tree_id"]
    before = [{name: message.get(name) for name in KEPT} for message in messages(given)]
    assert [{name: message.get(name) for name in KEPT} for message in messages(row)] == before


def test_a_tree_of_ours_survives_open_assistants_format() -> None:
    row = exported(drafts=False)

    again = read_oasst(json.dumps(row), "here")

    said = [[node.text for node in dialogue.path] for dialogue in dialogues_of(again)]
    assert said == [[node.text for node in dialogue.path] for dialogue in dialogues_of(make_tree())]


def test_ids_are_the_same_every_time_and_are_uuids() -> None:
    ids = [message["message_id"] for message in messages(exported())]

    assert ids == [message["message_id"] for message in messages(exported())]
    assert len({uuid.UUID(id).version for id in ids}) == 1


def test_roles_alternate_and_the_root_is_the_trees_id() -> None:
    row = exported()

    assert row["message_tree_id"] == row["prompt"]["message_id"]
    for message in messages(row):
        assert all(reply["role"] != message["role"] for reply in message["replies"])
        assert all(reply["parent_id"] == message["message_id"] for reply in message["replies"])


def test_drafts_are_ranked_below_what_was_kept() -> None:
    replies = exported()["prompt"]["replies"]

    assert sorted((reply["rank"], reply["text"]) for reply in replies) == [(0, "first reply"), (1, "a draft")]


def test_without_drafts_there_is_nothing_to_rank() -> None:
    (reply,) = exported(drafts=False)["prompt"]["replies"]

    assert "rank" not in reply


def test_open_assistants_loader_takes_nothing_synthetic() -> None:
    assert loaded_by_open_assistant(exported()) == []


def test_what_is_not_marked_synthetic_loads_as_our_dialogues() -> None:
    threads = loaded_by_open_assistant(exported(synthetic=False, drafts=False))

    assert threads == [[node.text for node in dialogue.path] for dialogue in dialogues_of(make_tree())]


def test_deleted_messages_and_what_hangs_below_them_give_no_dialogue() -> None:
    given = json.loads(example())
    given["prompt"]["replies"][0]["deleted"] = True

    dialogues = list(dialogues_of(read_oasst(json.dumps(given), "here")))

    assert len(dialogues) == 2


def test_flat_rows_come_depth_first_with_their_parents_before_them() -> None:
    tree = read_oasst(example(), "here")

    rows = list(Oasst().records(list(dialogues_of(tree))))

    seen: set[str | None] = {None}
    for row in rows:
        assert row["parent_id"] in seen
        seen.add(row["message_id"])
    assert [row["text"] for row in rows] == [message["text"] for message in messages(json.loads(example()))]


@pytest.mark.parametrize("line", ["{}", "[]", "not json", '{"message_tree_id": "x", "prompt": {"text": 1}}'])
def test_a_line_that_is_no_tree_of_theirs_is_named(line: str) -> None:
    with pytest.raises(TreeError, match=r"trees.jsonl:3: no Open-Assistant tree"):
        read_oasst(line, "trees.jsonl:3")
