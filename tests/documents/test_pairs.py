"""Pairs and dialogues from the files that hold them, and what the door for documents says of these."""

import json
from pathlib import Path
from typing import Any

import pytest

from r2s.documents import Dialogue, DocumentFailure, Pair, read_pairs
from r2s.documents.message_trees import threads

ALPACA = {"instruction": "Name a cape.", "input": "In the north.", "output": "Moss Point."}
HISTORY = {**ALPACA, "system": "Be brief.", "history": [["Hello", "Hi"]]}
SHAREGPT = {
    "id": "s",
    "conversations": [
        {"from": "gpt", "value": "Welcome!"},
        {"from": "human", "value": "Name a cape."},
        {"from": "function_call", "value": "{}"},
        {"from": "observation", "value": "Moss"},
        {"from": "gpt", "value": "Moss Point."},
    ],
}
MESSAGES = {"messages": [{"role": "user", "content": "Name a cape."}, {"role": "assistant", "content": "Moss Point."}]}
REFGPT = {
    "reference": "Moss Point is a cape.",
    "dialogue": "<start_chat><Human 1>:(word count: 5 words) Name a cape. <Assistant 1>: Moss Point.<end_chat>",
}


def write(path: Path, rows: list[Any]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def said(item: Pair | Dialogue | DocumentFailure) -> list[tuple[str, str]]:
    assert not isinstance(item, DocumentFailure), item
    return [(message.role, message.text) for message in item.messages]


def node(id: str, role: str, *replies: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": id, "text": f"I am {id}.", "role": role, "replies": list(replies), **more}


def tree() -> dict[str, Any]:
    """Ten messages: a question, two answers, a question to each, three and two answers to these."""
    first = node("q1", "prompter", *(node(f"b{number}", "assistant") for number in (1, 2, 3)))
    second = node("q2", "prompter", *(node(f"b{number}", "assistant") for number in (4, 5)))
    return node("q0", "prompter", node("a1", "assistant", first), node("a2", "assistant", second))


def flat(message: dict[str, Any], parent: str | None = None) -> list[dict[str, Any]]:
    row = {key: value for key, value in message.items() if key != "replies"} | {"parent_id": parent}
    return [row] + [one for reply in message["replies"] for one in flat(reply, message["message_id"])]


ASKED, ANSWERED = ("user", "Name a cape."), ("assistant", "Moss Point.")
FULL = ("user", "Name a cape.\nIn the north.")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ALPACA, [FULL, ANSWERED]),
        ({"instruction": "Name a cape.", "lang": "en"}, [ASKED]),
        (HISTORY, [("system", "Be brief."), ("user", "Hello"), ("assistant", "Hi"), FULL, ANSWERED]),
        (SHAREGPT, [ASKED, ("tool_call", "{}"), ("tool", "Moss"), ANSWERED]),
        (MESSAGES, [ASKED, ANSWERED]),
        (REFGPT, [ASKED, ANSWERED]),
        ({"question_id": 81, "turns": ["Name a cape.", "Another."]}, [ASKED]),
    ],
    ids=["alpaca", "seed", "history", "sharegpt", "messages", "refgpt", "mt-bench"],
)
def test_each_layout_gives_its_messages(tmp_path: Path, row: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    (item,) = read_pairs([write(tmp_path / "a.jsonl", [row])])

    assert said(item) == expected


def test_a_tree_gives_one_dialogue_for_each_last_answer(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"message_tree_id": "t", "tree_state": "ready_for_export", "prompt": tree()}])

    dialogues = list(read_pairs([path]))

    assert [item.id for item in dialogues if isinstance(item, Dialogue)] == ["t:b1", "t:b2", "t:b3", "t:b4", "t:b5"]
    assert {len(said(item)) for item in dialogues} == {4}


def test_messages_one_by_one_give_the_dialogues_of_their_tree(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", list(reversed(flat(tree()))))

    dialogues = list(read_pairs([path]))

    assert sorted(item.id for item in dialogues if isinstance(item, Dialogue)) == [
        f"q0:b{number}" for number in range(1, 6)
    ]


def test_deleted_messages_and_questions_without_an_answer_end_no_thread() -> None:
    root = node(
        "q0", "prompter", node("a1", "assistant", node("q1", "prompter")), node("a2", "assistant", deleted=True)
    )

    assert [[message["message_id"] for message in thread] for thread in threads(root)] == [["q0", "a1"]]


def test_a_repeated_id_is_made_different(tmp_path: Path) -> None:
    items = list(read_pairs([write(tmp_path / "a.jsonl", [SHAREGPT, SHAREGPT])]))

    assert len({item.id for item in items if isinstance(item, Dialogue)}) == 2


def test_an_id_made_different_is_no_other_items(tmp_path: Path) -> None:
    rows = [{**ALPACA, "id": id} for id in ("a", "a~2", "a", "a~3")]

    items = list(read_pairs([write(tmp_path / "a.jsonl", rows)]))

    assert [item.id for item in items if isinstance(item, Pair)] == ["a", "a~2", "a~3", "a~3~3"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"messages": [{"message": "Hi"}]}, "do not say who speaks"),
        ({"messages": [{"role": "ghost", "content": "Hi"}]}, "a message is by 'ghost'"),
        ({"messages": [{"role": "assistant", "content": "Hi"}]}, "the user says nothing"),
        ({"messages": [{"role": "user", "content": "Hi"}] * 2}, "the same side speaks twice"),
        ({"text": "A document of a few words."}, "no pairs but records"),
    ],
)
def test_what_is_no_dialogue_is_a_failure(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    (failure,) = read_pairs([write(tmp_path / "a.jsonl", [row])])

    assert isinstance(failure, DocumentFailure)
    assert message in failure.message


@pytest.mark.parametrize("row", [ALPACA, SHAREGPT, MESSAGES, tree()], ids=["alpaca", "sharegpt", "messages", "oasst"])
def test_given_as_documents_they_say_which_command_takes_them(tmp_path: Path, reading, row: dict[str, Any]) -> None:
    failure = reading(write(tmp_path / "a.jsonl", [row] * 3)).failure

    assert "r2s recycle a.jsonl" in failure.message
    assert "r2s run a.jsonl --method review" in failure.message


def test_the_limit_counts_those_read_well(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [ALPACA, {"input": "x"}, ALPACA, ALPACA])

    assert [type(item) for item in read_pairs([path], limit=2)] == [Pair, DocumentFailure, Pair]
