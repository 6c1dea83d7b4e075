"""Acceptance policies: what is asked again, and what is refused, before a message enters a dialogue."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.subject import subject_of
from r2s.models.prompt import Line
from r2s.policies.quality import (
    Flaw,
    copied_share,
    names_subject,
    names_the_document,
    said_before,
)
from r2s.trees.node import Evidence

COMPLAINTS: dict[Flaw, dict[str, str]] = {
    "empty": {"en": "You said nothing.", "zh": "你什么也没说。"},
    "names-the-document": {
        "en": "You spoke of a text or document. Nobody in this conversation has one: speak of the matter itself.",
        "zh": "你提到了“文章”“资料”之类的东西。对话里谁手上都没有文章，请直接谈事情本身。",
    },
    "foreknowledge": {
        "en": "The user cannot know these words yet: {detail}. Use only what has been said or what everybody knows.",
        "zh": "用户此刻还不可能知道这些词：{detail}。只能用对话里说过的或人人都知道的说法。",
    },
    "unnamed-subject": {
        "en": "The first words must name the subject ({detail}), so that a listener knows what is talked about.",
        "zh": "开口第一句要说出话题（{detail}），让旁人一听就知道在谈什么。",
    },
    "re-asked": {"en": "This has been said already. Say something new.", "zh": "这话前面已经说过了，请说新的。"},
    "ungrounded": {
        "en": "No quote you cited stands in the document. Copy the words exactly.",
        "zh": "你引用的原话在文中找不到。请一字不差地抄录。",
    },
    "copied": {
        "en": "You recite. Say it in your own words and say why it matters.",
        "zh": "你在照抄原文。请用自己的话说，并说明为什么。",
    },
}


class Acceptance(BaseModel, frozen=True):
    """Look each message over and ask again, at most `attempts` times in all, while it has a flaw of `ask_again`.

    A flaw of `refuse` that outlasts every attempt fails the turn; any other is recorded on the message and counted.
    `max_copied` is the share of a reply's word runs that may stand in the document before it counts as recited.
    """

    kind: Literal["checked"] = "checked"
    attempts: int = Field(default=3, ge=1)
    ask_again: tuple[Flaw, ...] = (
        "empty",
        "names-the-document",
        "foreknowledge",
        "unnamed-subject",
        "re-asked",
        "ungrounded",
    )
    refuse: tuple[Flaw, ...] = ("empty", "names-the-document", "re-asked")
    max_copied: float = Field(default=0.15, ge=0, le=1)

    def of_user(self, text: str, document: Document, transcript: Sequence[Line], known: str) -> dict[Flaw, str]:
        """The flaws of a user's message, each with its detail; `known` is what the cast lets the user know."""
        if not text.strip():
            return {"empty": ""}
        language, subject, flaws = document.language, subject_of(document), dict[Flaw, str]()
        if names_the_document(text, language):
            flaws["names-the-document"] = ""
        if leaked := foreknown(text, document, [subject, known, *(line.text for line in transcript)]):
            flaws["foreknowledge"] = ", ".join(sorted(leaked))
        if not transcript and not names_subject(text, subject, language):
            flaws["unnamed-subject"] = subject
        if said_before(text, [line.text for line in transcript if line.speaker == "user"]):
            flaws["re-asked"] = ""
        return flaws

    def of_purpose(self, purpose: str, document: Document, transcript: Sequence[Line], known: str) -> dict[Flaw, str]:
        """The flaws of a plan's purpose, which the user is told: it must not give the answer away."""
        leaked = foreknown(purpose, document, [subject_of(document), known, *(line.text for line in transcript)])
        return {"foreknowledge": ", ".join(sorted(leaked))} if leaked else {}

    def of_reply(
        self, text: str, document: Document, transcript: Sequence[Line], cited: int, evidence: Sequence[Evidence]
    ) -> dict[Flaw, str]:
        """The flaws of an assistant's reply that cited `cited` quotes, of which `evidence` holds."""
        if not text.strip():
            return {"empty": ""}
        flaws = dict[Flaw, str]()
        if names_the_document(text, document.language):
            flaws["names-the-document"] = ""
        if said_before(text, [line.text for line in transcript if line.speaker == "assistant"]):
            flaws["re-asked"] = ""
        if cited and not evidence:
            flaws["ungrounded"] = ""
        if copied_share(text, document.text, document.language) > self.max_copied:
            flaws["copied"] = ""
        return flaws

    def complaints(self, flaws: dict[Flaw, str], language: str) -> tuple[str, ...]:
        """What to tell the speaker, for the flaws that are worth asking again."""
        wanted = [flaw for flaw in self.ask_again if flaw in flaws]
        return tuple(COMPLAINTS[flaw][language].format(detail=flaws[flaw]) for flaw in wanted)

    def refuses(self, flaws: dict[Flaw, str]) -> bool:
        """Whether a message with these flaws must not enter a dialogue."""
        return any(flaw in flaws for flaw in self.refuse)
