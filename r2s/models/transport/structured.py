"""Asking for JSON the strictest way that a server takes, which is found out once a server and model."""

import asyncio
import contextlib
import functools
import re
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from r2s.models.failures import Refused
from r2s.models.request import TextAnswer
from r2s.models.transport.schemas import reply_schema

T = TypeVar("T")
# Who must wait for another to find out what a server takes. A refusal comes at once, a reply may take minutes.
PATIENCE = 1.0
_ABOUT_FORMATS = re.compile(r"response_format|schema|json_object|not support|unsupported|grammar", re.IGNORECASE)
_ABOUT_ONE_SCHEMA = re.compile(r"invalid (?:json )?schema|schema (?:contains|is invalid|is not valid)", re.IGNORECASE)


class Server(NamedTuple):
    """A model at an address (without credentials)."""

    base_url: str
    model: str


class Form(StrEnum):
    """How JSON is asked for, strictest first; the prompt shows the wanted form in any case."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    PROMPT = "prompt"


class Forms:
    """What servers were found to take."""

    def __init__(self) -> None:
        self._servers: dict[Server, Form] = {}
        self._answers: dict[tuple[Server, type[BaseModel]], Form] = {}
        self._asking: dict[tuple[asyncio.AbstractEventLoop, Server], asyncio.Event] = {}

    async def ask(self, server: Server, answer: type[BaseModel], send: Callable[[dict[str, Any]], Awaitable[T]]) -> T:
        """What `send` returns for the strictest form the server takes; it is given the arguments that ask for it.

        While nothing is known of a server, one call finds out and the others wait for it, though not for long. An
        answer that is text asks for no form.
        """
        if issubclass(answer, TextAnswer):
            return await send(arguments(Form.PROMPT, answer))
        if server in self._servers:
            return await self._step_down(server, answer, send)
        place = asyncio.get_running_loop(), server
        if found := self._asking.get(place):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(found.wait(), PATIENCE)
            return await self._step_down(server, answer, send)
        self._asking[place] = asyncio.Event()
        try:
            return await self._step_down(server, answer, send)
        finally:
            self._asking.pop(place).set()

    async def _step_down(
        self, server: Server, answer: type[BaseModel], send: Callable[[dict[str, Any]], Awaitable[T]]
    ) -> T:
        known = self._answers.get((server, answer)) or self._servers.get(server) or Form.JSON_SCHEMA
        is_schemas_fault = False
        for form in list(Form)[list(Form).index(known) :]:
            try:
                reply = await send(arguments(form, answer))
            except Refused as refusal:
                if form is Form.PROMPT or not _is_about_formats(refusal):
                    raise
                is_schemas_fault = is_schemas_fault or bool(_ABOUT_ONE_SCHEMA.search(str(refusal)))
            else:
                self._remember(server, answer, form, is_schemas_fault)
                return reply
        raise AssertionError("the last form is asked for or its refusal is raised")

    def _remember(self, server: Server, answer: type[BaseModel], form: Form, is_schemas_fault: bool) -> None:
        """A form that works; where only this answer's schema was refused, other answers are asked for as before."""
        if not is_schemas_fault:
            self._servers.setdefault(server, form)
        if self._servers.get(server) != form:
            self._answers[server, answer] = form

    def describe(self) -> list[str]:
        """A line for each server asked so far, and for each answer that it takes in another form only."""
        lines = [f"{server.model} at {server.base_url}: {form}" for server, form in self._servers.items()]
        others = self._answers.items()
        return lines + [f"{at.model} at {at.base_url}, {answer.__name__}: {form}" for (at, answer), form in others]


FORMS = Forms()


def describe() -> list[str]:
    """What this process found out about servers, in lines for `doctor`."""
    return FORMS.describe()


def arguments(form: Form, answer: type[BaseModel]) -> dict[str, Any]:
    """What a call is given to ask for an answer in this form; nothing for one that is text."""
    if issubclass(answer, TextAnswer):
        return {}
    if form is Form.JSON_SCHEMA:
        return {"response_format": _by_schema(answer)}
    return {"response_format": {"type": "json_object"}} if form is Form.JSON_OBJECT else {}


@functools.cache
def _by_schema(answer: type[BaseModel]) -> dict[str, Any]:
    schema, is_strict = reply_schema(answer)
    name = re.sub(r"\W", "_", answer.__name__, flags=re.ASCII)[:64]
    return {"type": "json_schema", "json_schema": {"name": name, "strict": is_strict, "schema": schema}}


def _is_about_formats(refusal: Refused) -> bool:
    return refusal.status in (400, 404, 422) and bool(_ABOUT_FORMATS.search(str(refusal)))
