"""What can be said of a generator without a judge: the form of its first replies, the grounds and variety of its
dialogues. All shares are 0 to 1.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from pydantic import ValidationError

from r2s.agents.gllm import FORMS, AnyReply
from r2s.config import RunConfig, load_config
from r2s.documents import Document
from r2s.documents.beginning import beginning
from r2s.models.journal.tools import records
from r2s.runs.learnt import learnt_form
from r2s.runs.reading import open_run
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.trees.gllm import copied_in, whole_request

Figures = dict[str, float]


class Said(NamedTuple):
    """A reply as it came, about a document; `is_whole` where it ended by itself."""

    document: Document
    content: str
    is_whole: bool


def first_replies(run: Path, documents: Sequence[Document]) -> list[Said]:
    """What GLLM said of each document when it was first asked, whatever became of it."""
    directory = open_run(run)
    config = load_config(directory.config)
    by_prompt = {_prompt(document, config): document for document in documents}
    first: dict[str, Said] = {}
    for record in sorted(records(directory.journal), key=lambda record: record.created):
        prompt = record.messages[1]["content"]
        if document := by_prompt.get(prompt):
            first.setdefault(prompt, Said(document, record.content, record.finish == "stop"))
    return list(first.values())


def _prompt(document: Document, config: RunConfig) -> str:
    read = beginning(document, config.gllm.longest_document)
    return whole_request(read, learnt_form(config).layout, min(config.min_turns, config.turns))


def form_of(run: Path) -> type[AnyReply]:
    """The form of the replies in a run of `gllm`."""
    return FORMS[learnt_form(load_config(open_run(run).config))]


def form_figures(replies: Sequence[Said], form: type[AnyReply]) -> Figures:
    """The share of replies that are of the form to their end, and of their citations the shares that hold.

    Without replies there are no figures, and without citations none of citations.
    """
    read = [(reply, _read(reply, form)) for reply in replies]
    claims = [claim for reply, answer in read if answer for claim in _claims(reply.document, answer)]
    return {
        **({"well_formed": fmean(answer is not None for _, answer in read)} if read else {}),
        **({"word_for_word": fmean(exact for exact, _ in claims)} if claims else {}),
        **({"in_its_passage": fmean(placed for _, placed in claims)} if claims else {}),
    }


def _read(reply: Said, form: type[AnyReply]) -> AnyReply | None:
    """The answer in a reply that is one JSON object of the form, and nothing else."""
    try:
        answer = form.model_validate_json(reply.content)
    except ValidationError:
        return None
    return answer if reply.is_whole and answer.to_json() == reply.content.strip() else None


def _claims(document: Document, answer: AnyReply) -> Iterator[tuple[bool, bool]]:
    """Of each citation, whether its words stand in the document, and whether in the passage that it names."""
    for copied in (copied for turn in answer.turns for copied in copied_in(turn)):
        passage = document.passages_by_id.get(copied.passage)
        is_there = copied.quote in document.text
        yield is_there, bool(passage) and copied.quote in document.passage_text(passage)


def dialogues_in(run: Path) -> list[Dialogue]:
    """The dialogues of a run."""
    return [dialogue for tree in open_run(run).read_trees() for dialogue in dialogues_of(tree)]


def dialogue_figures(dialogues: Sequence[Dialogue], count: int) -> Figures:
    """Figures of the dialogues about `count` documents; those without one are in `dialogues` only.

    `grounded` is the share of replies with a verified quote, `coverage` that of a document which its quotes span,
    `distinct` that of turns in which nothing is said twice, `distinct_users` that of user messages said only once.
    """
    if not dialogues:
        return {"dialogues": 0.0}
    replies = [reply for dialogue in dialogues for reply in dialogue.replies]
    users = [asked.text for dialogue in dialogues for asked, _ in dialogue.exchanges]
    return {
        "dialogues": len({dialogue.tree.document.id for dialogue in dialogues}) / count,
        "turns": fmean(len(dialogue.exchanges) for dialogue in dialogues),
        "grounded": fmean(bool(reply.evidence) for reply in replies),
        "coverage": fmean(dialogue.tree.coverage for dialogue in dialogues),
        "distinct": fmean(map(_distinct, dialogues)),
        "distinct_users": len(set(users)) / len(users),
    }


def _distinct(dialogue: Dialogue) -> float:
    """The share of the turns in which nothing is said that was said before."""
    heard: set[str] = set()
    fresh = []
    for asked, reply in dialogue.exchanges:
        fresh.append(not heard & {asked.text, reply.text})
        heard |= {asked.text, reply.text}
    return fmean(fresh)
