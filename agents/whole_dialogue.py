"""A whole dialogue in one reply: its three forms, each read in all the ways in which prompts of this kind bring it.

Keys stand in the order in which a model is to think. Aliases and plain strings are those of the R2S prompts:
`Thought` as `{Dialogue Types[...], Search[...], Find[...]}`, `chain` as four parts with semicolons between.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, model_validator

from r2s.agents.candidate import Citation
from r2s.trees.node import LOGIC_TYPES, LogicType, Plan, Progress

_CHARACTERS = re.compile(
    r"(?<![A-Za-z])A\s*[:：]\s*(.+?)[\s,，;；、]*(?<![A-Za-z])B\s*[:：]\s*(.+?)[\s\])}】]*$", re.DOTALL
)
_THOUGHT = re.compile(r"(Dialogue\s*Types?|Search|Find)\s*[\[【:：]", re.IGNORECASE)
_NOTHING = re.compile(
    r"(?:there is )?no (?:direct|relevant|related)\b.*\binformation\b.*|(?:none|nothing|null|n/?a)\W*"
    r"|(?:没有|沒有|无|無|未)(?:找到|查到)?(?:直接|相关|相關)的?(?:信息|資訊|资料|資料|内容|內容).*|[无無]",
    re.IGNORECASE | re.DOTALL,
)
_STARTS = re.compile(r"\b(?:start|begin|open)|开[始头场]|開[始頭場]", re.IGNORECASE)
_ENDS = re.compile(r"\b(?:end|conclu|clos|finish)|结[束尾]|結[束尾]", re.IGNORECASE)
_BETWEEN_PHRASES, _BETWEEN_SPANS = re.compile(r"[,，;；、\n]+"), re.compile(r"\.{3,}|…+|\n+")
_WRAPPING = " \t\n,，;；[]【】{}"


def _type(value: Any) -> Any:
    """The first logic type that is named, however it is spelt."""
    named = re.sub(r"[\s_–—-]+", "-", str(value).lower())
    found = [(named.index(type), type) for type in LOGIC_TYPES if type in named]
    return min(found)[1] if found else value


def _progress(value: Any) -> Progress:
    if _STARTS.search(str(value)):
        return "starts"
    return "ends" if _ENDS.search(str(value)) else "continues"


def _pieces(value: Any, between: re.Pattern[str]) -> list[str]:
    """A list of texts; one text is cut into its pieces, and one that says that there are none holds none."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [piece for inner in value for piece in _pieces(inner, between)]
    text = str(value or "").strip(_WRAPPING)
    return [] if _NOTHING.fullmatch(text) else [piece.strip() for piece in between.split(text) if piece.strip()]


def _as_text(value: Any) -> Any:
    """A thought that came as an object, in words."""
    if isinstance(value, dict):
        return "; ".join(_as_text(inner) for inner in value.values())
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _key(*names: str, **facts: Any) -> Any:
    return Field(validation_alias=AliasChoices(*names), **facts)


_Id = Annotated[int, Field(description="the number of the turn, from 1")]
_User = Annotated[str, _key("A", "a", "user", description="what the user says")]
_Assistant = Annotated[str, _key("B", "b", "assistant", description="what the assistant says")]


class Characters(BaseModel):
    """Who A and B are, in a few words each."""

    user: Annotated[str, _key("A", "a", "user")]
    assistant: Annotated[str, _key("B", "b", "assistant")]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """Also as one text: `[A: a teacher  B: a guide]`."""
        found = _CHARACTERS.search(value) if isinstance(value, str) else None
        return {"A": found[1], "B": found[2]} if found else value


class Thought(BaseModel):
    """What is settled before a reply: the type of the turn, what is searched for, and what was found."""

    type: Annotated[LogicType, BeforeValidator(_type), _key("type", "Dialogue Types", "Dialogue Type")]
    search: Annotated[
        list[str], BeforeValidator(lambda value: _pieces(value, _BETWEEN_PHRASES)), _key("search", "Search")
    ]
    find: Annotated[list[str], BeforeValidator(lambda value: _pieces(value, _BETWEEN_SPANS)), _key("find", "Find")]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """Also as one text: `{Dialogue Types[...], Search[...], Find[...]}`."""
        if not isinstance(value, str):
            return value
        labels = list(_THOUGHT.finditer(value))
        ends = [*(label.start() for label in labels[1:]), len(value)]
        return {_part(label[1]): value[label.end() : end] for label, end in zip(labels, ends, strict=False)}


