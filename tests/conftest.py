"""What all tests share: a document of our own, and a model that says what a test tells it to."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from r2s.documents import Document
from r2s.documents.raw import RawDocument
from r2s.documents.readers import make_document
from r2s.errors import AnswerError
from r2s.models.request import Answer, Reply, Request
from r2s.usage import Usage

LIGHTHOUSE = (
    "The Skerry lighthouse was built in 1844 by Alan Marr. Its tower is 48 metres high and holds 151 steps. "
    "Marr chose grey granite because softer stone had been washed away twice. The lamp burned whale oil until 1881. "
    "A storm broke three windows in 1897, but the light never failed. Today a computer on the mainland runs the lamp."
)


def lighthouse(**changes: Any) -> Document:
    """A document of six sentences, with whatever a test wants to be different."""
    raw = {"id": "lighthouse", "title": "Skerry lighthouse", "text": LIGHTHOUSE, "source": "test", **changes}
    return make_document(RawDocument(**raw), raw["id"])


class Scripted:
    """Answers each role with what the script says: a mapping, a function of the request, or an error to raise.

    Every request is kept in `requests`, so that a test can look at what a role saw.
    """

    name = "scripted"

    def __init__(self, script: Mapping[str, Any]) -> None:
        self.script = {**HONEST, **script}
        self.requests: list[Request[Any]] = []

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        self.requests.append(request)
        said = self.script[request.role]
        said = said(request) if callable(said) else said
        if isinstance(said, Exception):
            raise said
        usage = Usage(prompt_tokens=10, completion_tokens=5, cost_usd=None)
        return Reply(request.answer.model_validate(said), usage)

    def of(self, role: str) -> list[Request[Any]]:
        """The requests of one role, in order."""
        return [request for request in self.requests if request.role == role]


def _plan(request: Request[Any]) -> dict[str, Any]:
    target = request.fields["uncovered"].passages[0].id
    return {
        "type": request.fields["types"][0],
        "process": "asks and answers",
        "purpose": f"go on, number {len(request.transcript)}",
        "key_phrases": [],
        "target": [target],
    }


def _say(request: Request[Any]) -> dict[str, Any]:
    number = len(request.transcript) // 2 + 1
    openings = ["Please tell me", "I wonder", "Somebody said that to me once,", "So", "Honestly", "And then"]
    return {"text": f"{openings[number % 6]} about the lighthouse at Skerry, {'very ' * number}much so?"}


def _draft(request: Request[Any]) -> dict[str, Any]:
    document = request.document
    assert document is not None
    passage = request.fields["found"].passages[0]
    quote = document.passage_text(passage)
    return {
        "text": f"{request.speaker} thinks of {passage.id}: {quote}",
        "citations": [{"passage": passage.id, "quote": quote}],
    }


def rate(score: int, vote: str = "positive") -> Callable[[Request[Any]], dict[str, Any]]:
    """A reviewer who gives every draft this score and this vote."""

    def review(request: Request[Any]) -> dict[str, Any]:
        labels = list(request.fields["drafts"].drafts)
        criteria = ("usefulness", "relevance", "accuracy", "depth", "creativity", "spoken")
        reviews = [
            {"draft": label, "vote": vote, "weaknesses": ["too dry"], **dict.fromkeys(criteria, score)}
            for label in labels
        ]
        return {"reviews": reviews, "ranking": labels}

    return review


HONEST: dict[str, Any] = {
    "caster": lambda request: request.fields["start"].model_dump(),
    "planner": _plan,
    "user": _say,
    "candidate": _draft,
    "reviewer": rate(4),
    "chairman": {"reason": "it answers", "advice": "ask about the lamp"},
    "assistant": lambda request: {"text": f"Better: {request.fields['draft']}", "citations": []},
}


@pytest.fixture
def document() -> Document:
    return lighthouse()


@pytest.fixture
def says() -> Callable[..., Scripted]:
    """Make a scripted model: `says(user={"text": "Hello"})`; the other roles play honestly."""
    return lambda **script: Scripted(script)


@pytest.fixture
def broken() -> AnswerError:
    return AnswerError("no JSON in it")
