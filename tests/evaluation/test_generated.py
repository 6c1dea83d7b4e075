"""What is told of a generator without a judge: the form of its first replies, and whether its citations hold."""

from pathlib import Path
from typing import Any

from r2s.agents.gllm import FORMS
from r2s.config import load_config
from r2s.documents import Document, read_documents
from r2s.evaluation.generated import (
    Said,
    dialogue_figures,
    dialogues_in,
    first_replies,
    form_figures,
    form_of,
)
from r2s.runs.runner import Run
from r2s.trees.gllm import BriefTurn, Characters, GllmDialogue
from tests.conftest import lighthouse
from tests.evaluation.runs import played
from tests.servers import serve as serve


def said(*quotes: tuple[str, str], ending: str = "") -> Said:
    turns = tuple(
        BriefTurn(type="question-answer", find=(f"[{passage}] {quote}",), A="a?", B=quote) for passage, quote in quotes
    )
    content = GllmDialogue(characters=Characters(A="a", B="b"), turns=turns).to_json()
    return Said(lighthouse(), content + ending, is_whole=True)


def test_a_citation_holds_where_its_words_stand_and_in_the_passage_that_it_names():
    right, elsewhere = ("p4", "The lamp burned whale oil until 1881."), ("p2", "The lamp burned whale oil until 1881.")
    wrong = ("p4", "The lamp burned whale oil until 1882.")

    figures = form_figures([said(right, elsewhere), said(wrong, right)], FORMS["brief", True])

    assert figures == {"well_formed": 1.0, "word_for_word": 0.75, "in_its_passage": 0.5}


def test_what_is_more_or_less_than_one_object_of_the_form_is_not_well_formed():
    right = ("p4", "The lamp burned whale oil until 1881.")
    replies = [said(right), said(right, ending=" Good?"), said(right)._replace(is_whole=False)]

    assert form_figures(replies, FORMS["brief", True])["well_formed"] == 1 / 3
    assert form_figures(replies, FORMS["brief", False])["well_formed"] == 0


def test_without_replies_and_without_dialogues_no_figure_is_made_up():
    assert form_figures([], FORMS["brief", True]) == {}
    assert dialogue_figures([], 3) == {"dialogues": 0.0}


async def asked(serve: Any, folder: Path, **settings: Any) -> tuple[Path, list[Document]]:
    """A run of a generator that says no, and its documents."""
    server = await serve(reply=lambda body: "No.")
    (folder / "a.jsonl").write_text('{"id": "a", "text": "The lamp is lit. It is old."}', encoding="utf-8")
    chosen = {"method": "gllm", "base_url": server.url, "models.gllm": "openai:mock", **settings}
    await Run([folder / "a.jsonl"], load_config(flags=chosen), folder / "run").play()
    return folder / "run", [item for item in read_documents([folder / "a.jsonl"]) if isinstance(item, Document)]


async def test_the_first_reply_of_each_document_is_looked_at(tmp_path: Path, serve: Any):
    for number, layout in enumerate(("brief", "full")):
        (tmp_path / str(number)).mkdir()
        run, documents = await asked(serve, tmp_path / str(number), **{"gllm.layout": layout})

        (reply,) = first_replies(run, documents)

        assert (reply.document.id, reply.content, reply.is_whole) == ("a", "No.", True)


async def test_a_reply_to_the_beginning_of_a_long_document_is_found(tmp_path: Path, serve: Any):
    run, documents = await asked(serve, tmp_path, **{"gllm.longest_document": 18})

    assert len(first_replies(run, documents)) == 1


async def test_the_form_is_that_which_the_run_asked_for(tmp_path: Path, serve: Any):
    run, _ = await asked(serve, tmp_path, **{"gllm.layout": "brief", "gllm.thoughts": False})

    assert form_of(run) is FORMS["brief", False]


async def test_documents_without_a_dialogue_lower_the_share_of_dialogues_alone(tmp_path: Path):
    import asyncio

    run = await asyncio.to_thread(played, tmp_path, count=2, method="cod_single")

    figures = dialogue_figures(dialogues_in(run), 4)

    assert figures["dialogues"] == 0.5
    assert figures["distinct"] == 1
    assert figures["grounded"] > 0.5
