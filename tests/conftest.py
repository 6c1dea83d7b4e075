"""What all tests share: a document of our own, and a model that says what a test tells it to."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from r2s.documents import Document
from r2s.documents.raw import RawDocument
from r2s.documents.readers import make_document
from r2s.errors import AnswerError
from r2s.graphs.state import DialogueState
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


# What every reply costs, also one of no use.
SPENT = Usage(prompt_tokens=10, completion_tokens=5, cost_usd=None, replies=1)


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
        if isinstance(said, AnswerError):
            raise AnswerError(str(said), SPENT)
        if isinstance(said, Exception):
            raise said
        return Reply(request.answer.model_validate(said), SPENT)

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


def _tell(request: Request[Any]) -> dict[str, Any]:
    """The next passage, as far as the answerer is shown any."""
    turn, document = len(request.transcript) // 2, request.document
    if document is None:
        openings = ["Nobody really knows.", "It may well be so, sailors say.", "Ask me something easier."]
        return {"text": f"{openings[turn % 3]} {'Truly, ' * turn}", "citations": []}
    passage = document.passages[turn % len(document.passages)]
    quote = document.passage_text(passage)
    return {"text": f"Well, {quote}", "citations": [{"passage": passage.id, "quote": quote}]}


def _write(request: Request[Any]) -> dict[str, Any]:
    assert request.document is not None
    return {"characters": {"A": "a neighbour", "B": "a guide"}, "turns": written_turns(request.document)}


def written_turns(document: Document) -> list[dict[str, Any]]:
    """A turn about every passage, with all that a writer of any style writes down."""
    quotes = [document.passage_text(passage) for passage in document.passages]
    subject = document.title or document.id
    return [
        {
            "id": number,
            "A": f"Once more about the {subject}, {'very ' * number}much so?",
            "thought": {"type": "question-answer", "search": ["stone"], "find": [quote]},
            "B": f"That is point {number}: {quote}",
            "chain": {"progress": "continues", "process": "asks and answers", "purpose": f"to go on from {number}"},
        }
        for number, quote in enumerate(quotes, 1)
    ]


def replies(state: DialogueState) -> int:
    """How many replies a dialogue took."""
    return sum((node.usage for node in state["nodes"].values()), state["overhead"]).replies


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


def _ask_on(request: Request[Any]) -> dict[str, Any]:
    fields = ("lamp", "storms", "keepers at night", "boats", "the price of oil", "birds", "winter", "the mainland")
    return {"reason": "it follows", "question": f"And what about {fields[len(request.transcript) // 2 % 8]}?"}


def _respond(request: Request[Any]) -> dict[str, Any]:
    return {"thinking": "hm", "text": f"My thoughts on that, word for word: {request.fields['question']}"}


def criticise(vote: str, score: int = 3, weakness: str = "too short") -> dict[str, Any]:
    """A critic who votes like this, whatever the answer."""
    criteria = ("usefulness", "relevance", "accuracy", "depth", "creativity")
    return {"weaknesses": [weakness], "suggestion": "", "vote": vote, **dict.fromkeys(criteria, score)}


HONEST: dict[str, Any] = {
    "seeder": {"question": "What is so special about the Skerry lighthouse?"},
    "respondent": _respond,
    "critic": criticise("positive"),
    "questioner": _ask_on,
    "caster": lambda request: request.fields["start"].model_dump(),
    "planner": _plan,
    "user": _say,
    "candidate": _draft,
    "reviewer": rate(4),
    "chairman": {"reason": "it answers", "advice": "ask about the lamp"},
    "assistant": lambda request: {"text": f"Better: {request.fields['draft']}", "citations": []},
    "asker": _say,
    "answerer": _tell,
    "writer": _write,
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
