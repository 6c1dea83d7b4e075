"""Those who watch a run: they hear of every event, and none of them can stop it."""

import logging
from collections.abc import Iterable
from typing import Any

from r2s.runs.events import Tell

log = logging.getLogger(__name__)


class Watchers:
    """Tells each of several; one that fails is reported once and told nothing any more."""

    def __init__(self, watchers: Iterable[Tell]) -> None:
        self._watchers = tuple(watchers)

    def tell(self, name: str, facts: dict[str, Any]) -> None:
        """Pass on one event."""
        for watch in self._watchers:
            try:
                watch(name, facts)
            except Exception:
                log.exception("a watcher failed at %s and is not told any more", name)
                self._watchers = tuple(one for one in self._watchers if one is not watch)
