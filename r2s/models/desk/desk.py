"""The desk as the process that plays sees it: it asks people, waits for them, and obeys what they decide.

Nothing watches the folder while nobody is asked and nothing is held up: a call looks for decisions, once a second.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from r2s.models.calls import Call, Completion
from r2s.models.desk.control import Control, Take, changes
from r2s.models.desk.folder import DeskFolder, Stamp
from r2s.models.desk.question import Fault, Given, Question, faults_in, question_of
from r2s.models.desk.steps import Steps
from r2s.models.gate import Gate
from r2s.models.journal.record import to_json
from r2s.models.names import is_person
from r2s.models.parsing import check_form
from r2s.models.request import Request
from r2s.usage import Usage

# Seconds between looks at what people have decided, and between looks for answers while somebody is asked.
LOOK, TICK = 1.0, 0.2
FREE = Usage()

Tell = Callable[[str, dict[str, Any]], None]


class Onlooker(Protocol):
    """Hears in the process that plays what happens at its desk."""

    def asked(self, question: Question) -> None:
        """Somebody is asked something, or asked again after an answer with faults."""
        ...

    def settled(self, key: str) -> None:
        """A question needs no answer any more."""
        ...

    def decided(self, control: Control) -> None:
        """Something was decided about the run."""
        ...


class _Nobody:
    """Hears nothing."""

    def asked(self, question: Question) -> None:
        """Nobody is there."""

    def settled(self, key: str) -> None:
        """Nobody is there."""

    def decided(self, control: Control) -> None:
        """Nobody is there."""


@dataclass
class _Asked:
    """A question that is open; what comes of it is None where its role was given back to the model."""

    question: Question
    request: Request[Any]
    answer: type[BaseModel]
    is_taken: bool
    done: "asyncio.Future[Completion | None]"


class Desk:
    """The desk in a folder, which need not be there; for the `gate`, an answer is a call that costs nothing."""

    def __init__(self, path: Path, gate: Gate) -> None:
        self.folder = DeskFolder(path)
        self.onlooker: Onlooker = _Nobody()
        self._gate = gate
        self._tell: Tell = lambda name, facts: None
        self._control, self._steps = Control(), Steps()
        self._stamp: Stamp | None = None
        self._looks_at = 0.0
        self._asked: dict[str, _Asked] = {}
        self._held: list[asyncio.Future[None]] = []
        self._watch: asyncio.Task[None] | None = None

    def open(self, tell: Tell, *, paused: bool = False) -> None:
        """Begin to play: roles that were taken over stay so, and what was open is asked again when its turn comes."""
        self._tell = tell
        self.folder.clear(answers=False)
        self._control = self.folder.control()
        if self._control.paused != paused:
            self.folder.change(lambda control: control.pausing(paused))
        self._look()

    def close(self) -> None:
        """End play; what is open stays for the next time."""
        if self._watch is not None:
            self._watch.cancel()

    async def admit(self, request: Request[Any]) -> None:
        """Wait while the run is paused; raises why the run is closed, where it is closed meanwhile."""
        if time.monotonic() >= self._looks_at:
            self._look()
        while self._control.paused and not self._steps.let(request):
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._held.append(waiting)
            self._begin_to_watch()
            await waiting

    def take_of(self, request: Request[Any]) -> Take | None:
        """How a request has become a person's, where somebody has taken over its role."""
        return next((take for take in self._control.taken if take.means(request)), None)

    async def attend(self, model: str, request: Request[Any], call: Call) -> Completion | None:
        """What somebody says who has taken over from a model; None where nobody has, or it was given back."""
        await self.admit(request)
        take = self.take_of(request)
        if take is None:
            return None
        if take.document is None and take.dialogue is None:
            self.folder.change(lambda control: control.bound(take, request.dialogue))
            self._look()
        return await self._ask(question_of(request, call, take.by, model), request, call)

    async def ask(self, to: str, request: Request[Any], call: Call) -> Completion:
        """What somebody says whose own role it is."""
        await self.admit(request)
        said = await self._ask(question_of(request, call, to), request, call)
        assert said is not None, "only what was taken over is given back"
        return said

    def kept(self, key: str) -> None:
        """The answer is in the journal."""
        self.folder.settle(key)

    async def _ask(self, question: Question, request: Request[Any], call: Call) -> Completion | None:
        await self._gate.take(FREE)
        done: asyncio.Future[Completion | None] = asyncio.get_running_loop().create_future()
        self._asked[call.key] = _Asked(question, request, call.answer, question.model != "", done)
        try:
            self.folder.ask(question)
            self._tell("asked", question.model_dump(include={"key", "to", "role", "speaker", "dialogue"}))
            self.onlooker.asked(question)
            self._begin_to_watch()
            return await done
        finally:
            del self._asked[call.key]
            self._gate.pay(FREE, FREE)
            self.onlooker.settled(call.key)

    def _begin_to_watch(self) -> None:
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watch_folder())

    async def _watch_folder(self) -> None:
        """Look for answers and decisions as long as anything waits for them."""
        while self._asked or self._held:
            await asyncio.sleep(TICK)
            try:
                self._gate.check_open()
                for asked in [*self._asked.values()]:
                    self._look_for_answer(asked)
                self._look()
            except Exception as error:  # whatever it is, those who wait must hear of it
                self._fail(error)

    def _look_for_answer(self, asked: _Asked) -> None:
        key = asked.question.key
        if asked.done.done() or not self.folder.has_answer(key):
            return
        given = self.folder.given(key)
        text = to_json(given.reply if given else None)
        try:
            check_form(text, asked.answer)
        except ValidationError as error:
            faults = faults_in(error) if given else (Fault(place=(), message="the answer is not as R2S writes it"),)
            asked.question = asked.question.model_copy(update={"faults": faults})
            self.folder.refuse(asked.question)
            return self.onlooker.asked(asked.question)
        asked.done.set_result(_completion(text, given, asked.question.to))

    def _look(self) -> None:
        """Obey what was decided since the last look."""
        self._looks_at = time.monotonic() + LOOK
        stamp = self.folder.stamp()
        if stamp == self._stamp:
            return
        before, self._stamp, self._control = self._control, stamp, self.folder.control()
        for name, facts in changes(before, self._control):
            self._tell(name, facts)
        if self._control.paused:
            self._steps.grant(max(0, self._control.steps - before.steps))
        else:
            self._steps = Steps()
        self._let_go()
        self.onlooker.decided(self._control)

    def _let_go(self) -> None:
        """Have those who are held look again whether they may go on, and give back what is nobody's any more."""
        held, self._held = self._held, []
        for waiting in held:
            if not waiting.done():
                waiting.set_result(None)
        for asked in self._asked.values():
            if asked.is_taken and not asked.done.done() and self.take_of(asked.request) is None:
                self.folder.settle(asked.question.key)
                asked.done.set_result(None)

    def _fail(self, error: Exception) -> None:
        held, self._held = self._held, []
        for waiting in (*held, *(asked.done for asked in self._asked.values())):
            if not waiting.done():
                waiting.set_exception(error)


def _completion(text: bytes, given: Given | None, to: str) -> Completion:
    by = given.by if given and is_person(given.by) else to
    return Completion(text.decode("utf-8"), prompt_tokens=0, completion_tokens=0, by=by)
