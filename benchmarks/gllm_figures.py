"""Figures of dialogues about entries, beside those of `r2s.evaluation.generated`: what is told, and what is made up."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from r2s.documents import Document, read_documents
from r2s.documents.quotes import find_quote
from r2s.evaluation.generated import dialogue_figures, dialogues_in
from r2s.samples.dialogue import Dialogue
from r2s.trees.gllm import Readable

# Figures, and names that do not open a sentence.
_FACT = re.compile(r"\d[\d,]*|(?<=[a-z,] )[A-Z]\w+")


def documents_of(path: Path) -> list[Document]:
    """The documents of a file; all of them can be read."""
    return [item for item in read_documents([path]) if isinstance(item, Document)]


def tree_figures(run: Path, count: int) -> dict[str, float]:
    """The figures of the dialogues about `count` documents; those without one are in `dialogues` only."""
    dialogues = dialogues_in(run)
    if not dialogues:
        return dialogue_figures(dialogues, count)
    return {
        **dialogue_figures(dialogues, count),
        "told": fmean(map(_told, dialogues)),
        "foreign": fmean(foreign for dialogue in dialogues for foreign in _foreign(dialogue)),
    }


def told(document: Readable, replies: Iterable[str]) -> float:
    """The share of a document's passages whose words a reply has, as they stand or nearly so."""
    said = list(replies)
    passages = [document.text[passage.start : passage.end] for passage in document.passages]
    return fmean(any(find_quote(passage, reply) for reply in said) for passage in passages)


def _told(dialogue: Dialogue) -> float:
    return told(dialogue.tree.document, (reply.text for reply in dialogue.replies))


def _foreign(dialogue: Dialogue) -> Iterator[bool]:
    """Of each reply, whether it names a figure or a name that the document does not have."""
    for reply in dialogue.replies:
        yield any(fact not in dialogue.tree.document.text for fact in _FACT.findall(reply.text))


def table(rows: Mapping[str, Mapping[str, Any]], columns: Iterable[str]) -> str:
    """Figures by name as a Markdown table, shares in per cent; what a row lacks is left open."""
    names = list(columns)
    lines = [f"| | {' | '.join(name.replace('_', ' ') for name in names)} |", "|---" * (len(names) + 1) + "|"]
    return "\n".join(
        [*lines, *(f"| {name} | {' | '.join(_cell(row, key) for key in names)} |" for name, row in rows.items())]
    )


def _cell(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if isinstance(value, float):
        return f"{value:.1f}" if key == "turns" else f"{100 * value:.1f} %"
    return "–" if value is None else str(value)
