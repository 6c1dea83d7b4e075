"""What every role asks of a model, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from r2s.documents.document import Document
from r2s.models.prompt import Line, render, show, show_transcript
from r2s.trees.node import Usage

Answer = TypeVar("Answer", bound=BaseModel)
Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a language model draws its words. A temperature of 0 still leaves retries free to use a higher one."""

    temperature: float = 0.7
    max_tokens: int = 1024


@dataclass(frozen=True, slots=True)
class Template:
    """The two texts of a prompt: the rules that all roles share, and the role's own task with `{{names}}` to fill."""

    rules: str
    task: str


@dataclass(frozen=True, slots=True)
class Request(Generic[Answer]):
    """One question to a model.

    Every prompt of a dialogue opens with the same bytes (rules, document, transcript), so that a server with a prefix
    cache computes them once; `document` is None for the roles that must not see it. `fields` are the role's own facts:
    the built-in baseline reads them as they are, language models see them in the task's `{{names}}`. `dialogue` tells
    whose request it is, so that dialogues get their turns fairly.
    """

    dialogue: str
    role: str
    speaker: str
    language: str
    template: Template
    document: Document | None
    transcript: tuple[Line, ...]
    fields: Mapping[str, Any]
    answer: type[Answer]
    seed: int
    sampling: Sampling = field(default_factory=Sampling)

    def messages(self) -> list[dict[str, str]]:
        """The prompt as chat messages: the shared rules as the system's, all else as the user's."""
        task = render(self.template.task, self.fields, self.language)
        return [
            {"role": "system", "content": self.template.rules},
            {"role": "user", "content": "\n\n".join([*self._shared_prefix(), task])},
        ]

    def _shared_prefix(self) -> list[str]:
        said = show_transcript(self.transcript, self.language)
        return [said] if self.document is None else [show(self.document, self.language), said]


@dataclass(frozen=True, slots=True)
class Reply(Generic[Answer]):
    """A validated answer and what it cost."""

    answer: Answer
    usage: Usage


class Model(Protocol):
    """Whatever answers requests."""

    @property
    def name(self) -> str: ...

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        """The reply; raises `AnswerError` where no valid one can be had and `EndpointError` where none comes at all."""
        ...
