"""The baseline in a self-chat: an asker who can only ask on, and an answerer who tells the document in its order."""

from collections.abc import Iterator
from typing import Any

from r2s.documents.scripts import to_simplified, to_traditional
from r2s.errors import AnswerError
from r2s.models.extractive.moves import Language, Move
from r2s.models.extractive.playing import document_of
from r2s.models.request import Request

# Without document and plan nothing better can be said by rule: one after the other, all different.
ASKS_ON = {
    "en": (
        "And what else is there to say about it?",
        "I had no idea. How does it go on?",
        "Is there a part of it that people tend to miss?",
        "That is good to know, and I am still curious.",
        "What would you tell me next?",
        "So there is more to it than I thought. Go on.",
        "And besides that?",
        "Now I wonder what I have not heard yet.",
        "I can use that. Have you got another point?",
        "Let me hear the rest as well.",
        "Was that all, or does something still matter?",
        "One more thing, if there is one.",
    ),
    "zh": (
        "那除此之外呢？",
        "这我还真不知道，后来怎么样？",
        "有没有大家容易漏掉的地方？",
        "听着有意思，我还想往下听。",
        "接下来你会讲哪一点？",
        "原来没我想的那么简单，你继续说。",
        "别的方面呢？",
        "我大概还有不少没听过的吧。",
        "这个用得上，还有类似的吗？",
        "剩下的也给我讲讲。",
        "到这儿就完了，还是另有要紧的？",
        "最后再添一样也行。",
    ),
}


def ask(request: Request[Any], language: Language) -> dict[str, Any]:
    """First the goal, then whatever keeps the other talking, in the script of the goal."""
    goal, turn = request.fields["goal"], len(request.transcript) // 2
    if not request.transcript:
        return {"text": language.opening(goal, language.opener), "closes": False}
    asks = ASKS_ON[request.language]
    text = asks[(turn - 1) % len(asks)]
    return {"text": to_traditional(text) if goal != to_simplified(goal) else text, "closes": False}


def answer(request: Request[Any], language: Language) -> dict[str, Any]:
    """The first piece of the document that was not told yet; raises `AnswerError` where all of it was."""
    told = {line.text for line in request.transcript if line.speaker == "assistant"}
    for move in _tellable(request, language):
        if move.replies[0] not in told:
            citations = [{"passage": id, "quote": quote} for id, quote in move.quotes]
            return {"text": move.replies[0], "citations": citations}
    raise AnswerError("nothing is left that was not told")


def _tellable(request: Request[Any], language: Language) -> Iterator[Move]:
    """What each passage tells first, then what else is in it."""
    document = document_of(request)
    for passage in document.passages:
        if move := language.answer(document, [passage], request.said or ""):
            yield move
    for passage in document.passages:
        yield from language.moves(document, passage, request.transcript)[:1]
