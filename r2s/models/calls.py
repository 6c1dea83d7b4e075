"""One attempt at a request as it goes out, what comes back of it, and who makes and sees it."""

from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from r2s.models.request import Messages, Request, Sampling


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt as it goes out; `key` is its address in the journal, `dialogue` whose it is."""

    messages: Messages
    answer: type[BaseModel]
    sampling: Sampling
    seed: int
    key: str = ""
    dialogue: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """What came back: the reply's text without any reasoning, and the server's own count where it gives one.

    `by` is the person who answered in the model's place, if one did; the text is then what their form held, as JSON.
    """

    content: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    finish: str | None = None
    by: str | None = None


class Caller(Protocol):
    """Makes one attempt at a call; raises a `Failure` where it fails, `WaitingError` where it must wait."""

    async def send(self, call: Call) -> Completion: ...

    async def close(self) -> None: ...


class Attendant(Protocol):
    """Sees every call before it is made: it may hold it up, and may have a person answer it."""

    async def attend(self, model: str, request: Request[Any], call: Call) -> Completion | None:
        """What a person says in the place of a model; None where the model is to be asked."""
        ...

    def kept(self, key: str) -> None:
        """The reply to a call is in the journal now."""
        ...
