"""Layouts: what the rows of a file are, told from the names of their fields, and which command takes them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeGuard

QUESTIONS = ("instruction", "prompt", "query")
ANSWERS = ("output", "response", "completion", "answer")


class Layout(StrEnum):
    """`RECORDS`, `ARTICLES`, `CONTEXTS`, `QUESTIONS` and `SEARCHES` hold documents, the others dialogues."""

    RECORDS = "records"
    ARTICLES = "articles with questions (SQuAD)"
    CONTEXTS = "contexts with questions (CMRC 2018)"
    QUESTIONS = "questions with their context"
    SEARCHES = "questions with the documents found (DuReader)"
    PAIRS = "instruction pairs (Alpaca)"
    CONVERSATIONS = "conversations (ShareGPT)"
    TURNS = "questions of several turns (MT-Bench)"
    TREES = "message trees (Open-Assistant)"
    MESSAGES = "messages of trees (Open-Assistant)"


NOT_DOCUMENTS = frozenset({Layout.PAIRS, Layout.CONVERSATIONS, Layout.TURNS, Layout.TREES, Layout.MESSAGES})


def layout_of(values: Mapping[str, Any]) -> Layout:
    """The layout of a file whose first row this is."""
    return next((layout for layout, is_it in _SIGNS if is_it(values)), Layout.RECORDS)


def wrong_door(layout: Layout, place: str) -> str:
    """What to say of a file of dialogues that was given as documents."""
    seeds = f"r2s run {place} --method review takes the first questions as seeds"
    if layout is Layout.TURNS:
        return f"the file holds {layout}, not documents; {seeds}"
    return f"the file holds {layout}, not documents; r2s recycle {place} rewrites the answers, {seeds}"


def _is_articles(values: Mapping[str, Any]) -> bool:
    paragraphs = values.get("paragraphs")
    return _is_list_of_objects(paragraphs) and "context" in paragraphs[0]


def _is_contexts(values: Mapping[str, Any]) -> bool:
    return isinstance(values.get("context_text"), str)


def _is_questions(values: Mapping[str, Any]) -> bool:
    return isinstance(values.get("context"), str) and "question" in values and "instruction" not in values


def _is_searches(values: Mapping[str, Any]) -> bool:
    documents = values.get("documents")
    return "question" in values and _is_list_of_objects(documents) and "paragraphs" in documents[0]


def _is_pairs(values: Mapping[str, Any]) -> bool:
    if isinstance(values.get("instruction"), str):
        return not isinstance(values.get("text"), str) or any(name in values for name in ANSWERS)
    is_asked = any(isinstance(values.get(name), str) for name in QUESTIONS)
    return is_asked and any(isinstance(values.get(name), str) for name in ANSWERS)


def _is_conversations(values: Mapping[str, Any]) -> bool:
    return any(_is_list_of_objects(values.get(name)) for name in ("conversations", "conversation", "messages"))


def _is_turns(values: Mapping[str, Any]) -> bool:
    turns = values.get("turns")
    return isinstance(turns, list) and bool(turns) and all(isinstance(turn, str) for turn in turns)


def _is_trees(values: Mapping[str, Any]) -> bool:
    return isinstance(values.get("prompt"), dict) and "message_tree_id" in values


def _is_messages(values: Mapping[str, Any]) -> bool:
    return "role" in values and "text" in values and ("message_id" in values or "parent_message_id" in values)


def _is_list_of_objects(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


_SIGNS = (
    (Layout.ARTICLES, _is_articles),
    (Layout.CONTEXTS, _is_contexts),
    (Layout.QUESTIONS, _is_questions),
    (Layout.SEARCHES, _is_searches),
    (Layout.TREES, _is_trees),
    (Layout.MESSAGES, _is_messages),
    (Layout.PAIRS, _is_pairs),
    (Layout.CONVERSATIONS, _is_conversations),
    (Layout.TURNS, _is_turns),
)
