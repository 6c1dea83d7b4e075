"""The record of a loop, `loop.json`: each step with its command, what it read and made by hash, and how it ended."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from r2s.clock import timestamp
from r2s.experiments.loop.directory import LoopDirectory

Reads = Mapping[str, str | None]
Standing = Literal["new", "begun", "changed", "finished"]


class Record:
    """Written at each change; whoever reads the file finds it whole."""

    def __init__(self, directory: LoopDirectory) -> None:
        self._directory, self._whole, self._began = directory, directory.read(), time.monotonic()

    def known(self, name: str) -> dict[str, Any]:
        """What is known of a step; empty where it has not begun."""
        return self._whole["steps"].get(name, {})

    def standing(self, name: str, identity: str, reads: Reads, makes: Sequence[str]) -> Standing:
        """How a step stands that would begin with these settings and inputs now."""
        known = self.known(name)
        if known.get("status", "skipped") == "skipped":
            return "new"
        if self.changes(name, identity, reads):
            return "changed"
        return "finished" if self.is_finished(name, makes) else "begun"

    def is_finished(self, name: str, makes: Sequence[str]) -> bool:
        """Whether a step has come to its end, and what it made is there."""
        is_there = all(self._directory.at(path).exists() for path in makes)
        return self.known(name).get("status") == "finished" and is_there

    def changes(self, name: str, identity: str, reads: Reads) -> list[str]:
        """What is not as it was when a step began."""
        known = self.known(name)
        before: Reads = known.get("reads", {})
        settings = ["settings have changed"] if known.get("identity") != identity else []
        inputs = [path for path in {**before, **reads} if before.get(path) != reads.get(path)]
        return [*settings, *(f"{path} has changed" for path in inputs)]

    def begin(self, name: str, identity: str, reads: Reads, *, goes_on: bool) -> None:
        """Write down that a step begins, or goes on."""
        self._began = time.monotonic()
        started = self.known(name)["started"] if goes_on else timestamp()
        self._put(name, {"status": "running", "identity": identity, "reads": dict(reads), "started": started})

    def note(self, name: str, **facts: Any) -> None:
        """Write down more of a step."""
        self._put(name, {**self.known(name), **facts})

    def finish(self, name: str, makes: Sequence[str], code: int, **facts: Any) -> None:
        """Write down that a step has ended well; `seconds` are those of its last time."""
        made = {path: self._directory.hash_of(path) for path in makes}
        seconds = round(time.monotonic() - self._began, 1)
        self.note(name, status="finished", makes=made, exit=code, ended=timestamp(), seconds=seconds, **facts)

    def skip(self, name: str, why: str) -> None:
        self._put(name, {"status": "skipped", "why": why})

    def _put(self, name: str, facts: Mapping[str, Any]) -> None:
        self._whole["steps"][name] = dict(facts)
        self._directory.write(self._whole)
