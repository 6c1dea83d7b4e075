"""The baseline as planner, user, candidate and assistant."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from r2s.documents.document import Document, Passage
from r2s.documents.foreknowledge import foreknown
from r2s.documents.subject import subject_of
from r2s.documents.words import specific_words
from r2s.errors import AnswerError
from r2s.models.extractive.moves import Language, Move
from r2s.models.request import Request
from r2s.trees.node import LogicType

# What each side does in a turn of each type, as the chain of dialogue logic records it.
PROCESSES: dict[str, dict[LogicType, str]] = {
    "en": {
        "question-answer": "the user asks; the assistant answers",
        "question-question": "the user asks loosely; the assistant answers and asks what is meant",
        "statement-inquiry": "the user tells something; the assistant takes it up and asks back",
        "statement-explanation": "the user says how they take it to be; the assistant explains",
        "opinion-rebuttal": "the user judges; the assistant objects with a fact",
        "opinion-agreement": "the user judges; the assistant agrees and adds a fact",
    },
    "zh": {
        "question-answer": "用户提问，助手回答",
        "question-question": "用户问得笼统，助手回答并反问所指",
        "statement-inquiry": "用户讲一件事，助手接话并反问",
        "statement-explanation": "用户说自己的理解，助手解释",
        "opinion-rebuttal": "用户下判断，助手用事实反驳",
        "opinion-agreement": "用户发表看法，助手赞同并补充事实",
    },
}
# A language names its most natural moves first; chance chooses among this many, so that seeds differ and sense does not.
FITTING = 3


def cast(request: Request[Any], language: Language) -> dict[str, Any]:
    """The drawn cast as it is: the baseline invents nobody."""
    return request.fields["start"].model_dump()


def plan(request: Request[Any], language: Language) -> dict[str, Any]:
    """The most wanted type that the next open passages allow without giving anything away."""
    fields, document = request.fields, document_of(request)
    open_passages = fields["uncovered"].passages
    chosen = choose(document, open_passages, request, language)
    if chosen is None:
        return _opener_or_end(request, open_passages, language)
    passage, move = chosen
    return {
        "type": move.type,
        "process": PROCESSES[request.language][move.type],
        "purpose": move.says,
        "key_phrases": key_phrases(move, request.language),
        "target": list(dict.fromkeys([passage.id, *(id for id, _ in move.quotes)])),
    }


def key_phrases(move: Move, language: str) -> list[str]:
    """What to search for where this is to be found."""
    return sorted(specific_words(" ".join(quote for _, quote in move.quotes), language))[:5]


def _opener_or_end(request: Request[Any], passages: Sequence[Passage], language: Language) -> dict[str, Any]:
    """No move is left: a dialogue that has begun ends here, one that has not begins with the plainest question."""
    purpose = "" if request.transcript else language.opener
    target = [] if request.transcript else [passages[0].id]
    return {"type": "question-answer", "process": "", "purpose": purpose, "key_phrases": [], "target": target}


def choose(
    document: Document, passages: Sequence[Passage], request: Request[Any], language: Language
) -> tuple[Passage, Move] | None:
    """The move of the most wanted type in the first passage that has any: a text is told in its order."""
    wanted = {type: position for position, type in enumerate(request.fields["types"])}
    for passage in passages:
        moves = language.moves(document, passage, request.transcript)
        sayable = [move for move in moves if is_sayable(move, document, request)]
        if sayable:
            best = min(wanted.get(move.type, len(wanted)) for move in sayable)
            fitting = [move for move in sayable if wanted.get(move.type, len(wanted)) == best]
            return passage, Random(request.seed).choice(fitting[:FITTING])
    return None


def is_sayable(move: Move, document: Document, request: Request[Any]) -> bool:
    """Whether it has not been said yet, and says nothing that the user cannot know."""
    if any(move.says in line.text for line in request.transcript):
        return False
    heard = [subject_of(document), *(line.text for line in request.transcript)]
    return not foreknown(move.says, document, heard)


def say(request: Request[Any], language: Language) -> dict[str, Any]:
    """The plan's purpose, which the baseline's planner puts in the user's own words; the goal first of all."""
    purpose = request.fields["purpose"]
    text = purpose if request.transcript else language.opening(request.fields["goal"], purpose)
    return {"text": text, "closes": False}


def draft(request: Request[Any], language: Language) -> dict[str, Any]:
    """The reply that belongs to what was said; the second candidate gives the fuller one."""
    fields, document = request.fields, document_of(request)
    found = fields["found"].passages
    move = next(_matching(document, found, request, language), None) or language.answer(
        document, found, request.said or ""
    )
    if move is None:
        raise AnswerError("nothing that was found answers this")
    text = move.replies[min(fields["approach"], len(move.replies)) - 1]
    return {"text": text, "citations": [{"passage": id, "quote": quote} for id, quote in move.quotes]}


def _matching(
    document: Document, found: Sequence[Passage], request: Request[Any], language: Language
) -> Iterator[Move]:
    before, said = request.transcript, request.said or ""
    for passage in found:
        for move in language.moves(document, passage, before):
            if said.endswith(move.says) and move.type == request.fields["type"]:
                yield move


def rewrite(request: Request[Any], language: Language) -> dict[str, Any]:
    """The draft as it stands: rewriting takes a language model."""
    return {"text": request.fields["draft"], "citations": []}


def document_of(request: Request[Any]) -> Document:
    """The document of a request; raises `AnswerError` where the role is not shown it."""
    if request.document is None:
        raise AnswerError(f"the {request.role} needs the document")
    return request.document
