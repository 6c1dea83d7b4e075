"""Who is next: calls that wait are served round robin over their groups, first come first served within one."""

from asyncio import Future
from collections import deque
from collections.abc import Hashable


class WaitingLine:
    """Calls that wait for their turn. One that was cancelled stays in line and is passed over."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, deque[Future[None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._groups)

    def join(self, group: Hashable, call: Future[None], first: bool = False) -> None:
        """Wait behind the others of the group, or before them (a call that was served already and must go again)."""
        line = self._groups.setdefault(group, deque())
        if first:
            line.appendleft(call)
        else:
            line.append(call)

    def next(self) -> Future[None] | None:
        """Take the next call off the line; its group goes behind the other groups."""
        while self._groups:
            group = next(iter(self._groups))
            line = self._groups.pop(group)
            call = line.popleft()
            if line:
                self._groups[group] = line
            if not call.done():
                return call
        return None
