"""A document is one text with its passages; everything that quotes it points at code-point offsets of `text`."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from r2s.documents.language import rules_for

if TYPE_CHECKING:
    from r2s.documents.search import PassageSearch

Role = Literal["system", "user", "assistant", "tool_call", "tool"]


class Passage(BaseModel, frozen=True):
    """A sentence, or a run of short ones: `text[start:end]` of its document."""

    id: str
    start: int
    end: int


class Part(BaseModel, frozen=True):
    """Where a section stands in the document it was cut from: section `number` of `count`, `whole.text[start:end]`."""

    whole: str
    number: int
    count: int
    start: int
    end: int


class Message(BaseModel, frozen=True):
    """What one side said; a tool's call and its result are messages of their own."""

    role: Role
    text: str


class Document(BaseModel, frozen=True):
    """What a dialogue starts from: one raw text or a section of a long one, or `messages`, the text being empty then.

    `lang` is a BCP-47 tag (`en`, `zh-Hans`, `zh-Hant`); `title` names the subject and is null where nothing names it;
    `source` says where the text came from, without any path of this machine; `licence` is what it says of its own.
    """

    id: str
    title: str | None
    lang: str
    source: str
    text: str
    passages: tuple[Passage, ...]
    part: Part | None = None
    messages: tuple[Message, ...] = ()
    licence: str | None = None

    @cached_property
    def sha256(self) -> str:
        """The hash of the text, and of what was said where there is any."""
        said = "".join(f"\x1e{message.role}\x1f{message.text}" for message in self.messages)
        return hashlib.sha256(f"{self.text}{said}".encode()).hexdigest()

    @property
    def language(self) -> str:
        """The language without its script: `en` or `zh`, the languages that R2S speaks."""
        return rules_for(self.lang)

    @cached_property
    def passages_by_id(self) -> dict[str, Passage]:
        return {passage.id: passage for passage in self.passages}

    def passage_at(self, offset: int) -> Passage | None:
        """The passage that holds a code point, or the nearest before it."""
        position = bisect_right(self.passages, offset, key=lambda passage: passage.start)
        return self.passages[position - 1] if position else None

    def passage_text(self, passage: Passage) -> str:
        return self.text[passage.start : passage.end]

    @cached_property
    def search(self) -> PassageSearch:
        """BM25 over this document's passages, built when first asked for."""
        from r2s.documents.search import PassageSearch

        return PassageSearch(self)

    @cached_property
    def specific_words(self) -> frozenset[str]:
        """The words of this text that belong to its subject: whoever says them must have learnt them somewhere."""
        from r2s.documents.words import specific_words

        return specific_words(self.text, self.language)
