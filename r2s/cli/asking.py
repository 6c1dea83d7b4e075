"""The terminal that plays a run asks its people itself; where there is no terminal, it says how else to answer."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from r2s.cli.filling import fill, mend
from r2s.models.desk.form import form_of
from r2s.models.desk.question import Given
from r2s.views.console import open_console
from r2s.views.questions import heading, print_question

if TYPE_CHECKING:
    from rich.console import Console

    from r2s.cli.filling import Asking
    from r2s.cli.progress import Progress
    from r2s.models.desk.control import Control
    from r2s.models.desk.desk import Desk
    from r2s.models.desk.question import Question


@asynccontextmanager
async def asking_here(desk: Desk, run: Path, progress: Progress) -> AsyncIterator[None]:
    """While this lasts, questions are put to whoever sits at the terminal."""
    asker = Asker(desk, run, progress)
    desk.onlooker = asker
    asking = asyncio.create_task(asker.ask())
    try:
        yield
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking


class Asker:
    """Asks one open question after the other; nothing goes on in it while none is open."""

    def __init__(self, desk: Desk, run: Path, progress: Progress) -> None:
        self._folder, self._run, self._progress = desk.folder, run, progress
        self._open: dict[str, Question] = {}
        self._news = asyncio.Event()
        self._console = open_console(stderr=True)
        self._seen: set[str] = set()
        self._is_there = sys.stdin.isatty() and sys.stderr.isatty()
        self._is_paused = False

    def asked(self, question: Question) -> None:
        """Take note of it, or say how else it can be answered."""
        if not self._open and not self._sits_here():
            self._progress.say(f"a person is asked ({heading(question)}): r2s desk {self._run}")
        self._open[question.key] = question
        self._news.set()

    def settled(self, key: str) -> None:
        """It was answered, here or elsewhere, or needs no answer any more."""
        self._open.pop(key, None)
        self._news.set()

    def decided(self, control: Control) -> None:
        """Say that the run is held up, and that it goes on."""
        if control.paused != self._is_paused:
            told = f"paused: r2s desk {self._run} --resume, or --step" if control.paused else "the run goes on"
            self._progress.say(told)
        self._is_paused = control.paused

    async def ask(self) -> None:
        """Ask what is open, as long as there is somebody at the terminal."""
        while True:
            question = next(iter(self._open.values()), None)
            if question is None or not self._sits_here():
                await self._wait_for_news()
                continue
            with self._progress.hidden():
                await self._ask(question)

    async def _ask(self, question: Question) -> None:
        """One question, until it is settled."""
        print_question(question, self._console, self._seen)
        form = form_of(question)
        reply = await self._typed(fill(form), question)
        while reply is not None:
            self._folder.give(question.key, Given(by=question.to, reply=reply))
            while self._open.get(question.key) is question:
                await self._wait_for_news()
            if question.key not in self._open:
                return
            question = self._open[question.key]
            reply = await self._typed(mend(form, reply, question.faults), question)

    async def _typed(self, asking: Asking, question: Question) -> dict[str, Any] | None:
        """What is typed into a form; None where the question is settled meanwhile, or the terminal closes."""
        typing = asyncio.ensure_future(_fill_in(asking, self._console))
        try:
            while not typing.done() and self._open.get(question.key) is question:
                news = asyncio.ensure_future(self._wait_for_news())
                await asyncio.wait({typing, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
        finally:
            typing.cancel()
        if not typing.done():
            self._console.print("\n[dim]This needs no answer any more.[/dim]")
            return None
        try:
            return typing.result()
        except EOFError:
            self._is_there = False
            self._console.print(f"\nAnswer elsewhere:  r2s desk {self._run}", markup=False)
            return None

    async def _wait_for_news(self) -> None:
        await self._news.wait()
        self._news.clear()

    def _sits_here(self) -> bool:
        """Whether somebody can type here: a process in the background would be stopped if it read."""
        return self._is_there and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()


async def _fill_in(asking: Asking, console: Console) -> dict[str, Any]:
    prompt = next(asking)
    try:
        while True:
            console.print(prompt, end="", markup=False)
            prompt = asking.send(await _line())
    except StopIteration as end:
        return end.value


async def _line() -> str:
    """The next line that is typed. No thread waits for it, so that it can be given up at any time."""
    loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()
    typed: asyncio.Future[None] = loop.create_future()
    loop.add_reader(terminal, lambda: typed.done() or typed.set_result(None))
    try:
        await typed
    finally:
        loop.remove_reader(terminal)
    line = os.read(terminal, 1 << 16)
    if not line:
        raise EOFError
    return line.decode(errors="replace").rstrip("\n")
