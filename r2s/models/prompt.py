"""Filling prompts: known names in one pass, values shown as text, untrusted text kept as data."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from pydantic import BaseModel

from r2s.documents.document import Document
from r2s.documents.frames import defuse, in_one_line

_NAME = re.compile(r"\{\{(\w+)\}\}")
_NOTHING = {"en": "(none)", "zh": "（无）"}
_SPEAKERS = {
    "en": {"user": "User: ", "assistant": "Assistant: ", "examiner": "Examiner: ", "candidate": "Candidate: "},
    "zh": {"user": "用户：", "assistant": "助手：", "examiner": "考官：", "candidate": "考生："},
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said in a dialogue: `speaker` is `user` or `assistant`, in an examination `examiner` or `candidate`.

    `turn` is shown where there is one, for those who must say which turn they mean.
    """

    speaker: str
    text: str
    turn: int | None = None


def render(template: str, fields: Mapping[str, Any], language: str) -> str:
    """The template with every `{{name}}` filled from `fields`, in one pass: what is filled in is never read again.

    A value has several lines only where its name has a line of its own; in the midst of one it could begin another.
    """

    def fill(name: re.Match[str]) -> str:
        shown = show(fields[name[1]], language)
        return shown if _stands_alone(name) else in_one_line(shown)

    return _NAME.sub(fill, template).strip()


def _stands_alone(name: re.Match[str]) -> bool:
    start, end = name.span()
    return name.string[start - 1 : start] in ("", "\n") and name.string[end : end + 1] in ("", "\n")


def names_in(template: str) -> list[str]:
    """The names that a template has to fill, in order."""
    return _NAME.findall(template)


@singledispatch
def show(value: Any, language: str) -> str:
    """A value as a prompt shows it."""
    return str(value)


@show.register
def _(value: None, language: str) -> str:
    return _NOTHING[language]


@show.register
def _(value: str, language: str) -> str:
    return defuse(value) or _NOTHING[language]


@show.register
def _(value: Sequence, language: str) -> str:
    return "\n".join(f"- {_item(item, language)}" for item in value) or _NOTHING[language]


def _item(value: Any, language: str) -> str:
    shown = show(value, language)
    return in_one_line(shown) if isinstance(value, str) else shown


@show.register
def _(value: BaseModel, language: str) -> str:
    return defuse(json.dumps(value.model_dump(), ensure_ascii=False))


@show.register
def _(value: Document, language: str) -> str:
    return frame_document(show_document(value))


def show_document(document: Document) -> str:
    """A document's title and its passages by their ids."""
    heading = f"# {document.title}\n" if document.title else ""
    return heading + "\n".join(f"[{passage.id}] {document.passage_text(passage)}" for passage in document.passages)


def frame_document(shown: str) -> str:
    """A document as prompts have it."""
    return f"<document>\n{defuse(shown)}\n</document>"


def show_transcript(lines: Sequence[Line], language: str) -> str:
    """The dialogue so far; it only ever grows at its end, so that each prompt's prefix holds the one before.

    A message stays on one line, so that none can put words into the other speaker's mouth.
    """
    return "\n".join(["<transcript>", *(_said(line, language, " ") for line in lines), "</transcript>"])


def show_lines(lines: Sequence[Line], language: str) -> str:
    """What was said with its own line breaks, indented, so that none can put words into the other's mouth here too."""
    return "\n".join(_said(line, language, "\n    ") for line in lines)


def _said(line: Line, language: str, line_break: str) -> str:
    return _label(line, language) + in_one_line(defuse(line.text), line_break)


def _label(line: Line, language: str) -> str:
    return ("" if line.turn is None else f"[{line.turn}] ") + _SPEAKERS[language][line.speaker]