def _part(label: str) -> str:
    return "type" if label.lower().startswith("dialogue") else label.lower()


class Chain(BaseModel):
    """The link that a turn is in the chain of dialogue logic; the type, its first part, stands in the thought."""

    progress: Annotated[Progress, BeforeValidator(_progress)]
    process: str
    purpose: str

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """Also as four parts: `[<type>]; <progress>; <what A and B do>; <purpose>`."""
        parts = re.split(r"[;；]", value) if isinstance(value, str) else value
        if not isinstance(parts, list) or len(parts) < 4:
            return value
        _, progress, *process, purpose = (str(part).strip(_WRAPPING) for part in parts)
        return {"progress": progress, "process": "; ".join(process), "purpose": purpose}


class _Turn(BaseModel):
    """What every turn can be asked for; the fields are left to the forms, whose order is the order of thinking."""

    @property
    def plan(self) -> Plan | None:
        """The turn's link of the chain of dialogue logic, where the form has one."""
        return None

    @property
    def quotes(self) -> Sequence[str]:
        """What the reply claims to stand on, in the document's words."""
        return ()

    @property
    def citations(self) -> Sequence[Citation]:
        """The same, with the passages that it names."""
        return [Citation(passage="", quote=quote) for quote in self.quotes]

    @property
    def reasoning(self) -> str:
        """What was thought before the reply, where that is free text."""
        return ""


class DirectTurn(_Turn):
    """What was said, and nothing else."""

    id: _Id
    user: _User
    assistant: _Assistant


class CotTurn(_Turn):
    """With what the assistant thought before it spoke, in free text."""

    id: _Id
    user: _User
    thought: Annotated[str, BeforeValidator(_as_text), _key("thought", "Thought")]
    assistant: _Assistant

    @property
    def reasoning(self) -> str:
        return self.thought


class CodTurn(_Turn):
    """With the thought and the link of the chain of dialogue logic."""

    id: _Id
    user: _User
    thought: Annotated[Thought, _key("thought", "Thought")]
    assistant: _Assistant
    chain: Annotated[Chain, _key("chain", "Chain")]

    @property
    def plan(self) -> Plan:
        return Plan(
            type=self.thought.type,
            progress=self.chain.progress,
            process=self.chain.process.strip(),
            purpose=self.chain.purpose.strip(),
            key_phrases=tuple(self.thought.search),
        )

    @property
    def quotes(self) -> Sequence[str]:
        return self.thought.find


class PlayedTurn(BaseModel, frozen=True):
    """A turn as a trained model has written it, its citations naming their passages."""

    user: str
    assistant: str
    plan: Plan | None
    citations: Sequence[Citation]
    reasoning: str = ""


Turn = TypeVar("Turn", DirectTurn, CotTurn, CodTurn, PlayedTurn)


class _WholeDialogue(BaseModel, Generic[Turn]):
    characters: Annotated[Characters, _key("characters", "Character Information")]
    turns: Annotated[list[Turn], _key("turns", "Multi-round Dialogue Content")]

    def whole_turns(self) -> list[Turn]:
        """The turns up to the first in which one side says nothing."""
        return list(takewhile(lambda turn: turn.user.strip() and turn.assistant.strip(), self.turns))


class DirectDialogue(_WholeDialogue[DirectTurn]):
    """The reply of `direct`."""


class CotDialogue(_WholeDialogue[CotTurn]):
    """The reply of `cot`."""


class CodDialogue(_WholeDialogue[CodTurn]):
    """The reply of `cod_single`."""


class PlayedDialogue(_WholeDialogue[PlayedTurn]):
    """What a trained model's reply says."""


WholeDialogue = DirectDialogue | CotDialogue | CodDialogue | PlayedDialogue
WholeTurn = DirectTurn | CotTurn | CodTurn | PlayedTurn
