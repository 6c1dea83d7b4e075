"""What there is to say of the dialogues of a run, by its trees and by its journal: form, grounds, coverage, variety."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from pydantic import ValidationError

from r2s.agents.gllm import AnyReply
from r2s.documents import Document, read_documents
from r2s.documents.quotes import find_quote
from r2s.models.journal.tools import records
from r2s.runs.reading import open_run
from r2s.samples.dialogue import Dialogue, dialogues_of
from r2s.trees.gllm import Layout, copied_in, whole_request

# Figures, and names that do not open a sentence.
_FACT = re.compile(r"\d[\d,]*|(?<=[a-z,] )[A-Z]\w+")


class Said(NamedTuple):
    """A reply as it came, about a document; `is_whole` where it ended by itself."""

    document: Document
    content: str
    is_whole: bool


def documents_of(path: Path) -> list[Document]:
    """The documents of a file; all of them can be read."""
    return [item for item in read_documents([path]) if isinstance(item, Document)]


def first_replies(run: Path, documents: Sequence[Document], layout: Layout) -> list[Said]:
    """What GLLM said of each document when it was first asked, whatever became of it."""
    by_prompt = {whole_request(document, layout, 0): document for document in documents}
    first: dict[str, Said] = {}
    for record in sorted(records(open_run(run).journal), key=lambda record: record.created):
        prompt = record.messages[1]["content"]
        first.setdefault(prompt, Said(by_prompt[prompt], record.content, record.finish == "stop"))
    return list(first.values())


def form_figures(replies: Sequence[Said], form: type[AnyReply]) -> dict[str, float]:
    """The share of replies that are of the form to their end, and of their citations the shares that hold."""
    read = [(reply, _read(reply, form)) for reply in replies]
    claims = [claim for reply, answer in read if answer for claim in _claims(reply.document, answer)]
    return {
        "well-formed": fmean(answer is not None for _, answer in read),
        **({"word for word": fmean(exact for exact, _ in claims)} if claims else {}),
        **({"where it says": fmean(placed for _, placed in claims)} if claims else {}),
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


def tree_figures(run: Path, count: int) -> dict[str, float]:
    """The figures of the dialogues about `count` documents; those without one are in `dialogues` only."""
    dialogues = [dialogue for tree in open_run(run).read_trees() for dialogue in dialogues_of(tree)]
    replies = [reply for dialogue in dialogues for reply in dialogue.replies]
    users = [asked.text for dialogue in dialogues for asked, _ in dialogue.exchanges]
    return {
        "dialogues": len(dialogues) / count,
        "turns": fmean(len(dialogue.exchanges) for dialogue in dialogues),
        "grounded": fmean(bool(reply.evidence) for reply in replies),
        "coverage": fmean(dialogue.tree.coverage for dialogue in dialogues),
        "told": fmean(map(_told, dialogues)),
        "foreign": fmean(foreign for dialogue in dialogues for foreign in _foreign(dialogue)),
        "distinct": fmean(map(_distinct, dialogues)),
        "distinct users": len(set(users)) / len(users),
    }


def _told(dialogue: Dialogue) -> float:
    """The share of the document's passages whose words a reply has, as they stand or nearly so."""
    document, replies = dialogue.tree.document, [reply.text for reply in dialogue.replies]
    passages = [document.text[passage.start : passage.end] for passage in document.passages]
    return fmean(any(find_quote(passage, reply) for reply in replies) for passage in passages)


def _foreign(dialogue: Dialogue) -> Iterator[bool]:
    """Of each reply, whether it names a figure or a name that the document does not have."""
    for reply in dialogue.replies:
        yield any(fact not in dialogue.tree.document.text for fact in _FACT.findall(reply.text))


def _distinct(dialogue: Dialogue) -> float:
    """The share of the turns in which nothing is said that was said before."""
    heard: set[str] = set()
    fresh = []
    for asked, reply in dialogue.exchanges:
        fresh.append(not heard & {asked.text, reply.text})
        heard |= {asked.text, reply.text}
    return fmean(fresh)


def table(rows: Mapping[str, Mapping[str, Any]], columns: Iterable[str]) -> str:
    """Figures by name as a Markdown table, shares in per cent; what a row lacks is left open."""
    names = list(columns)
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    return "\n".join(
        [*lines, *(f"| {name} | {' | '.join(_cell(row, key) for key in names)} |" for name, row in rows.items())]
    )


def _cell(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if isinstance(value, float):
        return f"{value:.1f}" if key == "turns" else f"{100 * value:.1f} %"
    return "–" if value is None else str(value)
