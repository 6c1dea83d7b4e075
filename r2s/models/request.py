"""What every role asks of a model, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from r2s.documents.document import Document
from r2s.documents.frames import without_marks
from r2s.models.prompt import Line, render, show, show_transcript
from r2s.usage import Usage

Answer = TypeVar("Answer", bound=BaseModel)
Messages = Sequence[Mapping[str, str]]


# A reply asked for once more at a temperature of 0 may come back word for word.
LEAST_RETRY_TEMPERATURE = 0.7


class TextAnswer(BaseModel):
    """An answer that comes as text with marked parts instead of JSON: for long texts, which JSON would garble."""

    @classmethod
    def parts(cls, text: str) -> dict[str, Any]:
        """The fields of the answer as they stand in a reply; raises `AnswerError` that says which are missing."""
        raise NotImplementedError


class LearntAnswer(BaseModel, frozen=True):
    """An answer that a model was trained to write: JSON without spaces, whose beginning is worth keeping where its end
    was cut off. It is then validated with `is_cut` in the context, and leaves out what the cut went through."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a language model draws its words: from the likeliest that together have the probability `top_p`."""

    temperature: float = 0.7
    max_tokens: int = 1024
    top_p: float = 1.0

    def named(self) -> dict[str, Any]:
        """As journals keep it and as servers are told; a `top_p` that leaves nothing out is not said."""
        drawn: dict[str, Any] = {"temperature": self.temperature, "max_tokens": self.max_tokens}
        return {**drawn, "top_p": self.top_p} if self.top_p < 1 else drawn

    def at(self, attempt: int) -> "Sampling":
        """How an attempt (from 0) draws: those after the first at no low temperature."""
        if attempt == 0 or self.temperature >= LEAST_RETRY_TEMPERATURE:
            return self
        return replace(self, temperature=LEAST_RETRY_TEMPERATURE)


@dataclass(frozen=True, slots=True)
class Template:
    """The texts of a prompt: a role's instructions, always the same, what stands for a dialogue, and the moment.

    The last two have `{{names}}` to fill.
    """

    instructions: str
    standing: str
    moment: str


@dataclass(frozen=True, slots=True)
class Request(Generic[Answer]):
    """One question to a model.

    A prompt goes from what changes least to what changes most (instructions, document, what stands for the dialogue,
    transcript, the moment), so that a server with a prefix cache computes for each call little more than its moment.
    `document` is None for the roles that must not see it. `said` is what the user has just said, for the roles that
    work on the reply: the transcript in their prompt ends with it; who is not to see one at all is shown no frame for
    it. `as_chat` asks without any instructions: the document is the system's message, the dialogue the chat's, for a
    model that was trained on dialogues and on no prompt of ours. `fields` are the role's own facts: the built-in
    baseline reads them as they are, language models see them in the template's `{{names}}`. `dialogue` tells whose
    request it is, so that dialogues get their turns fairly. `learnt` is the prompt as it stands, for a model that was
    trained on prompts of its own; to any other words it is deaf.
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
    said: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    sees_transcript: bool = True
    as_chat: bool = False
    learnt: Messages | None = None

    def messages(self) -> list[dict[str, str]]:
        """The prompt as chat messages: the instructions as the system's, all else as the user's."""
        if self.learnt is not None:
            return [dict(message) for message in self.learnt]
        if self.as_chat:
            return self._chat()
        template, language = self.template, self.language
        heard = self.transcript if self.said is None else (*self.transcript, Line("user", self.said))
        parts = [
            show(self.document, language) if self.document else "",
            render(template.standing, self.fields, language),
            show_transcript(heard, language) if self.sees_transcript else "",
            render(template.moment, self.fields, language),
        ]
        return [
            {"role": "system", "content": template.instructions},
            {"role": "user", "content": "\n\n".join(part for part in parts if part)},
        ]

    def _chat(self) -> list[dict[str, str]]:
        document = [("system", self.document.text)] if self.document else []
        said = [(line.speaker, line.text) for line in self.transcript]
        every = [*document, *said, ("user", self.said or "")]
        return [{"role": role, "content": without_marks(text)} for role, text in every]


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
