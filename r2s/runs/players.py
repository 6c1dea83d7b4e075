"""Who plays a run: its models and, where it has workers, their pool."""

from collections.abc import Callable
from typing import Any

from langchain_core.language_models import BaseChatModel

from r2s.config import RunConfig
from r2s.errors import ConfigError
from r2s.models.desk.desk import Desk
from r2s.models.journal import Journal
from r2s.models.request import Model
from r2s.runs.back_ends import BackEnds
from r2s.runs.casts import Casts
from r2s.runs.endpoints import added
from r2s.runs.events import Tell
from r2s.runs.meter import Meter
from r2s.runs.workers.pools import pool_for


class Players:
    """Opened before anything of the run is written, so that a wrong name leaves nothing behind.

    Until they begin nothing is told, no worker lives, and the journal need not be open. Raises `ConfigError` where the
    run cannot be played as it is asked for.
    """

    def __init__(
        self,
        config: RunConfig,
        meter: Meter,
        *,
        run: str,
        casts: Casts,
        tell: Tell,
        journal: Journal,
        desk: Desk,
        given: Callable[[str], Model | BaseChatModel] | None,
        forgive: bool,
        paused: bool,
    ) -> None:
        self.casts = casts
        self._desk, self._tell, self._paused = desk, tell, paused
        self.pool = pool_for(
            config, meter, run=run, casts=casts, tell=tell, journal=journal, given=given, forgive=forgive
        )
        if self.pool and paused:
            raise ConfigError("only a run in one process can be paused; leave --engine and --workers away")
        self.back_ends = BackEnds(config, meter, journal=journal, given=given, tell=tell, forgive=forgive, desk=desk)

    def open(self) -> None:
        """Open every model; raises `ConfigError` where one cannot be had."""
        self.back_ends.open(far=self.pool is not None)

    async def begin(self) -> None:
        """Let people, servers and workers know; raises what keeps them from playing."""
        if self.pool is None:
            self._desk.open(self._tell, paused=self._paused)
        await self.back_ends.begin()
        if self.pool:
            await self.pool.begin()

    async def end(self) -> dict[str, Any]:
        """Let people and workers go; returns what was counted by endpoint."""
        self._desk.close()
        counted = await self.pool.end() if self.pool else {}
        return added(await self.back_ends.figures(), counted, at_once=True)

    async def close(self) -> None:
        """Give back every connection."""
        await self.back_ends.close()
