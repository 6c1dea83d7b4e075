"""People in the roles of models: a role that is a person's own, and one that can be taken over though nothing of its
model's is kept."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from r2s.models.calls import Call, Completion
from r2s.models.desk.desk import Desk
from r2s.models.journal import Journal
from r2s.models.language_model import LanguageModel
from r2s.models.limiter import RateLimiter
from r2s.models.request import Answer, Model, Reply, Request


class _NobodySaysError(Exception):
    """Neither the journal nor a person has an answer; it never leaves this file."""


class _Nobody:
    """A caller that cannot be asked."""

    async def send(self, call: Call) -> NoReturn:
        raise _NobodySaysError

    async def close(self) -> None:
        """Nothing was opened."""


@dataclass(frozen=True)
class _Own:
    """Has every call of a role answered by the person whose role it is."""

    desk: Desk

    async def attend(self, model: str, request: Request[Any], call: Call) -> Completion:
        return await self.desk.ask(model, request, call)

    def kept(self, key: str) -> None:
        self.desk.kept(key)


def person(name: str, desk: Desk, journal: Journal, **settings: Any) -> LanguageModel:
    """Somebody as a model: what they answer is kept in the journal like any reply, and never asked for again."""
    return LanguageModel(
        name, _Nobody(), limiter=RateLimiter(name, 1), journal=journal, attendant=_Own(desk), **settings
    )


class Attended:
    """A model without a journal that a person may stand in for: only what the person says is kept.

    As the model's own replies follow from what it is asked, the journal need not be looked into where it holds nothing.
    """

    def __init__(self, model: Model, desk: Desk, journal: Journal, **settings: Any) -> None:
        self.name = model.name
        self._model, self._desk, self._journal = model, desk, journal
        limiter = RateLimiter(model.name, 1)
        self._in_person = LanguageModel(
            model.name, _Nobody(), limiter=limiter, journal=journal, attendant=desk, **settings
        )

    @cached_property
    def _remembers(self) -> bool:
        return not self._journal.is_empty()

    async def answer(self, request: Request[Answer]) -> Reply[Answer]:
        """The model's reply, or the person's who has taken over."""
        await self._desk.admit(request)
        if self._remembers or self._desk.take_of(request):
            with suppress(_NobodySaysError):
                return await self._in_person.answer(request)
        return await self._model.answer(request)
