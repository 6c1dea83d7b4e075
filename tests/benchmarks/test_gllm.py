"""The benchmark of a small GLLM: its entries, and the figures of dialogues whose worth is known."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.entries import entries
from benchmarks.gllm_figures import Said, documents_of, first_replies, form_figures, tree_figures
from r2s.agents.gllm import FORMS
from r2s.config import load_config
from r2s.runs.runner import Run
from r2s.trees.gllm import BriefTurn, Characters, GllmDialogue
from tests.conftest import lighthouse

OPENERS = set(
    re.findall(
        r'(?:"|\. )([A-Z][a-z]*)', (Path(__file__).parents[2] / "benchmarks" / "entries.yaml").read_text("utf-8")
    )
)


def capitals(rows: Iterable[dict[str, str]]) -> set[str]:
    return {word for row in rows for word in re.findall(r"\b[A-Z][a-z]*", row["text"])}


def said(*quotes: tuple[str, str], ending: str = "") -> Said:
    turns = tuple(
        BriefTurn(type="question-answer", find=(f"[{passage}] {quote}",), A="a?", B=quote) for passage, quote in quotes
    )
    content = GllmDialogue(characters=Characters(A="a", B="b"), turns=turns).to_json()
    return Said(lighthouse(), content + ending, is_whole=True)


def test_the_same_call_gives_the_same_entries_with_every_slot_filled():
    rows = list(entries(60, 0))

    assert rows == list(entries(60, 0))
    assert len({row["text"] for row in rows}) == len({row["id"] for row in rows}) == 60
    assert not [row for row in rows if "{" in row["text"] + row["title"]]
    assert all(4 <= row["text"].count(". ") + 1 <= 6 for row in rows)


def test_entries_can_be_kept_from_the_names_of_others():
    learnt = capitals(entries(300, 0))

    unseen = list(entries(300, 2, learnt))

    assert len(unseen) == 300
    # What is left are the words of the templates themselves.
    assert capitals(unseen) & learnt <= {"Bridge", "Captain", "Head", "Island", "Mill", "Sundays", *OPENERS}


def test_a_citation_holds_where_its_words_stand_and_in_the_passage_that_it_names():
    right, elsewhere = ("p4", "The lamp burned whale oil until 1881."), ("p2", "The lamp burned whale oil until 1881.")
    wrong = ("p4", "The lamp burned whale oil until 1882.")

    figures = form_figures([said(right, elsewhere), said(wrong, right)], FORMS["brief", True])

    assert figures == {"well-formed": 1.0, "word for word": 0.75, "where it says": 0.5}


def test_what_is_more_or_less_than_one_object_of_the_form_is_not_well_formed():
    right = ("p4", "The lamp burned whale oil until 1881.")
    replies = [said(right), said(right, ending=" Good?"), said(right)._replace(is_whole=False)]

    assert form_figures(replies, FORMS["brief", True])["well-formed"] == 1 / 3
    assert form_figures(replies, FORMS["brief", False])["well-formed"] == 0


async def test_the_figures_of_the_baseline_are_those_of_a_dialogue_that_recites(tmp_path: Path):
    settings: dict[str, Any] = {"method": "cod_single", "turns": 6, "min_turns": 3}
    (tmp_path / "a.txt").write_text(lighthouse().text, encoding="utf-8")
    await Run([tmp_path / "a.txt"], load_config(flags=settings), tmp_path / "run").play()

    figures = tree_figures(tmp_path / "run", 2)

    assert (figures["dialogues"], figures["foreign"], figures["distinct"]) == (0.5, 0, 1)
    assert min(figures["grounded"], figures["coverage"], figures["told"]) > 0.6


async def test_the_first_reply_of_each_document_is_looked_at(tmp_path: Path, serve: Any):
    server = await serve(reply=lambda body: "No.")
    settings = {"method": "gllm", "gllm.layout": "brief", "base_url": server.url, "models.gllm": "openai:mock"}
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "The lamp is lit. It is old."}', encoding="utf-8")
    await Run([tmp_path / "a.jsonl"], load_config(flags=settings), tmp_path / "run").play()
    (reply,) = first_replies(tmp_path / "run", documents_of(tmp_path / "a.jsonl"), "brief")

    assert (reply.document.id, reply.content, reply.is_whole) == ("a", "No.", True)
