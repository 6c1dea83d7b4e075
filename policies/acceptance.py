"""Acceptance policies: what is asked again, and what is refused, before a message enters a dialogue."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from r2s.documents.document import Document
from r2s.documents.foreknowledge import foreknown
from r2s.documents.grams import said_before
from r2s.documents.subject import subject_of
from r2s.documents.tells import names_the_document
from r2s.documents.words import spoken_length
from r2s.models.prompt import Line
from r2s.policies.quality import Flaw, copied_share, names_subject
from r2s.trees.node import Evidence

COMPLAINTS: dict[str, dict[str, str]] = {
    "empty": {"en": "You said nothing: the text must not be empty.", "zh": "你什么也没说：text 不能空着。"},
    "names-the-document": {
        "en": "You pointed to a text or a document. Nobody in this dialogue has one: say the matter itself.",
        "zh": "你提到了“文章”“资料”之类的出处。对话双方手里都没有，请直接说事情本身。",
    },
    "names-the-panel": {
        "en": "You spoke of the review, or in the words of your instructions. The user knows of neither: ask as the user.",
        "zh": "你提到了评审，或用了给你的指令里的话。用户不知道这些，请以用户的口吻来问。",
    },
    "no-gain": {
        "en": "This asks for nothing that the last question did not ask for. Ask for something that is new.",
        "zh": "这跟上一个问题问的是一回事。请问出新的东西来。",
    },
    "foreknowledge": {
        "en": "Nobody has said these words yet (given as stems), so the user cannot know them: {detail}. "
        "Put it as somebody would who has never heard them, or leave it out.",
        "zh": "对话里还没人说过这些词，用户不可能知道：{detail}。换成没听过这些词的人会用的说法，或者干脆不提。",
    },
    "unnamed-subject": {
        "en": 'The first message must name the subject ({detail}), and not open with "it", "this" or the like.',
        "zh": "第一句话要说出话题的名字（{detail}），不能一开口就是“它”“这个”。",
    },
    "re-asked": {
        "en": "This was said before in nearly the same words. Say something that goes on from there.",
        "zh": "这话前面说过了，几乎一字没变。请接着往下说。",
    },
    "ungrounded": {
        "en": "None of the quotes that you cite stands in the document. Copy them from it, sign by sign.",
        "zh": "你引的话在 <document> 里一句也找不到。请从里面照抄，一字不差。",
    },
    "copied": {
        "en": "Too much of this is the document's own wording. Tell it as to a friend, in other words and another "
        "order, and say why it is so.",
        "zh": "太多原话了。请像讲给朋友听那样，换自己的词、换个次序说，再讲讲为什么。",
    },
    "too-long": {
        "en": "This is too long: {detail} words at most. Keep what answers the user, and let the rest go.",
        "zh": "太长了，最多{detail}字。留下答到点上的，其余的舍掉。",
    },
    "few-turns": {
        "en": "The dialogue has too few whole turns ({detail}). Write it again from the beginning, with more turns that "
        "each add something.",
        "zh": "完整的轮数太少（{detail}）。请从头重写，多写几轮，每一轮都要有新东西。",
    },
}


class Acceptance(BaseModel, frozen=True):
    """Look each message over and ask again, at most `attempts` times in all, while it has a flaw of `ask_again`.

    A flaw of `refuse` that outlasts every attempt fails the turn; any other is recorded on the message and counted.
    `max_copied` is the share of a reply's word runs that may stand in the document before it counts as recited. A reply
    of more than `max_words` is too long to be spoken (null: none is); in Chinese, half as many characters again.
    """

    kind: Literal["checked"] = "checked"
    attempts: int = Field(default=3, ge=1)
    ask_again: tuple[Flaw, ...] = (
        "empty",
        "names-the-document",
        "names-the-panel",
        "foreknowledge",
        "unnamed-subject",
        "re-asked",
        "no-gain",
        "ungrounded",
        "too-long",
        "few-turns",
    )
    refuse: tuple[Flaw, ...] = ("empty", "names-the-document", "re-asked")
    max_copied: float = Field(default=0.15, ge=0, le=1)
    max_words: int | None = Field(default=120, ge=1)

    def longest(self, language: str) -> int | None:
        """The most words, or characters in Chinese, of what is said across a table."""
        return self.max_words and (self.max_words * 3 // 2 if language == "zh" else self.max_words)

    def of_user(self, text: str, document: Document, transcript: Sequence[Line], known: str) -> dict[Flaw, str]:
        """The flaws of a user's message, each with its detail; `known` is what the cast lets the user know."""
        if not text.strip():
            return {"empty": ""}
        language, subject, flaws = document.language, subject_of(document), dict[Flaw, str]()
        if document.text and names_the_document(text, language):
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
        self,
        text: str,
        document: Document,
        transcript: Sequence[Line],
        cited: int,
        evidence: Sequence[Evidence],
        longest: int | None = None,
    ) -> dict[Flaw, str]:
        """The flaws of an assistant's reply that cited `cited` quotes, of which `evidence` holds.

        `longest` is the most that it may have in words, or characters in Chinese.
        """
        if not text.strip():
            return {"empty": ""}
        flaws = dict[Flaw, str]()
        if document.text and names_the_document(text, document.language):
            flaws["names-the-document"] = ""
        if said_before(text, [line.text for line in transcript if line.speaker == "assistant"]):
            flaws["re-asked"] = ""
        if cited and not evidence:
            flaws["ungrounded"] = ""
        if copied_share(text, document.text, document.language) > self.max_copied:
            flaws["copied"] = ""
        if longest is not None and spoken_length(text, document.language) > longest:
            flaws["too-long"] = str(longest)
        return flaws

    def of_dialogue(self, turns: int, min_turns: int) -> dict[Flaw, str]:
        """The flaws of a dialogue that was written in one go."""
        if not turns:
            return {"empty": ""}
        return {"few-turns": f"{turns}/{min_turns}"} if turns < min_turns else {}

    def complaints(self, flaws: dict[Flaw, str], language: str) -> tuple[str, ...]:
        """What to tell the speaker, for the flaws that are worth asking again."""
        wanted = ((flaw, detail) for flaw, detail in flaws.items() if flaw in self.ask_again)
        return tuple(COMPLAINTS[flaw][language].format(detail=detail) for flaw, detail in wanted)

    def refuses(self, flaws: dict[Flaw, str]) -> bool:
        """Whether a message with these flaws must not enter a dialogue."""
        return any(flaw in flaws for flaw in self.refuse)
