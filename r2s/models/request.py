"""What every role asks of a model, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from r2s.documents.document import Document
from r2s.documents.frames import without_marks
from r2s.models.prompt import Line, frame_document, render, show_document, show_transcript
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
    """How a language model draws its words: from the likeliest that together have the probability `top_p`.

    With `repeats`, nothing is said more often than that in a row, unless the prompt has it so.
    """

    temperature: float = 0.7
    max_tokens: int = 1024
    top_p: float = 1.0
    repeats: int | None = None

    def named(self) -> dict[str, Any]:
        """As journals keep it."""
        told = self.told()
        return told if self.repeats is None else {**told, "repeats": self.repeats}

    def told(self) -> dict[str, Any]:
        """As every server is told; a `top_p` that leaves nothing out is not said."""
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
class Parts:
    """What a prompt tells, part by part; a part that it does not have is empty."""

    instructions: str = ""
    document: str = ""
    standing: str = ""
    transcript: tuple[Line, ...] = ()
    moment: str = ""


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
    request it is, so that dialogues get their turns fairly, and `turn` which of its turns, from 1. `learnt` is the
    prompt as it stands, for a model that was trained on prompts of its own; to any other words it is deaf. `offered` is
    for a person who answers by a form: what the entries of a list in the answer are about, or what they are chosen
    from, by the list's name.
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
    offered: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    turn: int = 0

    def messages(self) -> list[dict[str, str]]:
        """The prompt as chat messages: the instructions as the system's, all else as the user's."""
        if self.learnt is not None:
            return [dict(message) for message in self.learnt]
        if self.as_chat:
            return self._chat()
        parts, language = self.parts(), self.language
        told = [
            frame_document(parts.document) if parts.document else "",
            parts.standing,
            show_transcript(parts.transcript, language) if self.sees_transcript else "",
            parts.moment,
        ]
        return [
            {"role": "system", "content": parts.instructions},
            {"role": "user", "content": "\n\n".join(part for part in told if part)},
        ]

    def parts(self) -> Parts:
        """What the prompt tells, for those who do not read it as messages."""
        if self.learnt is not None:
            *before, moment = (message["content"] for message in self.learnt)
            return Parts(instructions="\n\n".join(before), moment=moment)
        heard = self.transcript if self.said is None else (*self.transcript, Line("user", self.said))
        document = show_document(self.document) if self.document else ""
        if self.as_chat:
            return Parts(document=document, transcript=heard)
        return Parts(
            instructions=self.template.instructions,
            document=document,
            standing=render(self.template.standing, self.fields, self.language),
            transcript=heard if self.sees_transcript else (),
            moment=render(self.template.moment, self.fields, self.language),
        )

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

    def given_by(self, model: "Model") -> str:
        """Who gave the answer: the model that was asked, or the person who did in its place."""
        return self.usage.people[-1] if self.usage.people else model.name


class Model(Protocol):
    """Whatever answers requests."""

    @property
    def name(self) -> str: ...

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        """The reply; raises `AnswerError` where no valid one can be had and `EndpointError` where none comes at all."""
        ...
