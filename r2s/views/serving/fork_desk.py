"""Forks that a page asked for: one at a time, played in a thread of its own while the pages go on."""

import asyncio
import logging
import secrets
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from r2s.errors import ConfigError, R2SError, StoppedError
from r2s.views.serving.growth import Growth

if TYPE_CHECKING:
    from r2s.runs.forking import Forked, Forking, Outlook

log = logging.getLogger(__name__)

# A fork that cannot begin says so within these seconds, and whoever asked is told at once.
BEGINNING = 0.3


@dataclass
class Job:
    """A fork under way or over; `message` says why it came to nothing, if it did. `growth` is its branch so far."""

    forking: "Forking"
    outlook: "Outlook"
    state: Literal["playing", "done", "failed", "stopped"] = "playing"
    message: str = ""
    forked: "Forked | None" = None
    id: str = field(default_factory=lambda: secrets.token_hex(4))
    growth: Growth = field(default_factory=Growth)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, repr=False)
    _task: "asyncio.Task[Forked] | None" = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.forking.watch = self.growth.take

    def play(self) -> None:
        """Play it to its end, in the thread that calls this."""
        try:
            self.forked = asyncio.run(self._played())
            self.state = "done"
        except (StoppedError, asyncio.CancelledError) as error:
            self.state, self.message = "stopped", str(error)
        except R2SError as error:
            self.state, self.message = "failed", str(error)
        except Exception as error:
            log.exception("a fork failed unexpectedly")
            self.state, self.message = "failed", f"{type(error).__name__}: {error}"

    async def _played(self) -> "Forked":
        self._loop, self._task = asyncio.get_running_loop(), asyncio.create_task(self.forking.play())
        return await self._task

    def cancel(self) -> None:
        """Break it off, with the calls that are under way."""
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)

    def news(self, since: str) -> dict[str, Any]:
        """How far it is, and what of its branch a page does not know yet; `since` is the mark of its last answer."""
        id, _, known = since.partition(".")
        first = int(known) if id == self.id and known.isdecimal() else 0
        figures = self.figures()
        mark, grown = self.growth.since(first)
        return {"since": f"{self.id}.{mark}", "job": figures, "grown": grown}

    def figures(self) -> dict[str, Any]:
        """How far it is, for pages."""
        forked = self.forked
        return {
            "id": self.id,
            "state": self.state,
            "message": self.message,
            "calls": self.forking.meter.calls,
            "outlook": asdict(self.outlook),
            "first": forked.fork.first[0] if forked else None,
            "messages": forked.messages if forked else 0,
            "is_new": forked.is_new if forked else False,
        }


class ForkDesk:
    """Where forks are asked for; `job` is the latest."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_playing(self) -> bool:
        return self._task is not None and not self._task.done()

    async def begin(self, forking: "Forking", outlook: "Outlook") -> Job:
        """Begin to play; raises `ConfigError` where another is played, or this one cannot begin."""
        if self.is_playing:
            raise ConfigError("a fork is being played; wait until it has ended, or stop it")
        self.job = job = Job(forking, outlook)
        self._task = asyncio.create_task(asyncio.to_thread(job.play))
        await asyncio.wait({self._task}, timeout=BEGINNING)
        if job.state == "failed":
            self.job = None
            raise ConfigError(job.message)
        return job

    def stop(self, *, at_once: bool = False) -> None:
        """Let no call begin any more, and those under way end, or not even that. What was answered is kept."""
        if self.job and self.is_playing:
            self.job.forking.stop()
            if at_once:
                self.job.cancel()

    async def close(self) -> None:
        """Stop, and wait until nothing is played."""
        self.stop()
        if self._task is not None:
            await asyncio.wait({self._task})
