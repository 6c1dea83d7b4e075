"""The baseline in Review-Instruct: seeds and documents, both languages, no sentence twice, the same bytes each time."""

import json
from pathlib import Path

import pytest

from r2s import api
from r2s.documents import Document
from r2s.documents.document import Message
from r2s.documents.grams import said_before
from r2s.trees.node import Node
from r2s.trees.tree import ConversationTree, check_tree
from tests.conftest import lighthouse

SEEDS = {
    "en": "How might a school use old bicycles to teach physics?",
    "en-input": "Say which animals are named:\nThe heron stood in the reeds. A barge went by.",
    "zh-Hans": "如何在阳台上种番茄？",
    "zh-Hant": "請列舉三個保護環境的方法。",
}


def seed(name: str) -> Document:
    said = (Message(role="user", text=SEEDS[name]),)
    lang = name.removesuffix("-input")
    return Document(id=name, title=None, lang=lang, source="test", text="", passages=(), messages=said)


def play(document: Document, **settings: object) -> ConversationTree:
    (tree,) = api.run(document, method="review", **{"turns": 3, **settings})
    return check_tree(tree)


def said(tree: ConversationTree, role: str) -> list[Node]:
    return [node for node in tree.nodes if node.role == role]


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_becomes_three_rounds_without_any_text_repeated(name: str) -> None:
    tree = play(seed(name))

    texts = [node.text for node in tree.nodes]
    assert (tree.totals.turns, tree.totals.calls, tree.stop.rule) == (3, 14, "max_turns")
    assert texts[0] == SEEDS[name]
    assert not [text for place, text in enumerate(texts) if said_before(text, texts[:place])]


def test_an_instruction_with_input_is_answered_out_of_the_input() -> None:
    assert said(play(seed("en-input")), "assistant")[0].text in SEEDS["en-input"]


def test_traditional_characters_are_answered_in_traditional_characters() -> None:
    assert said(play(seed("zh-Hant")), "assistant")[0].text.startswith("簡單說")


def test_a_document_is_asked_about_and_answered_from() -> None:
    tree = play(lighthouse())

    assert tree.totals.calls == 15
    assert "lighthouse" in tree.nodes[0].text
    assert all(node.evidence for node in said(tree, "assistant"))
    assert tree.coverage > 0.3


def test_the_same_seed_plays_the_same_bytes() -> None:
    assert play(seed("en")).to_json() == play(seed("en")).to_json()


def test_nobody_is_cast(tmp_path: Path) -> None:
    tree = play(seed("en"))

    assert set(tree.cast.user.model_dump().values()) == {""}


def test_a_file_of_instructions_is_a_run(tmp_path: Path) -> None:
    path = tmp_path / "seeds.jsonl"
    rows = [
        {"instruction": "Name the animals.", "input": "A heron and a barge.", "output": "A heron."},
        {"instruction": "Why is granite hard to carve?", "input": "", "output": "It is dense."},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    trees = api.run(path, method="review", turns=2, reviewers=1)

    assert [tree.nodes[0].text for tree in trees] == [
        "Name the animals.\nA heron and a barge.",
        "Why is granite hard to carve?",
    ]
